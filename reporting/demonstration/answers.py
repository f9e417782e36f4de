"""What a country answers when it is asked for an indicator."""

from decimal import Decimal
from random import Random

from objectives.models import Indicator
from reporting.demonstration.progress import Assessment, random_for
from reporting.demonstration.texts import Bank
from reporting.models import IndicatorValue, Rating

Kind = IndicatorValue.Kind
DOES_NOT_APPLY = "The objective does not apply to our country."
FOUR_PLACES = Decimal("0.0001")


def answer(
    rng: Random, bank: Bank, indicator: Indicator, iso2: str, assessment: Assessment
) -> IndicatorValue:
    """An answer that is in step with the country's progress; it belongs to no report yet."""
    steady = random_for(iso2, indicator.code)
    if assessment.rating == Rating.NOT_APPLICABLE:
        return IndicatorValue(indicator=indicator, kind=Kind.NOT_APPLICABLE, note=DOES_NOT_APPLY)
    if steady.random() < 0.03:
        note = steady.choice(bank.indicator_not_applicable)
        return IndicatorValue(indicator=indicator, kind=Kind.NOT_APPLICABLE, note=note)
    if rng.random() < 0.07 - assessment.progress / 2000:
        note = rng.choice(bank.indicator_no_data)
        return IndicatorValue(indicator=indicator, kind=Kind.NO_DATA, note=note)
    numbers = NUMBERS[indicator.aggregation](rng, steady, assessment.progress)
    return IndicatorValue(indicator=indicator, kind=Kind.NUMBER, **numbers)


def yes_or_no(rng: Random, steady: Random, progress: float) -> dict[str, Decimal]:
    return {"value": Decimal(progress >= steady.uniform(5, 110))}


def score(rng: Random, steady: Random, progress: float) -> dict[str, Decimal]:
    points = round(steady.gauss(2.9, 0.6) + progress / 90 + rng.gauss(0, 0.3))
    return {"value": Decimal(min(max(points, 1), 5))}


def ratio(rng: Random, steady: Random, progress: float) -> dict[str, Decimal]:
    denominator = max(4, round(steady.lognormvariate(3.8, 0.9) * rng.uniform(0.8, 1.25)))
    share = min(max(steady.uniform(0.2, 0.5) + progress / 250 + rng.gauss(0, 0.05), 0), 1)
    numerator = round(denominator * share)
    return {
        "value": (Decimal(100 * numerator) / denominator).quantize(FOUR_PLACES),
        "numerator": Decimal(numerator),
        "denominator": Decimal(denominator),
    }


def small_count(rng: Random, steady: Random, progress: float) -> dict[str, Decimal]:
    return {"value": Decimal(int(rng.random() * (1.4 + progress / 30)))}


def count(rng: Random, steady: Random, progress: float) -> dict[str, Decimal]:
    return {"value": Decimal(round(steady.lognormvariate(3.5, 0.8) * (0.6 + progress / 150)))}


NUMBERS = {
    Indicator.Aggregation.SHARE_YES: yes_or_no,
    Indicator.Aggregation.MEAN: score,
    Indicator.Aggregation.WEIGHTED_MEAN: score,
    Indicator.Aggregation.RATIO_OF_SUMS: ratio,
    Indicator.Aggregation.COUNT_DISTINCT: small_count,
    Indicator.Aggregation.SUM: count,
    Indicator.Aggregation.MEDIAN: count,
    Indicator.Aggregation.ORG_VALUE: count,
}
