"""Invented baselines and targets for some indicators, so that every status occurs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.models import Framework
from objectives.models import Indicator, Target

WARNING = "baseline and targets are invented for the demonstration"
BASELINE_YEAR = 2021
MIDDLE, END = date(2023, 12, 31), date(2025, 12, 31)


@dataclass(frozen=True)
class Plan:
    """A baseline of 2021, a milestone at the end of 2023 and a target at the end of 2025.

    A pair is a band to be kept. What is None has not been set.
    """

    baseline: str | None
    middle: str | tuple[str, str] | None
    end: str | tuple[str, str] | None


PLANS = {
    "1.1.1": Plan("4", "35", "80"),
    "1.1.2": Plan("50", "60", "80"),
    "1.1.3": Plan(None, None, "99.5"),
    "1.2.2": Plan("38", None, "80"),
    "1.3.1": Plan("6", "35", "70"),
    "1.3.2": Plan("70", None, "40"),
    "1.4.1": Plan("30", "40", "60"),
    "1.4.2": Plan("45", None, "90"),
    "2.1.1": Plan("4", "50", "95"),
    "2.1.2": Plan("80", "60", "36"),
    "2.2.3": Plan(None, None, "75"),
    "2.3.3": Plan("30", "42", "50"),
    "2.4.1": Plan("5", None, None),
    "3.1.2": Plan("2.9", None, "4.5"),
    "3.2.3": Plan("0", "100", "250"),
    "3.3.3": Plan("7", "40", "90"),
    "4.2.3": Plan(None, ("85", "105"), ("90", "100")),
    "4.3.3": Plan("70", None, "30"),
}


def set_targets(framework: Framework) -> int:
    """Returns how many targets and milestones were set."""
    indicators = [each for each in Indicator.objects.of(framework) if each.code in PLANS]
    for indicator in indicators:
        plan = PLANS[indicator.code]
        if plan.baseline is not None:
            indicator.baseline_value = Decimal(plan.baseline)
            indicator.baseline_year = BASELINE_YEAR
            indicator.baseline_is_provisional = True
        indicator.caution = "; ".join(filter(None, [indicator.caution, WARNING]))
    Indicator.objects.bulk_update(
        indicators, ["baseline_value", "baseline_year", "baseline_is_provisional", "caution"]
    )
    targets = [
        target
        for indicator in indicators
        for target in targets_of(indicator, PLANS[indicator.code])
    ]
    return len(Target.objects.bulk_create(targets))


def targets_of(indicator: Indicator, plan: Plan) -> Iterator[Target]:
    for on, aim in [(MIDDLE, plan.middle), (END, plan.end)]:
        if aim is not None:
            value, upper = aim if isinstance(aim, tuple) else (aim, None)
            yield Target(
                indicator=indicator,
                date=on,
                value=Decimal(value),
                upper_value=None if upper is None else Decimal(upper),
            )
