"""What a national bureau writes, put together from the sentences in fixtures/."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from string import Formatter

from reporting.demonstration.progress import Assessment
from reporting.demonstration.stories import Story, parsed_stories
from reporting.models import Rating

# The smallest and the largest number that may stand in a sentence.
RANGES = {
    "databases": (3, 9),
    "days": (3, 15),
    "few": (2, 5),
    "growth": (6, 38),
    "hours": (2, 9),
    "officers": (12, 180),
    "products": (6, 42),
    "records": (120, 2400),
    "sessions": (3, 9),
    "share": (52, 96),
    "units": (6, 16),
    "weeks": (4, 14),
    "women": (22, 47),
}
# How many sentences a rating asks for, each number as likely as the others.
LENGTHS = {
    Rating.COMPLETED: {"achievements": [2, 3], "challenges": [0, 0, 0, 1], "next_steps": [0, 1]},
    Rating.ON_TRACK: {"achievements": [2, 2, 3], "challenges": [0, 1], "next_steps": [1, 2]},
    Rating.AT_RISK: {"achievements": [1, 2], "challenges": [1, 2], "next_steps": [1, 2]},
    Rating.OFF_TRACK: {"achievements": [0, 1], "challenges": [2, 2, 3], "next_steps": [2, 3]},
    Rating.NOT_STARTED: {"achievements": [0], "challenges": [0, 1], "next_steps": [1]},
}
Sentence = tuple[str, list[str]]


@dataclass(frozen=True)
class Bank:
    agencies: list[str]
    partners: list[str]
    openings: dict[str, list[Sentence]]
    closings: list[Sentence]
    not_applicable: list[Sentence]
    objectives: dict[str, dict[str, list[Sentence]]]
    returned: list[str]
    stories: dict[str, Story]
    extensions: dict[str, dict]
    late_reasons: list[str]
    reopened: list[str]
    indicator_not_applicable: list[str]
    indicator_no_data: list[str]
    desks: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Period:
    months: list[str]
    months_after: list[str]


def read_bank(path: Path) -> Bank:
    data = json.loads(path.read_text(encoding="utf-8"))
    data["openings"] = parsed_lists(data["openings"])
    data["closings"] = parsed(data["closings"])
    data["not_applicable"] = parsed(data["not_applicable"])
    data["stories"] = parsed_stories(data["stories"])
    data["objectives"] = {code: parsed_lists(of) for code, of in data["objectives"].items()}
    return Bank(**data)


def parsed_lists(lists: dict[str, list[str]]) -> dict[str, list[Sentence]]:
    return {name: parsed(sentences) for name, sentences in lists.items()}


def parsed(sentences: list[str]) -> list[Sentence]:
    """Each sentence with the names of its blanks."""
    return [
        (text, [blank for _, blank, *_ in Formatter().parse(text) if blank]) for text in sentences
    ]


def period_from(starts_on: date) -> Period:
    """The months of the half-year that starts on this day, and those of the next one."""
    months = [
        date(starts_on.year + month // 12, month % 12 + 1, 1).strftime("%B %Y")
        for month in range(starts_on.month - 1, starts_on.month + 11)
    ]
    return Period(months[:6], months[6:])


def written(rng: Random, bank: Bank, code: str, assessment: Assessment, period: Period):
    """The five texts of a report: {field: text}."""
    texts = dict.fromkeys(
        ["achievements", "challenges", "next_steps", "lessons", "not_applicable_reason"], ""
    )

    def filled(sentences: list[Sentence]) -> str:
        return " ".join(
            complete(rng, bank, period, sentence) for sentence in sentences if sentence[0]
        )

    if assessment.rating == Rating.NOT_APPLICABLE:
        texts["not_applicable_reason"] = filled([rng.choice(bank.not_applicable)])
        return texts
    sentences = bank.objectives[code]
    chosen = {
        field: rng.sample(sentences[field], rng.choice(lengths))
        for field, lengths in LENGTHS[assessment.rating].items()
    }
    chosen["achievements"].insert(0, rng.choice(bank.openings[assessment.rating]))
    if len(chosen["achievements"]) > 2 and rng.random() < 0.3:
        chosen["achievements"].append(rng.choice(bank.closings))
    if assessment.rating != Rating.NOT_STARTED and rng.random() < 0.4:
        chosen["lessons"] = [rng.choice(sentences["lessons"])]
    return texts | {field: filled(picked) for field, picked in chosen.items()}


def complete(rng: Random, bank: Bank, period: Period, sentence: Sentence) -> str:
    text, blanks = sentence
    if not blanks:
        return text
    text = text.format_map({blank: detail(rng, bank, period, blank) for blank in blanks})
    return text[0].upper() + text[1:]


def detail(rng: Random, bank: Bank, period: Period, blank: str) -> str:
    if blank in RANGES:
        return str(rng.randint(*RANGES[blank]))
    if blank == "score":
        return f"{rng.uniform(3.1, 4.6):.1f}"
    choices = {
        "agency": bank.agencies,
        "partner": bank.partners,
        "month": period.months,
        "next": period.months_after,
    }
    return rng.choice(choices[blank])
