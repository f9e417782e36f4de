"""What the secretariat holds about its own indicators, round by round."""

from decimal import Decimal

from objectives.models import Indicator
from reporting.demonstration.progress import random_for
from reporting.models import ReportingRound, SecretariatValue

FOUR_PLACES = Decimal("0.0001")
MINUTES_IN_HALF_A_YEAR = 262_800
NO_DATA = "The source was not available for this period."


def write_values(rounds: list[ReportingRound]) -> int:
    """One value for each round that is over; the open one has none yet."""
    values = [
        value_of(indicator, reporting_round, position)
        for indicator in Indicator.objects.held_by_others().of(rounds[0].framework)
        for position, reporting_round in enumerate(rounds[:-1])
    ]
    return len(SecretariatValue.objects.bulk_create(values))


def value_of(
    indicator: Indicator, reporting_round: ReportingRound, position: int
) -> SecretariatValue:
    steady = random_for("secretariat", indicator.code)
    rng = random_for("secretariat", indicator.code, reporting_round.slug)
    value = SecretariatValue(round=reporting_round, indicator=indicator)
    level = level_of(indicator, steady.uniform(0.3, 0.7), position) + rng.gauss(0, 0.02)
    level = min(level, 0.99)
    if rng.random() < 0.04:
        value.note = NO_DATA
    elif indicator.direction == Indicator.Direction.KEEP_AT_OR_ABOVE:
        minutes = MINUTES_IN_HALF_A_YEAR
        value.numerator = Decimal(round(minutes * rng.uniform(0.993, 0.9995)))
        value.denominator = Decimal(minutes)
        value.value = (100 * value.numerator / value.denominator).quantize(FOUR_PLACES)
    elif indicator.unit.startswith("%"):
        of = 196 if indicator.aggregation == "share_yes" else steady.randint(40, 400)
        value.numerator, value.denominator = Decimal(round(of * level)), Decimal(of)
        value.value = (100 * value.numerator / value.denominator).quantize(FOUR_PLACES)
    else:
        value.value = Decimal(max(1, round(100 * level)))
    return value


def level_of(indicator: Indicator, start: float, position: int) -> float:
    """Better from round to round, whichever way better is."""
    if indicator.direction == Indicator.Direction.DOWN:
        return start - 0.03 * position
    if indicator.direction == Indicator.Direction.WITHIN_BAND:
        return 0.88 + 0.01 * position
    return start + 0.03 * position
