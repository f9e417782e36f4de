"""A country's own picture, and a region's: objectives over the rounds.

All here is pure: rows in, lines out. A country's figures stand beside the median of its region,
never in an order of countries; a median is withheld where the region's figures are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from objectives.models import Indicator, Objective
from reporting.dashboards import Cell, Figures, rounded
from reporting.desk import WITHOUT_REPORT
from reporting.models import IndicatorValue, Rating, ReportingRound, Status
from reporting.models.choices import WITH_THE_COUNTRY

Phase = ReportingRound.Phase


class Known(NamedTuple):
    """What the reader may know of a report; rating and percentage only where he may read it."""

    pk: int
    objective: int
    round: int
    status: str
    is_readable: bool
    rating: str | None
    percent: int | None


@dataclass(frozen=True)
class Entry:
    """One objective in one round: the rating once approved, before that the state."""

    objective: Objective
    round: ReportingRound
    state: str
    label: str
    rating: str = ""
    percent: int | None = None
    report: int | None = None
    is_readable: bool = False

    @property
    def approved_percent(self) -> int | None:
        return self.percent if self.state == Status.APPROVED else None

    @property
    def is_with_the_country(self) -> bool:
        return self.report is None or self.state in WITH_THE_COUNTRY


@dataclass(frozen=True)
class Line:
    """An objective over the rounds, in their order."""

    objective: Objective
    entries: Sequence[Entry]


def lines_of(
    objectives: Iterable[Objective],
    rounds: Sequence[ReportingRound],
    phases: Mapping[int, ReportingRound.Phase],
    reports: Iterable[Known],
) -> list[Line]:
    """Every objective with every round, whether there is a report or not."""
    known = {(report.objective, report.round): report for report in reports}
    return [
        Line(
            objective,
            [
                entry_of(objective, each, phases[each.pk], known.get((objective.pk, each.pk)))
                for each in rounds
            ],
        )
        for objective in objectives
    ]


def entry_of(
    objective: Objective,
    reporting_round: ReportingRound,
    phase: ReportingRound.Phase,
    report: Known | None,
) -> Entry:
    if report is None:
        state, label = WITHOUT_REPORT[phase]
        return Entry(objective, reporting_round, state, label)
    label, rating = Status(report.status).label, ""
    if report.status == Status.APPROVED and report.rating:
        rating, label = report.rating, Rating(report.rating).label
    return Entry(
        objective,
        reporting_round,
        report.status,
        label,
        rating,
        report.percent,
        report.pk,
        report.is_readable,
    )


def open_entries(
    lines: Iterable[Line], phases: Mapping[int, ReportingRound.Phase]
) -> dict[ReportingRound, list[Entry]]:
    """What is not approved yet in each round that takes reports, the latest round first."""
    found: dict[ReportingRound, list[Entry]] = {}
    for line in lines:
        for entry in line.entries:
            takes_reports = phases[entry.round.pk] in (Phase.OPEN, Phase.OVERDUE)
            if takes_reports and entry.state != Status.APPROVED:
                found.setdefault(entry.round, []).append(entry)
    return dict(sorted(found.items(), key=lambda item: item[0].starts_on, reverse=True))


@dataclass(frozen=True)
class Middle:
    """The median of the percentages in a region's figures, and how many there are.

    It has no value where there are none, or where the figures are withheld.
    """

    value: Decimal | None = None
    reports: int = 0
    is_withheld: bool = False


def middle(cell: Cell) -> Middle:
    if cell.withheld:
        return Middle(is_withheld=True)
    if cell.spread is None:
        return Middle()
    return Middle(cell.spread.median, cell.percent_count)


@dataclass(frozen=True)
class Beside:
    """An objective in the chosen round: what the country reported, and its region's median."""

    entry: Entry
    middle: Middle


def beside(lines: Iterable[Line], position: int, figures: Figures, region: int) -> list[Beside]:
    entries = [line.entries[position] for line in lines]
    return [
        Beside(entry, middle(figures.cell(entry.objective.pk, entry.round.pk, region)))
        for entry in entries
    ]


@dataclass(frozen=True)
class Point:
    """A round: the mean of the country's approved percentages, and its region's median."""

    round: ReportingRound
    mean: Decimal | None
    reports: int
    middle: Middle


def points_of(
    lines: Sequence[Line], rounds: Sequence[ReportingRound], figures: Figures, region: int
) -> list[Point]:
    """A point for each round; the entries of `lines` begin with these rounds."""
    objectives = [line.objective.pk for line in lines]
    found = []
    for position, each in enumerate(rounds):
        own = [line.entries[position].approved_percent for line in lines]
        given = [percent for percent in own if percent is not None]
        mean = rounded(Decimal(sum(given)) / len(given)) if given else None
        of_region = middle(figures.total(objectives, each.pk, region))
        found.append(Point(each, mean, len(given), of_region))
    return found


@dataclass(frozen=True)
class Answers:
    """What the country answered about an indicator, a place for each round."""

    indicator: Indicator
    objective: Objective
    values: Sequence[IndicatorValue | None]


def answers_of(
    objectives: Iterable[Objective],
    rounds: Sequence[ReportingRound],
    values: Iterable[tuple[int, IndicatorValue]],
) -> list[Answers]:
    """`values` are pairs of a round and an answer, with its indicator; in order of codes."""
    by_key = {objective.pk: objective for objective in objectives}
    order = {pk: position for position, pk in enumerate(by_key)}
    indicators: dict[int, Indicator] = {}
    found: dict[tuple[int, int], IndicatorValue] = {}
    for of_round, value in values:
        indicators[value.indicator_id] = value.indicator
        found[value.indicator_id, of_round] = value
    known = [each for each in indicators.values() if each.objective_id in by_key]
    known.sort(key=lambda each: (order[each.objective_id], each.number))
    return [
        Answers(each, by_key[each.objective_id], [found.get((each.pk, of.pk)) for of in rounds])
        for each in known
    ]


@dataclass(frozen=True)
class RegionLine:
    """An objective, or all of them, in a region: a cell for each round."""

    objective: Objective | None
    cells: Sequence[Cell]


def region_lines(
    objectives: Sequence[Objective],
    rounds: Sequence[ReportingRound],
    figures: Figures,
    region: int | None,
) -> tuple[list[RegionLine], RegionLine]:
    """A line for each objective, and one for all together."""
    lines = [
        RegionLine(each, [figures.cell(each.pk, of.pk, region) for of in rounds])
        for each in objectives
    ]
    keys = [each.pk for each in objectives]
    return lines, RegionLine(None, [figures.total(keys, of.pk, region) for of in rounds])
