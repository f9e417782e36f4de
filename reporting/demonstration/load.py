"""Writes the demonstration into the data base."""

import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from goals.models import Framework
from members.models import MemberCountry, User
from objectives.models import Indicator, Objective
from reporting.demonstration import (
    accounts,
    extensions,
    invitations,
    quotations,
    secretariat,
    targets,
    texts,
)
from reporting.demonstration.entries import Stage, country_entries
from reporting.demonstration.rounds import RoundPlan, planned_rounds
from reporting.demonstration.writing import write
from reporting.models import Extension, ReportingRound
from reporting.tallies import recount_all
from reporting.texts import fold_all

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
    with transaction.atomic(), no_garbage_collection():
        call_command("loaddata", *FIXTURES, verbosity=0)
        countries = MemberCountry.objects.select_related("region").order_by("iso2")
        countries = list(countries.filter(iso2__in=only) if only else countries)
        stage = build_stage(timezone.now())
        secretariat.write_values([created for _, created, _ in stage.rounds])
        targets.set_targets(stage.rounds[0][1].framework)
        joined = stage.rounds[0][0].opens_at - timedelta(days=30)
        people = accounts.create(countries, joined)
        accounts.write_down_only_officers(joined)
        plan = stage.rounds[-1][0]
        accounts.delegate(people, plan.opens_at + timedelta(days=1), plan.closes_at)
        reports, more_time = 0, list(extensions.in_the_open_round(stage, countries, people))
        for country in tqdm(
            countries,
            desc="Demonstration",
            unit=" countries",
            leave=False,
            disable=not shows_progress,
        ):
            entries = list(country_entries(stage, country))
            reports += write(entries, people)
            more_time += extensions.for_late_reports(stage, entries, people)
        Extension.objects.bulk_create(more_time)
        quotations.write([created for _, created, _ in stage.rounds], stage.objectives)
        invitations.write(timezone.now())
        recount_all()
        fold_all()
    seconds = time.monotonic() - began
    return Loaded(reports, len(countries), len(stage.rounds), seconds)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Saves a quarter of the time: the collector would look through every row again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def build_stage(now: datetime) -> Stage:
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
