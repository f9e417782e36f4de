"""Figures as CSV, as a spreadsheet program opens them without harm."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from io import StringIO, TextIOWrapper
from typing import IO, Any

from django.core.files.temp import NamedTemporaryFile
from django.utils.translation import gettext as _

from goals.models import Goal
from objectives.models import Objective
from reporting.columns import Column, table
from reporting.dashboards import Cell, Row
from reporting.models import Rating
from reporting.sources import Source
from reporting.themes import Named

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


@dataclass(frozen=True)
class Line:
    """A row as a line of a file, with the filter that it was made with."""

    source: Source
    row: Row

    @property
    def round_slug(self) -> str:
        return self.source.round_slug

    @cached_property
    def shown(self) -> Shown:
        return Shown.of(self.row)


def progress_table(source: Source, rows: Iterable[Row]) -> Iterator[list[object]]:
    """Goals and objectives line by line; what is withheld is empty and says so."""
    return progress_lines(Line(source, row) for row in rows)


def progress_lines(lines: Iterable[Line]) -> Iterator[list[object]]:
    columns = [
        *filter_columns(),
        *subject_columns(lambda line: line.row.subject),
        Column(_("countries"), lambda line: line.shown.expected),
        Column(_("reported"), lambda line: line.shown.reported),
        *(
            Column(rating.value, lambda line, key=rating.value: line.shown.by_rating[key])
            for rating in Rating
        ),
        Column(_("mean percent complete"), lambda line: line.shown.mean),
        Column(_("median percent complete"), lambda line: line.shown.median),
        Column(_("lower quartile"), lambda line: line.shown.lower_quartile),
        Column(_("upper quartile"), lambda line: line.shown.upper_quartile),
        Column(_("reports with a percentage"), lambda line: line.shown.percent_count),
        Column(_("change since the round before"), lambda line: line.shown.change),
        *named_columns(
            "main_challenge",
            most=_("challenge named most"),
            this=_("reports that name this challenge"),
            any_one=_("reports that name any challenge"),
        ),
        *named_columns(
            "main_next_step",
            most=_("next step named most"),
            this=_("reports that name this next step"),
            any_one=_("reports that name any next step"),
        ),
        Column(_("withheld"), lambda line: whether_withheld(line.row.cell)),
    ]
    return table(columns, lines)


def filter_columns() -> list[Column]:
    """What each line of figures is of: lines that have a `source` and a `round_slug`."""
    return [
        Column(_("framework"), lambda line: line.source.slug),
        Column(_("round"), lambda line: line.round_slug),
        Column(_("region"), lambda line: line.source.region_code or _("all")),
        Column(_("region's name"), lambda line: line.source.region_name),
        Column(_("snapshot"), lambda line: line.source.snapshot),
        Column(_("made at"), lambda line: line.source.made),
    ]


def subject_columns(subject: Callable[[Any], Goal | Objective]) -> list[Column]:
    return [
        Column(_("goal"), lambda line: goal_of(subject(line)).number),
        Column(_("objective"), lambda line: code_of(subject(line))),
        Column(_("statement"), lambda line: words_of(subject(line))),
    ]


def goal_of(subject: Goal | Objective) -> Goal:
    return subject if isinstance(subject, Goal) else subject.goal


def code_of(subject: Goal | Objective) -> str:
    return _("all") if isinstance(subject, Goal) else subject.code


def words_of(subject: Goal | Objective) -> str:
    return subject.title if isinstance(subject, Goal) else subject.statement


def named_columns(field: str, *, most: str, this: str, any_one: str) -> list[Column]:
    """The kind that is named most, several of equal rank beside each other; empty: withheld."""

    def read(shown: Callable[[Named], object]) -> Callable[[Line], object]:
        def of_line(line: Line) -> object:
            found = line.row.cell.named(field)
            return None if found is None else shown(found)

        return of_line

    return [
        Column(most, read(lambda found: "; ".join(str(kind.label) for kind in found.most))),
        Column(this, read(lambda found: found.count)),
        Column(any_one, read(lambda found: found.named)),
    ]


def whether_withheld(cell: Cell) -> str:
    """Partly: a total without those of its objectives that are withheld."""
    if cell.withheld:
        return _("yes")
    return _("partly") if cell.left_out else _("no")
