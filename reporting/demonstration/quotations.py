"""Passages that two reviewers have chosen, and some that wait for the second."""

import re
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from members.models import User
from objectives.models import Objective
from reporting.models import Quotation, ReportingRound, Status, Submission
from reporting.models.quotations import QUOTATION_MAX_LENGTH
from reporting.quotations import reasons_against

REVIEWERS = ["reviewer@demo.example", "colleague@demo.example"]
SHOWN, WAITING, SHORTEST = 3, 2, 40
SENTENCE = re.compile(r"[^.!?]+[.!?]")


def write(rounds: list[ReportingRound], objectives: list[Objective]) -> int:
    """A few for each objective of the last two rounds; the newest of all wait."""
    first, second = [User.objects.get(email=email) for email in REVIEWERS]
    at = timezone.now() - timedelta(hours=3)
    found = []
    for reporting_round in rounds[-2:]:
        for objective in objectives:
            for submission, field, text in passages(reporting_round, objective):
                quotation = Quotation(submission=submission, field=field, text=text)
                quotation.chosen_at, quotation.chosen_by = at, first
                quotation.confirmed_at, quotation.confirmed_by = at, second
                found.append(quotation)
    for quotation in found[-WAITING:]:
        quotation.confirmed_at = quotation.confirmed_by = None
    return len(Quotation.objects.bulk_create(found))


def passages(
    reporting_round: ReportingRound, objective: Objective
) -> Iterator[tuple[Submission, str, str]]:
    """The first fit sentence of some approved reports, no two alike."""
    approved = Submission.objects.last_ones().filter(
        report__round=reporting_round, report__objective=objective, report__status=Status.APPROVED
    )
    said: dict[str, set[str]] = {field: set() for field in Quotation.KINDS}
    for field, kind in Quotation.KINDS.items():
        chosen = approved.exclude(**{f"report__{kind}": ""})
        chosen = chosen.select_related("report__country__region")
        for submission in chosen.order_by("sha256")[: 4 * SHOWN]:
            text = fit(submission, field)
            if text and text not in said[field] and len(said[field]) < SHOWN:
                said[field].add(text)
                yield submission, field, text


def fit(submission: Submission, field: str) -> str | None:
    country = submission.report.country
    text = submission.content[field]
    for sentence in map(str.strip, SENTENCE.findall(text)):
        against = reasons_against(
            sentence,
            text=text,
            names=[country.name_en, country.region.name],
            codes=[country.iso2, country.iso3],
            people=[],
        )
        if SHORTEST <= len(sentence) <= QUOTATION_MAX_LENGTH and not list(against):
            return sentence
    return None
