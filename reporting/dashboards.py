"""The figures of dashboards: how many countries reported what, and nothing of a single one.

Only approved reports count. All here is pure: rows in, figures out.

Withholding: a figure about fewer than five reporting countries is withheld, and
so is whatever it could be worked out from. With the total over all regions on
another page, one withheld region is the total less the others; so regions are
withheld until those withheld hold five countries or none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from reporting.models import Rating

FEWEST_COUNTRIES = 5


class Tally(NamedTuple):
    """One row of `ProgressReport.objects.tallied()`."""

    objective: int
    round: int
    region: int
    rating: str
    reports: int
    percent_sum: int | None
    percent_count: int


@dataclass
class Cell:
    """Figures of a set of reports, out of the `expected` ones (countries × objectives).

    `percent_sum` is in percent; `percent_count` leaves out reports without a percentage.
    """

    expected: int
    by_rating: dict[str, int] = field(default_factory=dict)
    percent_sum: int = 0
    percent_count: int = 0
    withheld: bool = False

    def add(self, tally: Tally) -> None:
        self.by_rating[tally.rating] = self.by_rating.get(tally.rating, 0) + tally.reports
        self.percent_sum += tally.percent_sum or 0
        self.percent_count += tally.percent_count

    def merge(self, other: "Cell") -> None:
        for rating, reports in other.by_rating.items():
            self.by_rating[rating] = self.by_rating.get(rating, 0) + reports
        self.percent_sum += other.percent_sum
        self.percent_count += other.percent_count

    @property
    def reported(self) -> int:
        return sum(self.by_rating.values())

    @property
    def unreported(self) -> int:
        return self.expected - self.reported

    @property
    def is_too_small(self) -> bool:
        """Whether some, but fewer than five, countries stand behind one of its figures."""
        return 0 < self.reported < FEWEST_COUNTRIES or 0 < self.percent_count < FEWEST_COUNTRIES

    @property
    def mean_percent(self) -> Decimal | None:
        """Mean over the reports that gave a percentage; None where there is none to show.

        To one decimal, rounded here once: page, picture and download show the same.
        """
        if self.withheld or not self.percent_count:
            return None
        mean = Decimal(self.percent_sum) / self.percent_count
        return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def counts(self) -> list[tuple[Rating, int]]:
        return [(rating, self.by_rating.get(rating.value, 0)) for rating in Rating]

    @property
    def shows_counts(self) -> bool:
        return bool(self.reported) and not self.withheld


def change(now: Cell, before: Cell | None) -> Decimal | None:
    """Percentage points between two means as they are shown; None where either is missing."""
    if before is None or now.mean_percent is None or before.mean_percent is None:
        return None
    return now.mean_percent - before.mean_percent


class Figures:
    """The cells of some objectives over some rounds, by region and in all."""

    def __init__(self, tallies: Iterable[Tally], countries_by_region: Mapping[int, int]) -> None:
        self.countries_by_region = dict(countries_by_region)
        self.countries = sum(self.countries_by_region.values())
        self._all: dict[tuple[int, int], Cell] = {}
        self._by_region: dict[tuple[int, int], dict[int, Cell]] = {}
        for tally in tallies:
            key = (tally.objective, tally.round)
            self._all.setdefault(key, Cell(self.countries)).add(tally)
            regions = self._by_region.setdefault(key, {})
            regions.setdefault(tally.region, Cell(self.countries_by_region[tally.region])).add(
                tally
            )
        for key, cell in self._all.items():
            cell.withheld = cell.is_too_small
            withhold_regions(self._by_region[key])

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
        cells = [self.cell(objective, round, region) for objective in objectives]
        shown = [cell for cell in cells if not cell.withheld]
        total = Cell(sum(cell.expected for cell in shown), withheld=bool(cells) and not shown)
        for cell in shown:
            total.merge(cell)
        return total


def withhold_regions(cells: Mapping[int, Cell]) -> None:
    """Marks the cells of one objective and round that would tell of fewer than five countries."""
    reported = sorted(
        (cell for cell in cells.values() if cell.reported), key=lambda cell: cell.reported
    )
    hidden = Cell(0)
    for cell in reported:
        if cell.is_too_small or hidden.is_too_small:
            cell.withheld = True
            hidden.merge(cell)
    # The smallest come first, so what is still too small here has no larger one to hide behind.
    if hidden.is_too_small:
        for cell in reported:
            cell.withheld = True


@dataclass(frozen=True)
class Row:
    """One line of a dashboard: an objective or a goal, now, before, and over the rounds."""

    subject: object
    cell: Cell
    change: Decimal | None
    trend: list[Cell]


def row(subject: object, cells: Sequence[Cell], position: int) -> Row:
    """The line whose rounds are `cells`, seen from the round at `position`."""
    before = cells[position - 1] if position else None
    return Row(
        subject=subject,
        cell=cells[position],
        change=change(cells[position], before),
        trend=list(cells[: position + 1]),
    )
