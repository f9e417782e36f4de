"""Which kinds of challenge and next step a country names beside its texts."""

from random import Random

from reporting.demonstration.progress import random_for
from reporting.models import Challenge, NextStep, Rating

# How likely a report names one; those that are behind have most to name.
NAMES_ONE = {Rating.OFF_TRACK: 0.92, Rating.AT_RISK: 0.85, Rating.ON_TRACK: 0.4}
REMEDIES = {
    Challenge.STAFF: NextStep.TRAIN,
    Challenge.MONEY: NextStep.FUND,
    Challenge.LAW: NextStep.REGULATE,
    Challenge.SYSTEMS: NextStep.CONNECT,
    Challenge.DATA: NextStep.IMPROVE_DATA,
    Challenge.AT_HOME: NextStep.AGREE_AT_HOME,
    Challenge.ABROAD: NextStep.AGREE_ABROAD,
    Challenge.PRIORITIES: NextStep.AGREE_AT_HOME,
    Challenge.SECURITY: NextStep.ASK_SECRETARIAT,
    Challenge.OTHER: NextStep.OTHER,
}


def usual(code: str) -> list[Challenge]:
    """The kinds in the order in which an objective brings them up."""
    kinds = [kind for kind in Challenge if kind != Challenge.OTHER]
    random_for("kinds", code).shuffle(kinds)
    return [*kinds, Challenge.OTHER]


def named(rng: Random, code: str, rating: str) -> tuple[str, str]:
    """(kind of challenge, kind of next step), each empty where the country names none."""
    if rng.random() >= NAMES_ONE.get(rating, 0):
        return "", ""
    kinds = usual(code)
    challenge = rng.choices(kinds, [0.7**place for place in range(len(kinds))])[0]
    if rng.random() < 0.1:
        return challenge, ""
    return challenge, REMEDIES[challenge] if rng.random() < 0.75 else rng.choice(list(NextStep))
