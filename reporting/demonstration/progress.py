"""How a country gets on with an objective, from round to round."""

from dataclasses import dataclass
from random import Random

from reporting.models import Confidence, Rating

SEED = "demonstration"
ROUNDS = 8


@dataclass(frozen=True)
class Profile:
    """What is hidden behind a country's reports."""

    capacity: float
    pace: float
    is_silent: bool
    lateness: float
    rounds_to_five: bool


@dataclass(frozen=True)
class Assessment:
    rating: Rating
    percent: int | None
    confidence: str
    progress: float


def random_for(*names: object) -> Random:
    """The same stream for the same names, whatever else is loaded."""
    return Random(":".join([SEED, *map(str, names)]))


def profile_of(iso2: str, region: str, *, has_accounts: bool) -> Profile:
    rng = random_for("profile", iso2)
    return Profile(
        capacity=rng.gauss(0.4 if has_accounts else 0, 1),
        pace=random_for("region", region).uniform(0.9, 1.1),
        is_silent=not has_accounts and random_for("silent", iso2).random() < 0.04,
        lateness=min(0.6, rng.expovariate(9)),
        rounds_to_five=rng.random() < 0.8,
    )


def difficulty_of(code: str) -> float:
    return random_for("objective", code).random()


def assessments(rng: Random, profile: Profile, difficulty: float) -> list[Assessment]:
    """One assessment for each round, on a line that climbs unevenly."""
    never_applies = rng.random() < 0.025
    first_round = rng.choices(range(5), [66, 16, 9, 6, 3])[0]
    step = (12.8 + 1.9 * profile.capacity + rng.gauss(0, 1.8) - 3.2 * difficulty) * profile.pace
    step *= 1 + first_round * 0.1
    progress = 0.0
    result = []
    for number in range(ROUNDS):
        if number >= first_round:
            progress += max(1.0, step * rng.choices([1.0, 0.15, 1.7], [84, 9, 7])[0])
        if number == first_round:
            progress += max(0.0, rng.gauss(2, 3))
        progress = min(progress, 100.0)
        if never_applies or rng.random() < 0.004:
            result.append(Assessment(Rating.NOT_APPLICABLE, None, "", progress))
            continue
        rating = rated(progress, number, rng.gauss(0, 4))
        result.append(
            Assessment(
                rating,
                percent_of(progress, rating, profile.rounds_to_five),
                confidence_of(rng, profile.capacity, rating),
                progress,
            )
        )
    return result


def rated(progress: float, number: int, mood: float) -> Rating:
    if progress == 0:
        return Rating.NOT_STARTED
    if progress > 97:
        return Rating.COMPLETED
    # Plans are made anew: what was expected at first was too much, in the end too little.
    ahead = progress - (17 + 58 * number / (ROUNDS - 1)) + mood
    if ahead > -5:
        return Rating.ON_TRACK
    return Rating.AT_RISK if ahead > -12 - 2 * number else Rating.OFF_TRACK


def percent_of(progress: float, rating: Rating, rounds_to_five: bool) -> int:
    if rating == Rating.COMPLETED:
        return 100
    if rating == Rating.NOT_STARTED:
        return 0
    percent = 5 * round(progress / 5) if rounds_to_five else round(progress)
    return min(max(percent, 1), 95)


def confidence_of(rng: Random, capacity: float, rating: Rating) -> str:
    if rng.random() < 0.05:
        return ""
    high = 4 + capacity + (4 if rating == Rating.COMPLETED else 0)
    weights = [max(1.0, high), 5.0, max(0.5, 1.5 - capacity)]
    return rng.choices([Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW], weights)[0]
