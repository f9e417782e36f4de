"""Figures as CSV, as a spreadsheet program opens them without harm."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from django.utils.translation import gettext as _

from goals.models import Goal
from members.models import Region
from reporting.dashboards import Row
from reporting.models import Rating, ReportingRound

# A cell that begins with one of these is taken for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV, led by the mark that makes Excel read it as UTF-8."""
    out = StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def cell(value: object) -> object:
    """Text that a spreadsheet would run is quoted; numbers stay numbers; None is empty."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def progress_table(
    goal: Goal, reporting_round: ReportingRound, region: Region | None, rows: Iterable[Row]
) -> Iterator[list[object]]:
    """A goal's dashboard line by line; what is withheld is empty and says so."""
    yield [
        _("framework"),
        _("round"),
        _("region"),
        _("goal"),
        _("objective"),
        _("statement"),
        _("countries"),
        _("reported"),
        *(rating.value for rating in Rating),
        _("mean percent complete"),
        _("reports with a percentage"),
        _("change since the round before"),
        _("withheld"),
    ]
    for row in rows:
        shown = not row.cell.withheld
        yield [
            goal.framework.slug,
            reporting_round.slug,
            region.code if region else _("all"),
            goal.number,
            row.subject.code,
            row.subject.statement,
            row.cell.expected,
            row.cell.reported,
            *(count if shown else None for _rating, count in row.cell.counts),
            row.cell.mean_percent,
            row.cell.percent_count if shown else None,
            row.change,
            _("no") if shown else _("yes"),
        ]
