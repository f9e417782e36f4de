"""What a page shows beside its first figures, as rows of files; the first row names the columns.

Each row carries the filter that it was made with. What is withheld is empty and says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from objectives.status import Aim, Judgement, Standing
from reporting.aggregation import Answers, Measure
from reporting.columns import Column, table
from reporting.countries import Beside
from reporting.countries import Line as CountryLine
from reporting.dashboards import Cell, Row
from reporting.exports import (
    Line,
    filter_columns,
    progress_lines,
    subject_columns,
    whether_withheld,
)
from reporting.indicators import Line as IndicatorLine
from reporting.sources import Source


def region_table(source: Source, subject: object, rows: Iterable[Row]) -> Iterator[list[object]]:
    """The columns of `progress_table`, a line for each region; all are about `subject`."""
    return progress_lines(
        Line(
            replace(source, region=row.subject.name, region_code=row.subject.code),
            replace(row, subject=subject),
        )
        for row in rows
    )


@dataclass(frozen=True)
class PastLine:
    """A goal or an objective as it was in a round."""

    source: Source
    round_slug: str
    subject: object
    cell: Cell


def round_table(
    source: Source, rows: Iterable[Row], slugs: Sequence[str]
) -> Iterator[list[object]]:
    """The trend: a line for each goal or objective in each round."""
    columns = [
        *filter_columns(),
        *subject_columns(lambda line: line.subject),
        Column(_("countries"), lambda line: line.cell.expected),
        Column(_("reported"), lambda line: line.cell.reported),
        Column(_("mean percent complete"), lambda line: line.cell.mean_percent),
        Column(
            _("reports with a percentage"),
            lambda line: None if line.cell.withheld else line.cell.percent_count,
        ),
        Column(_("withheld"), lambda line: whether_withheld(line.cell)),
    ]
    lines = (
        PastLine(source, slug, row.subject, cell)
        for row in rows
        for slug, cell in zip(slugs, row.trend, strict=False)
    )
    return table(columns, lines)


@dataclass(frozen=True)
class MeasuredLine:
    """An indicator in a round; it is judged in the last one alone."""

    source: Source
    round_slug: str
    shown: IndicatorLine
    measure: Measure
    is_last: bool

    @property
    def answers(self) -> Answers | None:
        return self.measure.answers

    @property
    def answers_shown(self) -> Answers | None:
        return None if self.measure.withheld else self.answers

    @property
    def aim(self) -> Aim | None:
        aims = self.shown.course.aims
        return aims[-1] if aims else None

    @property
    def judgement(self) -> Judgement | None:
        return self.shown.judgement if self.is_last else None

    @property
    def status_set(self) -> Standing | None:
        """By a person, beside the computed one."""
        return self.shown.said if self.is_last else None

    @property
    def reason(self) -> str | None:
        return self.shown.indicator.said.get("reason") if self.status_set else None


def indicator_table(source: Source, lines: Iterable[IndicatorLine]) -> Iterator[list[object]]:
    """A line for each indicator and round; the status is that of the last round."""
    columns = [
        *filter_columns(),
        Column(_("indicator"), lambda line: line.shown.indicator.code),
        Column(_("name"), lambda line: line.shown.indicator.name),
        Column(_("unit"), lambda line: line.shown.indicator.unit),
        Column(
            _("put together as"), lambda line: str(line.shown.indicator.get_aggregation_display())
        ),
        Column(_("value"), lambda line: line.measure.value),
        Column(_("part"), lambda line: line.measure.part),
        Column(_("whole"), lambda line: line.measure.whole),
        Column(_("answered"), lambda line: line.answers and line.answers.given),
        Column(_("countries"), lambda line: line.answers and line.answers.expected),
        Column(_("no data"), lambda line: line.answers_shown and line.answers_shown.no_data),
        Column(
            _("not applicable"),
            lambda line: line.answers_shown and line.answers_shown.not_applicable,
        ),
        Column(_("baseline"), lambda line: line.shown.course.baseline),
        Column(_("target"), lambda line: line.aim and line.aim.value),
        Column(_("target, upper edge"), lambda line: line.aim and line.aim.upper),
        Column(_("target on"), lambda line: line.aim and line.aim.on.isoformat()),
        Column(_("expected by now"), lambda line: line.judgement and line.shown.expected),
        Column(_("computed status"), lambda line: line.judgement and line.judgement.standing.value),
        Column(_("version of the rules"), lambda line: line.judgement and line.shown.course.rules),
        Column(_("status set by a person"), lambda line: line.status_set and line.status_set.value),
        Column(_("reason for it"), lambda line: line.reason),
        Column(_("withheld"), lambda line: yes_or_no(line.measure.withheld)),
    ]
    measured = (
        MeasuredLine(source, each.slug, line, measure, position == len(line.measures))
        for line in lines
        for position, (each, measure) in enumerate(line.by_round, start=1)
    )
    return table(columns, measured)


def yes_or_no(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def country_table(source: Source, lines: Iterable[CountryLine]) -> Iterator[list[object]]:
    """A country's own picture: a line for each objective in each round."""

    columns = [
        Column(_("framework"), lambda _entry: source.slug),
        Column(_("country"), lambda _entry: source.country_code),
        Column(_("made at"), lambda _entry: source.made),
        Column(_("round"), lambda entry: entry.round.slug),
        Column(_("objective"), lambda entry: entry.objective.code),
        Column(_("statement"), lambda entry: entry.objective.statement),
        Column(_("state"), lambda entry: entry.state),
        Column(_("rating"), lambda entry: entry.rating),
        Column(_("percent complete"), lambda entry: entry.percent),
    ]
    return table(columns, (entry for line in lines for entry in line.entries))


def median_table(source: Source, rows: Iterable[Beside]) -> Iterator[list[object]]:
    """The chosen round beside the median of the country's region."""
    columns = [
        Column(_("framework"), lambda _row: source.slug),
        Column(_("round"), lambda _row: source.round_slug),
        Column(_("country"), lambda _row: source.country_code),
        Column(_("made at"), lambda _row: source.made),
        Column(_("objective"), lambda row: row.entry.objective.code),
        Column(_("percent complete"), lambda row: row.entry.approved_percent),
        Column(_("median of the region"), lambda row: row.middle.value),
        Column(
            _("reports behind the median"),
            lambda row: None if row.middle.is_withheld else row.middle.reports,
        ),
        Column(_("withheld"), lambda row: yes_or_no(row.middle.is_withheld)),
    ]
    return table(columns, rows)
