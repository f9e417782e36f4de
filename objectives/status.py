"""Where an indicator stands against its target, by rules that are written down.

docs/computed-status.md tells them in words, with worked cases that are the test of this
module. A rule that changes gets a new VERSION, so that a figure once published can say
by which rules it was computed; a snapshot keeps those that it was frozen under. All here is pure.

Values, targets and baselines are in the indicator's unit. Shares of the way are fractions:
0 is the baseline, 1 the target.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from objectives.models import Indicator

VERSION = 2
ON_TRACK_FROM = Decimal("0.90")
AT_RISK_FROM = Decimal("0.60")
# How far outside it may be what should be kept, as a share of the level or of the band's width.
NEARLY_KEPT = Decimal("0.10")


class Standing(models.TextChoices):
    COMPLETED = "completed", _("Completed")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")
    NO_DATA = "no_data", _("No data")
    NO_TARGET = "no_target", _("No target set")
    NO_BASELINE = "no_baseline", _("No baseline yet")


@dataclass(frozen=True)
class Aim:
    """A target or a milestone; `upper` is the upper edge of a band."""

    on: date
    value: Decimal
    upper: Decimal | None = None


@dataclass(frozen=True)
class Course:
    """What an indicator is measured by: from the baseline through the aims to the last of them.

    `rules` is the version of the rules that judge it.
    """

    direction: str
    begins_on: date
    baseline: Decimal | None
    aims: Sequence[Aim]
    rules: int = VERSION

    @property
    def leads_backwards(self) -> bool:
        """Whether the target is worse than the baseline; version 1 took that for a way like any."""
        if self.rules == 1 or self.baseline is None or not self.aims:
            return False
        return Indicator.Direction(self.direction).is_behind(self.aims[-1].value, self.baseline)

    @property
    def has_a_way(self) -> bool:
        """Whether there is a way from baseline to target, with a pace to keep."""
        return (
            self.direction in (Indicator.Direction.UP, Indicator.Direction.DOWN)
            and bool(self.aims)
            and self.baseline is not None
            and self.baseline != self.aims[-1].value
            and not self.leads_backwards
        )


@dataclass(frozen=True)
class Judgement:
    """`achieved` and `expected` are shares of the way, None where there is no way to share."""

    standing: Standing
    achieved: Decimal | None = None
    expected: Decimal | None = None


def judge(course: Course, value: Decimal | None, on: date) -> Judgement:
    """Where `value`, measured on the day `on`, stands."""
    if value is None:
        return Judgement(Standing.NO_DATA)
    if not course.aims:
        return Judgement(Standing.NO_TARGET)
    aims = sorted(course.aims, key=lambda aim: aim.on)
    if course.direction == Indicator.Direction.WITHIN_BAND:
        return Judgement(_within(aim_of(aims, on), value))
    if course.direction == Indicator.Direction.KEEP_AT_OR_ABOVE:
        return Judgement(_kept(value, aim_of(aims, on).value, upward=True))
    upward = course.direction == Indicator.Direction.UP
    target = aims[-1].value
    if course.baseline is None:
        met = value >= target if upward else value <= target
        return Judgement(Standing.COMPLETED if met else Standing.NO_BASELINE)
    if course.baseline == target:
        # There is no way to go: what has been reached is to be kept.
        return Judgement(_kept(value, target, upward=upward))
    if course.leads_backwards:
        # Nobody wants to go there: it is the least that is to be kept.
        return Judgement(_kept(value, aim_of(aims, on).value, upward=upward))
    return _judge_way(course, aims, value, on)


def _judge_way(course: Course, aims: Sequence[Aim], value: Decimal, on: date) -> Judgement:
    way = aims[-1].value - course.baseline
    achieved = (value - course.baseline) / way
    expected = pace(course, aims, on)
    return Judgement(_standing(achieved, expected), achieved, expected)


def _standing(achieved: Decimal, expected: Decimal) -> Standing:
    if achieved >= 1:
        return Standing.COMPLETED
    if achieved < 0:
        return Standing.OFF_TRACK
    if expected <= 0:
        # At the start nothing is expected yet, and nothing is lost.
        return Standing.ON_TRACK
    if achieved >= ON_TRACK_FROM * expected:
        return Standing.ON_TRACK
    return Standing.AT_RISK if achieved >= AT_RISK_FROM * expected else Standing.OFF_TRACK


def pace(course: Course, aims: Sequence[Aim], on: date) -> Decimal:
    """The share of the way that should be behind on the day `on`.

    In a straight line from the baseline to the first milestone, and on from each to the next.
    """
    way = aims[-1].value - course.baseline
    last_on, last_share = course.begins_on, Decimal(0)
    for aim in aims:
        share = (aim.value - course.baseline) / way
        if on < aim.on:
            days = (aim.on - last_on).days
            part = Decimal((on - last_on).days) / days if days > 0 else Decimal(1)
            return last_share + (share - last_share) * max(part, Decimal(0))
        last_on, last_share = aim.on, share
    return last_share


def aim_of(aims: Sequence[Aim], on: date) -> Aim:
    """What is to be kept on the day `on`: the next aim, or the last after its day."""
    return next((aim for aim in aims if on <= aim.on), aims[-1])


def _kept(value: Decimal, level: Decimal, *, upward: bool) -> Standing:
    missing = level - value if upward else value - level
    return _near(missing, abs(level))


def _within(aim: Aim, value: Decimal) -> Standing:
    upper = aim.value if aim.upper is None else aim.upper
    outside = max(aim.value - value, value - upper)
    return _near(outside, upper - aim.value or abs(upper))


def _near(missing: Decimal, scale: Decimal) -> Standing:
    """On track where nothing is missing, at risk where little is, measured by `scale`."""
    if missing <= 0:
        return Standing.ON_TRACK
    return Standing.AT_RISK if missing <= NEARLY_KEPT * scale else Standing.OFF_TRACK
