"""Writes the demonstration into the data base."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from goals.models import Framework
from members.models import MemberCountry, User
from objectives.models import Indicator, Objective
from reporting.demonstration import accounts, progress, texts
from reporting.demonstration.answers import answer
from reporting.demonstration.histories import SUBMITTED, Life, life, outcomes
from reporting.demonstration.rounds import RoundPlan, planned_rounds
from reporting.models import (
    IndicatorValue,
    ProgressReport,
    Rating,
    ReportEvent,
    ReportingRound,
    Status,
    Submission,
)
from reporting.models.history import receipt_number, sha256_of

FIXTURES = ["members", "framework-2022-2025", "framework-2026-2030"]
FRAMEWORK = "2022-2025"
BANK = settings.BASE_DIR / "fixtures" / "demonstration_texts.json"


class Refused(Exception):
    """The demonstration may not be loaded here."""


@dataclass(frozen=True)
class Loaded:
    reports: int
    countries: int
    rounds: int
    seconds: float


@dataclass(frozen=True)
class Stage:
    """What all countries have in common."""

    bank: texts.Bank
    rounds: list[tuple[RoundPlan, ReportingRound, texts.Period]]
    objectives: list[Objective]
    indicators: dict[int, list[Indicator]]
    people: accounts.People


@dataclass
class Entry:
    """One report with what hangs on it, before any of it is written."""

    report: ProgressReport
    answers: list[IndicatorValue]
    life: Life


def load(*, only: Iterable[str] = (), shows_progress: bool = False) -> Loaded | None:
    """Loads fixtures and demonstration, all or nothing; None if it is there already.

    `only` names the countries that report (ISO codes of two letters); without it all do.
    """
    if not settings.DEMONSTRATION:
        raise Refused(
            "The demonstration has accounts with a published password. "
            "It loads only where DEMONSTRATION=1 is set."
        )
    if accounts.exist():
        return None
    if User.objects.exists() or ReportingRound.objects.exists():
        raise Refused(
            "This data base is in use: it holds accounts or rounds of its own. "
            "Load the demonstration into an empty one."
        )
    began = time.monotonic()
    with transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        countries = MemberCountry.objects.select_related("region").order_by("iso2")
        countries = list(countries.filter(iso2__in=only) if only else countries)
        stage = build_stage(countries, timezone.now())
        reports = sum(
            write(country_entries(stage, country), stage.people)
            for country in tqdm(
                countries,
                desc="Demonstration",
                unit=" countries",
                leave=False,
                disable=not shows_progress,
            )
        )
    seconds = time.monotonic() - began
    return Loaded(reports, len(countries), len(stage.rounds), seconds)


def build_stage(countries: list[MemberCountry], now: datetime) -> Stage:
    framework = Framework.objects.get(slug=FRAMEWORK)
    plans = planned_rounds(now)
    rounds = [
        (plan, create_round(framework, plan), texts.period_from(plan.starts_on)) for plan in plans
    ]
    indicators: dict[int, list[Indicator]] = {}
    for indicator in Indicator.objects.asked_of_countries().of(framework):
        indicators.setdefault(indicator.objective_id, []).append(indicator)
    return Stage(
        bank=texts.read_bank(BANK),
        rounds=rounds,
        objectives=list(Objective.objects.of(framework)),
        indicators=indicators,
        people=accounts.create(countries, joined=plans[0].opens_at - timedelta(days=30)),
    )


def create_round(framework: Framework, plan: RoundPlan) -> ReportingRound:
    return ReportingRound.objects.create(
        framework=framework,
        slug=plan.slug,
        name=plan.name,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        opens_at=plan.opens_at,
        due_at=plan.due_at,
        closes_at=plan.closes_at,
    )


def country_entries(stage: Stage, country: MemberCountry) -> list[Entry]:
    rng = progress.random_for("country", country.iso2)
    desk = stage.bank.desks.get(country.iso2)
    profile = progress.profile_of(country.iso2, country.region.code, has_accounts=desk is not None)
    courses = [
        progress.assessments(rng, profile, progress.difficulty_of(objective.code))
        for objective in stage.objectives
    ]
    entries = []
    for number, (plan, reporting_round, period) in enumerate(stage.rounds):
        states = outcomes(rng, profile, plan, number)
        for objective, course, state in zip(stage.objectives, courses, states, strict=False):
            if desk:
                state = desk[objective.code] if plan.is_open else state or Status.APPROVED
            if not state:
                continue
            assessment = course[number]
            report = ProgressReport(
                round=reporting_round,
                objective=objective,
                country=country,
                rating=assessment.rating,
                percent_complete=assessment.percent,
                confidence=assessment.confidence,
                **texts.written(rng, stage.bank, objective.code, assessment, period),
            )
            answers = [
                answer(rng, stage.bank, indicator, country.iso2, assessment)
                for indicator in stage.indicators.get(objective.pk, [])
            ]
            if state == Status.DRAFT:
                answers = leave_unfinished(rng, report, answers)
            past = life(rng, stage.bank, profile, plan, country.region.code, Status(state))
            entries.append(Entry(report, answers, past))
    return entries


def leave_unfinished(
    rng: Random, report: ProgressReport, answers: list[IndicatorValue]
) -> list[IndicatorValue]:
    """Takes out of a draft what its writer has not come to yet."""
    report.lessons = ""
    if rng.random() < 0.5:
        report.next_steps = ""
    if rng.random() < 0.3:
        report.rating = report.confidence = report.not_applicable_reason = ""
        report.percent_complete = None
    return answers[: rng.randint(0, len(answers))]


def write(entries: list[Entry], people: accounts.People) -> int:
    """Writes a country's reports, then what needs their keys. Returns how many reports."""
    for entry in entries:
        set_state(entry, people)
    ProgressReport.objects.bulk_create(entry.report for entry in entries)
    for entry in entries:
        for value in entry.answers:
            value.report_id = entry.report.pk
    IndicatorValue.objects.bulk_create(chain.from_iterable(entry.answers for entry in entries))
    submissions = [frozen_copies(entry, people) for entry in entries]
    Submission.objects.bulk_create(chain.from_iterable(submissions))
    ReportEvent.objects.bulk_create(
        event
        for entry, copies in zip(entries, submissions, strict=True)
        for event in chained_events(entry, copies, people)
    )
    return len(entries)


