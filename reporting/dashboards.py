"""The figures of dashboards: how many countries reported what, and nothing of a single one.

Only approved reports count, as the tallies sum them up. All here is pure: rows in, figures out.

Withholding: a figure about fewer than five reporting countries is withheld, and
so is whatever it could be worked out from, as `reporting.withholding` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from reporting.models import Rating
from reporting.models.choices import BEHIND
from reporting.themes import Counts, Named, merged, named_in, sizes
from reporting.withholding import FEWEST_COUNTRIES, Behind, are_too_few, withheld

# Of five percentages the median and both quartiles are each what one country said.
FEWEST_FOR_QUARTERS = 4 * FEWEST_COUNTRIES


class Tally(NamedTuple):
    """The approved reports of a region's countries, as `RatingTally` keeps them.

    Of a round that only a trend shows, `ratings` and `percents` are None: the counts are enough.
    `themes` and `quotations`, [key, field, kind, text], are None but for the round looked at.
    """

    objective: int
    round: int
    region: int
    reported: int
    percent_count: int
    percent_sum: int
    ratings: Mapping[str, int] | None
    percents: Sequence[int] | None
    themes: Counts | None
    quotations: Sequence[Sequence[Any]] | None


def counted(
    objective: int,
    round: int,
    region: int,
    ratings: Mapping[str, int],
    percents: Sequence[int],
    themes: Counts | None = None,
    quotations: Sequence[Sequence[Any]] = (),
) -> Tally:
    counts = sum(ratings.values()), len(percents), sum(percents)
    return Tally(objective, round, region, *counts, ratings, percents, themes or {}, quotations)


@dataclass
class Cell:
    """Figures of a set of reports, out of the `expected` ones (countries × objectives).

    `percents` are those that were given, in order; some reports give none. Where a trend asks
    for the counts alone, `by_rating` and `percents` are None, and whoever asks for them fails.
    `themes_withheld` keeps back what is named, and no rating. A total over objectives, of which
    some keep theirs back, says what is named in `names_of`, the others.
    """

    expected: int
    by_rating: Mapping[str, int] | None = field(default_factory=dict)
    percents: Sequence[int] | None = ()
    withheld: bool = False
    reported: int = -1
    percent_count: int = -1
    percent_sum: int = -1
    themes: Counts = field(default_factory=dict)
    themes_withheld: bool = False
    names_of: "Cell | None" = None
    quotations: Sequence[Sequence[Any]] = ()
    # Of a total: the objectives that are in it, and how many are not, because they are withheld.
    objectives: frozenset[int] | None = None
    left_out: int = 0

    def __post_init__(self) -> None:
        if self.reported < 0:
            self.reported = sum(self.by_rating.values())
            self.percent_count, self.percent_sum = len(self.percents), sum(self.percents)

    @classmethod
    def of(cls, expected: int, tally: Tally) -> "Cell":
        counts = tally.reported, tally.percent_count, tally.percent_sum
        cell = cls(expected, tally.ratings, tally.percents, False, *counts, tally.themes or {})
        cell.quotations = tally.quotations or ()
        return cell

    def named(self, field: str, only_behind: bool = False) -> Named | None:
        """What the reports name in a field; None where nothing is named or it is withheld."""
        if self.withheld or self.themes_withheld:
            return None
        cell = self.names_of or self
        reports = cell.reported
        if only_behind:
            reports = sum(cell.by_rating.get(rating, 0) for rating in BEHIND)
        return named_in(cell.themes, field, reports, only_behind)

    @property
    def unreported(self) -> int:
        return self.expected - self.reported

    @property
    def is_too_small(self) -> bool:
        """Whether some, but fewer than five, countries stand behind one of its figures."""
        return are_too_few(self.behind)

    @property
    def behind(self) -> tuple[int, int]:
        return self.reported, self.percent_count

    @cached_property
    def mean_percent(self) -> Decimal | None:
        """Mean over the reports that gave a percentage; None where there is none to show.

        To one decimal, rounded here once: page, picture and download show the same.
        """
        if self.withheld or not self.percent_count:
            return None
        return rounded(Decimal(self.percent_sum) / self.percent_count)

    @cached_property
    def spread(self) -> "Spread | None":
        """Where the middle half of the percentages lies; None where there is none to show."""
        if self.withheld or self.percent_count < FEWEST_FOR_QUARTERS:
            return None
        return Spread(*(quartile(self.percents, number) for number in (1, 2, 3)))

    @property
    def counts(self) -> list[tuple[Rating, int]]:
        return [(rating, self.by_rating.get(rating.value, 0)) for rating in Rating]

    @property
    def shows_counts(self) -> bool:
        return bool(self.reported) and not self.withheld


class Spread(NamedTuple):
    """The quartiles: half of the percentages are between the lower and the upper one."""

    lower: Decimal
    median: Decimal
    upper: Decimal


def quartile(percents: Sequence[int], number: int) -> Decimal:
    """The first, second or third quartile of percentages in order, between two where it falls."""
    place, quarters = divmod((len(percents) - 1) * number, 4)
    if not quarters:
        return rounded(Decimal(percents[place]))
    below, above = percents[place], percents[place + 1]
    return rounded(below + Decimal(quarters) / 4 * (above - below))


def rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


def together(expected: int, cells: Sequence[Cell]) -> Cell:
    """The reports of these cells as one."""
    counts = [
        sum([cell.reported for cell in cells]),
        sum([cell.percent_count for cell in cells]),
        sum([cell.percent_sum for cell in cells]),
    ]
    if any(cell.by_rating is None for cell in cells):
        return Cell(expected, None, None, False, *counts)
    if len(cells) == 1:
        only = cells[0]
        all = Cell(expected, only.by_rating, only.percents, False, *counts, only.themes)
        all.quotations = only.quotations
        return all
    by_rating: dict[str, int] = {}
    for cell in cells:
        for rating, reports in cell.by_rating.items():
            by_rating[rating] = by_rating.get(rating, 0) + reports
    percents = sorted(chain.from_iterable([cell.percents for cell in cells]))
    named = [cell.themes for cell in cells if cell.themes]
    all = Cell(expected, by_rating, percents, False, *counts, merged(named) if named else {})
    all.quotations = list(chain.from_iterable([cell.quotations for cell in cells]))
    return all


def change(now: Cell, before: Cell | None) -> Decimal | None:
    """Percentage points between two means as they are shown.

    None where either is missing, and where they are of different objectives, because one that is
    withheld in one of the rounds is in the other.
    """
    if before is None or now.mean_percent is None or before.mean_percent is None:
        return None
    if now.objectives != before.objectives:
        return None
    return now.mean_percent - before.mean_percent


class Figures:
    """The cells of some objectives over some rounds, by region and in all."""

    def __init__(self, tallies: Iterable[Tally], countries_by_region: Mapping[int, int]) -> None:
        self.countries_by_region = dict(countries_by_region)
        self.countries = sum(self.countries_by_region.values())
        self._all: dict[tuple[int, int], Cell] = {}
        self._by_region: dict[tuple[int, int], dict[int, Cell]] = defaultdict(dict)
        # Of regions that are as small as each other always the same one is withheld: were it now
        # this and now that, two looks together would show them all.
        for tally in sorted(tallies, key=attrgetter("region")):
            # A cell that was emptied by reopening its reports is as one that never had any.
            if tally.reported:
                expected = self.countries_by_region[tally.region]
                of_regions = self._by_region[tally.objective, tally.round]
                of_regions[tally.region] = Cell.of(expected, tally)
        for key, regions in self._by_region.items():
            total = self._all[key] = together(self.countries, list(regions.values()))
            total.withheld = total.is_too_small
            cells = list(regions.values())
            withhold_regions(cells)
            if total.themes:
                total.themes_withheld = are_too_few(sizes(total.themes))
                withhold_themes(cells)

    def cell(self, objective: int, round: int, region: int | None = None) -> Cell:
        """One objective in one round."""
        key = (objective, round)
        if region is None:
            return self._all.get(key) or Cell(self.countries)
        return self._by_region.get(key, {}).get(region) or Cell(self.countries_by_region[region])

    def total(self, objectives: Sequence[int], round: int, region: int | None = None) -> Cell:
        """Several objectives in one round.

        An objective that is withheld is left out, reports and expectation both:
        inside a total it would be the total less the others.
        """
        cells = {each: self.cell(each, round, region) for each in objectives}
        kept = {each: cell for each, cell in cells.items() if not cell.withheld}
        shown = list(kept.values())
        total = together(sum(cell.expected for cell in shown), shown)
        total.withheld = bool(cells) and not shown
        total.objectives = frozenset(kept)
        total.left_out = 0 if total.withheld else len(cells) - len(kept)
        if any(cell.themes_withheld for cell in shown):
            # As above: an objective whose kinds are withheld is no part of the kinds of all.
            total.names_of = together(0, [cell for cell in shown if not cell.themes_withheld])
        return total


def withhold_regions(cells: Sequence[Cell]) -> None:
    """Marks the cells of one objective and round that would tell of fewer than five countries."""
    if any(cell.is_too_small for cell in cells):
        behind = [Behind(cell.behind, cell.expected) for cell in cells]
        for cell, hidden in zip(cells, withheld(behind), strict=True):
            cell.withheld = hidden


def withhold_themes(cells: Sequence[Cell]) -> None:
    """The same of the kinds that are named; those of a region that is withheld are hidden too."""
    named = [cell for cell in cells if cell.themes]
    behind = [Behind(sizes(cell.themes), cell.expected, cell.withheld) for cell in named]
    for cell, hidden in zip(named, withheld(behind), strict=True):
        cell.themes_withheld = hidden


@dataclass(frozen=True)
class Row:
    """One line of a dashboard: an objective or a goal, now, before, and over the rounds."""

    subject: object
    cell: Cell
    change: Decimal | None
    trend: list[Cell]

    @property
    def is_of_other_objectives(self) -> bool:
        """Than in the round before, because what is withheld is not the same."""
        return len(self.trend) > 1 and self.trend[-2].objectives != self.cell.objectives


def row(subject: object, cells: Sequence[Cell], position: int) -> Row:
    """The line whose rounds are `cells`, seen from the round at `position`."""
    before = cells[position - 1] if position else None
    return Row(
        subject=subject,
        cell=cells[position],
        change=change(cells[position], before),
        trend=list(cells[: position + 1]),
    )
