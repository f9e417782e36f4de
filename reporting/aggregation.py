"""What an indicator says in a round, put together by its own rule from the tallies.

All here is pure: rows in, figures out. A value is rounded once, here, so page, picture and
download show the same, and its status can be recalculated from what is shown.

No answer is never zero: who has not answered, has no data or is not concerned is in no sum
and no mean. What fewer than five countries stand behind is withheld, and so is whatever it
could be worked out from, as `reporting.withholding` says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from objectives.models import Indicator
from reporting.models import IndicatorValue
from reporting.withholding import FEWEST_COUNTRIES, Behind, are_too_few, withheld

Aggregation = Indicator.Aggregation
Kind = IndicatorValue.Kind
ONE_PLACE, TWO_PLACES = Decimal("0.1"), Decimal("0.01")


class Tally(NamedTuple):
    """One row of `ValueTally`."""

    indicator: int
    round: int
    region: int
    kinds: Mapping[str, int]
    values: Sequence[str]
    numerator: Decimal
    denominator: Decimal
    pairs: int


class Held(NamedTuple):
    """One row of `SecretariatValue`."""

    indicator: int
    round: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    note: str


@dataclass
class Answers:
    """What a set of countries, `expected` of them, answered about an indicator in a round.

    `pairs` of the numbers are numerator and denominator. A value may be put together from as few
    as `fewest` of the numbers.
    """

    expected: int
    kinds: dict[str, int] = field(default_factory=dict)
    values: list[Decimal] = field(default_factory=list)
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    pairs: int = 0
    withheld: bool = False
    fewest: int = FEWEST_COUNTRIES

    def add(self, tally: Tally) -> None:
        self.merge(
            Answers(
                0,
                dict(tally.kinds),
                [Decimal(value) for value in tally.values],
                tally.numerator,
                tally.denominator,
                tally.pairs,
            )
        )

    def merge(self, other: "Answers") -> None:
        for kind, count in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count
        self.values = sorted(self.values + other.values)
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.pairs += other.pairs

    def leave_out_lone_numbers(self) -> None:
        """As if who gave no pair had not answered: such a number is in no sum of pairs."""
        self.kinds[Kind.NUMBER] = self.pairs
        self.kinds = {kind: count for kind, count in self.kinds.items() if count}

    @property
    def given(self) -> int:
        """How many gave a number, or answered yes or no."""
        return self.kinds.get(Kind.NUMBER, 0)

    @property
    def not_applicable(self) -> int:
        return self.kinds.get(Kind.NOT_APPLICABLE, 0)

    @property
    def no_data(self) -> int:
        return self.kinds.get(Kind.NO_DATA, 0)

    @property
    def silent(self) -> int:
        return self.expected - sum(self.kinds.values())

    @property
    def is_too_small(self) -> bool:
        """Whether some, but fewer than five, countries stand behind one of its figures."""
        return are_too_few(self.behind, (FEWEST_COUNTRIES, self.fewest))

    @property
    def behind(self) -> tuple[int, int]:
        return sum(self.kinds.values()), self.given


def fit_to(indicator: Indicator, regions: Iterable[Answers]) -> None:
    """Readies these answers for the indicator's rule, which may have changed since they were given.

    A ratio is put together from pairs alone. A median has five countries on either side, or it
    could be what one country said.
    """
    regions = list(regions)
    is_ratio = indicator.aggregation == Aggregation.RATIO_OF_SUMS
    is_weighted = indicator.aggregation == Aggregation.WEIGHTED_MEAN
    if is_ratio or (is_weighted and any(each.pairs for each in regions)):
        for each in regions:
            each.leave_out_lone_numbers()
    if indicator.aggregation == Aggregation.MEDIAN:
        for each in regions:
            each.fewest = 2 * FEWEST_COUNTRIES


def withhold(regions: Iterable[Answers]) -> None:
    """Marks the answers of regions that would tell of fewer than five countries."""
    answered = [each for each in regions if each.kinds]
    fewest = max((each.fewest for each in answered), default=FEWEST_COUNTRIES)
    behind = [Behind(each.behind, each.expected) for each in answered]
    for each, hidden in zip(answered, withheld(behind, (FEWEST_COUNTRIES, fewest)), strict=True):
        each.withheld = hidden


@dataclass(frozen=True)
class Measure:
    """An indicator in one round: the value in its unit, and what it is put together from.

    `part` of `whole` are the counts behind a share. `answers` is None where the value is one
    for the whole organisation, which the secretariat holds.
    """

    value: Decimal | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    answers: Answers | None = None
    note: str = ""

    @property
    def withheld(self) -> bool:
        return self.answers is not None and self.answers.withheld

    @property
    def share_of_all(self) -> Decimal | None:
        """Of a share of countries: in percent of all that there are, whether they answered."""
        if self.part is None or self.answers is None or not self.answers.expected:
            return None
        return rounded(100 * self.part / self.answers.expected)


def rounded(value: Decimal, places: Decimal = ONE_PLACE) -> Decimal:
    return value.quantize(places, ROUND_HALF_UP)


def scale_of(unit: str) -> int:
    return 100 if unit.startswith("%") else 1


def _share_yes(answers: Answers, scale: int) -> Measure:
    yes = sum(1 for value in answers.values if value)
    return Measure(
        rounded(Decimal(100 * yes) / answers.given), Decimal(yes), Decimal(answers.given), answers
    )


def _ratio_of_sums(answers: Answers, scale: int) -> Measure:
    """Never the mean of the countries' own ratios: a small one would count as much as a large."""
    if not answers.denominator:
        return Measure(answers=answers)
    value = rounded(scale * answers.numerator / answers.denominator)
    return Measure(value, answers.numerator, answers.denominator, answers)