def set_state(entry: Entry, people: accounts.People) -> None:
    report, last = entry.report, entry.life.steps[-1]
    report.status = entry.life.status
    report.version = entry.life.version
    report.changed_by_id = people.acting(last.by, report.country.iso2)
    report.changed_at = entry.life.saved_at if report.status == Status.DRAFT else last.at


def frozen_copies(entry: Entry, people: accounts.People) -> list[Submission]:
    report = entry.report
    steps = entry.life.submissions
    content = report.content(entry.answers)
    copies = []
    for number, step in enumerate(steps, start=1):
        frozen = content if number == len(steps) else less_complete(content)
        copies.append(
            Submission(
                report=report,
                number=number,
                receipt_number=receipt_number(report, number),
                content=frozen,
                sha256=sha256_of(frozen),
                submitted_at=step.at,
                submitted_by_id=people.acting(step.by, report.country.iso2),
            )
        )
    return copies


def less_complete(content: dict) -> dict:
    """What the country had written before the secretariat asked for more."""
    if content["rating"] == Rating.NOT_APPLICABLE:
        return content
    sentences = content["achievements"].removesuffix(".").split(". ")
    shorter = ". ".join(sentences[:-1] or sentences) + "." if content["achievements"] else ""
    return content | {"achievements": shorter, "lessons": "", "confidence": ""}


def chained_events(
    entry: Entry, copies: list[Submission], people: accounts.People
) -> Iterable[ReportEvent]:
    remaining = iter(copies)
    previous_hash = ""
    for number, step in enumerate(entry.life.steps, start=1):
        event = ReportEvent(
            report=entry.report,
            number=number,
            kind=step.kind,
            at=step.at,
            by_id=people.acting(step.by, entry.report.country.iso2),
            from_status=step.from_status,
            to_status=step.to_status,
            comment=step.comment,
            submission=next(remaining) if step.kind == SUBMITTED else None,
            previous_hash=previous_hash,
        )
        previous_hash = event.hash = event.computed_hash()
        yield event
