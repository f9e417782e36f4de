"""Figures as CSV, as a spreadsheet program opens them without harm."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO, TextIOWrapper
from typing import IO

from django.core.files.temp import NamedTemporaryFile
from django.utils.translation import gettext as _

from goals.models import Goal
from objectives.models import Objective
from reporting.dashboards import Cell, Row
from reporting.models import Rating
from reporting.sources import Source

# Before what a spreadsheet would run: a cell that begins so. One that parts cells at semicolons, as
# many countries do, holds none together by quotation marks: each part and each line is a cell.
FORMULA = re.compile(r"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[=+\-@＝＋－＠])")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV, led by the mark that makes Excel read it as UTF-8."""
    out = StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def csv_file(rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """The same as a file that is gone once it is closed: for rows too many to hold at once.

    It is whole before anybody gets it: a table that breaks off in the middle looks complete.
    """
    file = NamedTemporaryFile()
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    except Exception:
        text.close()
        raise
    text.detach()
    file.seek(0)
    return file


def cell(value: object) -> object:
    """Text that a spreadsheet would run is quoted; numbers stay numbers; None is empty."""
    if isinstance(value, str):
        return FORMULA.sub("'", value)
    return "" if value is None else value


def subject_cells(subject: Goal | Objective) -> list[object]:
    """The goal's number, the objective's code, and what it says."""
    if isinstance(subject, Goal):
        return [subject.number, _("all"), subject.title]
    return [subject.goal.number, subject.code, subject.statement]


@dataclass(frozen=True)
class Shown:
    """What a line says outside the portal; what is withheld, or is not there, is None.

    Percentages and the change, in points between two means, have one decimal.
    """

    expected: int
    reported: int
    by_rating: dict[str, int | None]
    mean: Decimal | None
    median: Decimal | None
    lower_quartile: Decimal | None
    upper_quartile: Decimal | None
    percent_count: int | None
    change: Decimal | None
    withheld: bool
    left_out: int

    @classmethod
    def of(cls, row: Row) -> "Shown":
        cell, spread = row.cell, row.cell.spread
        return cls(
            expected=cell.expected,
            reported=cell.reported,
            by_rating={
                rating.value: None if cell.withheld else count for rating, count in cell.counts
            },
            mean=cell.mean_percent,
            median=spread and spread.median,
            lower_quartile=spread and spread.lower,
            upper_quartile=spread and spread.upper,
            percent_count=None if cell.withheld else cell.percent_count,
            change=row.change,
            withheld=cell.withheld,
            left_out=cell.left_out,
        )


def progress_table(source: Source, rows: Iterable[Row]) -> Iterator[list[object]]:
    """Goals and objectives line by line; what is withheld is empty and says so."""
    yield [
        _("framework"),
        _("round"),
        _("region"),
        _("region's name"),
        _("snapshot"),
        _("made at"),
        _("goal"),
        _("objective"),
        _("statement"),
        _("countries"),
        _("reported"),
        *(rating.value for rating in Rating),
        _("mean percent complete"),
        _("median percent complete"),
        _("lower quartile"),
        _("upper quartile"),
        _("reports with a percentage"),
        _("change since the round before"),
        *(
            name
            for kind in (_("challenge"), _("next step"))
            for name in (
                _("%(kind)s named most") % {"kind": kind},
                _("reports that name this %(kind)s") % {"kind": kind},
                _("reports that name any %(kind)s") % {"kind": kind},
            )
        ),
        _("withheld"),
    ]
    for row in rows:
        shown = Shown.of(row)
        yield [
            source.slug,
            source.round_slug,
            source.region_code or _("all"),
            source.region_name,
            source.snapshot,
            source.made,
            *subject_cells(row.subject),
            shown.expected,
            shown.reported,
            *shown.by_rating.values(),
            shown.mean,
            shown.median,
            shown.lower_quartile,
            shown.upper_quartile,
            shown.percent_count,
            shown.change,
            *named_cells(row, "main_challenge"),
            *named_cells(row, "main_next_step"),
            whether_withheld(row.cell),
        ]


def whether_withheld(cell: Cell) -> str:
    """Partly: a total without those of its objectives that are withheld."""
    if cell.withheld:
        return _("yes")
    return _("partly") if cell.left_out else _("no")


def named_cells(row: Row, field: str) -> list[object]:
    """The kind that is named most, several of equal rank beside each other; empty: withheld."""
    found = row.cell.named(field)
    if found is None:
        return [None] * 3
    return ["; ".join(str(kind.label) for kind in found.most), found.count, found.named]