def _mean(answers: Answers, scale: int) -> Measure:
    return Measure(rounded(sum(answers.values, Decimal(0)) / answers.given), answers=answers)


def _weighted_mean(answers: Answers, scale: int) -> Measure:
    """Weighted by the denominators where there are any."""
    rule = _ratio_of_sums if answers.denominator else _mean
    return rule(answers, scale)


def _median(answers: Answers, scale: int) -> Measure:
    return Measure(rounded(Decimal(median(answers.values))), answers=answers)


def _sum(answers: Answers, scale: int) -> Measure:
    return Measure(rounded(sum(answers.values, Decimal(0))), answers=answers)


RULES: dict[str, Callable[[Answers, int], Measure]] = {
    Aggregation.SHARE_YES: _share_yes,
    Aggregation.RATIO_OF_SUMS: _ratio_of_sums,
    Aggregation.MEAN: _mean,
    Aggregation.WEIGHTED_MEAN: _weighted_mean,
    Aggregation.MEDIAN: _median,
    Aggregation.SUM: _sum,
    # Countries give numbers, not names: what two of them name is counted twice.
    Aggregation.COUNT_DISTINCT: _sum,
}


def measured(indicator: Indicator, answers: Answers) -> Measure:
    """What countries' answers come to by the indicator's rule."""
    rule = RULES.get(indicator.aggregation)
    if answers.withheld or not answers.given or rule is None:
        return Measure(answers=answers)
    return rule(answers, scale_of(indicator.unit))


def held(row: Held | None) -> Measure:
    """What the secretariat holds: as it says, for it has put it together itself."""
    if row is None:
        return Measure()
    value = None if row.value is None else rounded(row.value, TWO_PLACES)
    if value is None or row.numerator is None or not row.denominator:
        return Measure(value, note=row.note)
    return Measure(value, row.numerator, row.denominator, note=row.note)


class Values:
    """The measures of an objective's indicators over the rounds, in all or of one region."""

    def __init__(
        self,
        tallies: Iterable[Tally],
        helds: Iterable[Held],
        countries_by_region: Mapping[int, int],
        region: int | None = None,
    ) -> None:
        self.region = region
        self.expected = countries_by_region[region] if region else sum(countries_by_region.values())
        self._held = {(row.indicator, row.round): row for row in helds}
        regions: dict[tuple[int, int], dict[int, Answers]] = {}
        # As in the figures: of regions as small as each other always the same one is withheld.
        for tally in sorted(tallies, key=attrgetter("region")):
            of_round = regions.setdefault((tally.indicator, tally.round), {})
            of_region = Answers(countries_by_region[tally.region])
            of_round.setdefault(tally.region, of_region).add(tally)
        self._regions = regions

    def _one(self, indicator: Indicator, regions: dict[int, Answers]) -> Answers:
        fit_to(indicator, regions.values())
        withhold(regions.values())
        if self.region:
            return regions.get(self.region) or Answers(self.expected)
        fewest = [each.fewest for each in regions.values()]
        total = Answers(self.expected, fewest=max(fewest, default=FEWEST_COUNTRIES))
        for each in regions.values():
            total.merge(each)
        total.withheld = total.is_too_small
        return total

    def measure(self, indicator: Indicator, round: int) -> Measure:
        key = (indicator.pk, round)
        if is_held_by_the_secretariat(indicator):
            return held(self._held.get(key))
        return measured(indicator, self._one(indicator, self._regions.get(key, {})))


def is_held_by_the_secretariat(indicator: Indicator) -> bool:
    """No country is asked for it, or its value is one for the whole organisation."""
    return not indicator.is_asked_of_countries or indicator.aggregation == Aggregation.ORG_VALUE
