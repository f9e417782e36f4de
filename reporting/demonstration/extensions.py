"""More time that countries have asked for, in the open round and for what came late before."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from members.clock import end_of_day
from members.models import MemberCountry, Role
from reporting.demonstration.accounts import COUNTRIES, People, time_zone_of
from reporting.demonstration.entries import Entry, Stage
from reporting.demonstration.histories import Life
from reporting.demonstration.progress import random_for
from reporting.demonstration.rounds import RoundPlan
from reporting.models import Extension, ReportingRound

State = Extension.State
DAY = timedelta(days=1)


def in_the_open_round(
    stage: Stage, countries: Iterable[MemberCountry], people: People
) -> Iterator[Extension]:
    """What each country is set to have asked for."""
    plan, reporting_round, _ = stage.rounds[-1]
    for country in countries:
        told = stage.bank.extensions.get(country.iso2)
        if told:
            with timezone.override(time_zone_of(country.iso2)):
                until = end_of_day(plan.due_at.date() + told["days"] * DAY)
            extension = asked(reporting_round, country, people, told["reason"])
            extension.asked_at = plan.reported_until - 4 * DAY + timedelta(hours=9, minutes=41)
            extension.asked_until = until
            yield answered(extension, people, State(told["state"]), told.get("answer", ""))


def for_late_reports(stage: Stage, entries: list[Entry], people: People) -> Iterator[Extension]:
    """For each round in which the country handed in something after the due date: it could."""
    lives: dict[int, list[Life]] = {}
    for entry in entries:
        lives.setdefault(entry.report.round_id, []).append(entry.life)
    for plan, reporting_round, _ in stage.rounds:
        of_round = lives.get(reporting_round.pk, [])
        if any(is_late(life, plan) for life in of_round):
            country = entries[0].report.country
            rng = random_for("extension", country.iso2, plan.slug)
            reason = rng.choice(stage.bank.late_reasons)
            extension = asked(reporting_round, country, people, reason)
            extension.asked_at = in_the_last_days(plan, rng.uniform(3, 8))
            extension.asked_until = plan.closes_at
            yield answered(extension, people, State.GRANTED, "")


def is_late(life: Life, plan: RoundPlan) -> bool:
    return bool(life.submissions) and life.submissions[0].at >= plan.due_at


def in_the_last_days(plan: RoundPlan, days: float) -> datetime:
    return (plan.due_at - days * DAY).replace(microsecond=0)


def asked(
    reporting_round: ReportingRound, country: MemberCountry, people: People, reason: str
) -> Extension:
    by = Role.FOCAL_POINT if country.iso2 in COUNTRIES else Role.REPORTER
    return Extension(
        round=reporting_round,
        country=country,
        reason=reason,
        asked_by_id=people.acting(by, country.iso2),
    )


def answered(extension: Extension, people: People, state: State, answer: str) -> Extension:
    extension.state = state
    if state == State.ASKED:
        return extension
    extension.answer = answer
    extension.answered_at = extension.asked_at + DAY + timedelta(hours=2)
    extension.answered_by_id = people.acting(Role.REVIEWER, extension.country.iso2)
    if state == State.GRANTED:
        extension.granted_until = extension.asked_until
    return extension
