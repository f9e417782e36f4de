"""What a country reported in all the rounds, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from members.models import MemberCountry
from objectives.models import Indicator, Objective
from reporting.demonstration import progress, texts
from reporting.demonstration.answers import answer
from reporting.demonstration.histories import Life, life, outcomes, path_to
from reporting.demonstration.rounds import RoundPlan
from reporting.models import IndicatorValue, ProgressReport, ReportingRound, Status


@dataclass(frozen=True)
class Stage:
    """What all countries have in common."""

    bank: texts.Bank
    rounds: list[tuple[RoundPlan, ReportingRound, texts.Period]]
    objectives: list[Objective]
    indicators: dict[int, list[Indicator]]


@dataclass
class Entry:
    """One report with what hangs on it, before any of it is written."""

    report: ProgressReport
    answers: list[IndicatorValue]
    life: Life


def country_entries(stage: Stage, country: MemberCountry) -> Iterator[Entry]:
    rng = progress.random_for("country", country.iso2)
    region = country.region.code
    desk = stage.bank.desks.get(country.iso2)
    profile = progress.profile_of(country.iso2, region, has_accounts=desk is not None)
    courses = [
        progress.assessments(rng, profile, progress.difficulty_of(objective.code))
        for objective in stage.objectives
    ]
    for number, (plan, reporting_round, period) in enumerate(stage.rounds):
        states = outcomes(rng, profile, plan, number)
        for objective, course, state in zip(stage.objectives, courses, states, strict=False):
            is_set = desk is not None and plan.is_open
            if desk is not None:
                # People can sign in for this country: its desk shows what it is set to show.
                state = desk[objective.code] if plan.is_open else state or Status.APPROVED
            if not state:
                continue
            report = ProgressReport(round=reporting_round, objective=objective, country=country)
            answers = fill_in(rng, stage, report, course[number], period)
            if state == Status.DRAFT:
                answers = leave_unfinished(rng, report, answers)
            comments = stage.bank.returned
            if is_set:
                named = f"{country.iso2}-{objective.code}"
                comments = stage.bank.returned_to.get(named, comments)
            kinds = path_to(rng, Status(state), is_straight=is_set)
            is_late = not plan.is_open and rng.random() < profile.lateness
            past = life(rng, plan, kinds, region, is_late, comments, stage.bank.reopened)
            yield Entry(report, answers, past)


def fill_in(
    rng: Random,
    stage: Stage,
    report: ProgressReport,
    assessment: progress.Assessment,
    period: texts.Period,
) -> list[IndicatorValue]:
    """Writes the assessment and its texts into the report. Returns the answers that go with it."""
    code = report.objective.code
    report.rating = assessment.rating
    report.percent_complete = assessment.percent
    report.confidence = assessment.confidence
    for field, text in texts.written(rng, stage.bank, code, assessment, period).items():
        setattr(report, field, text)
    return [
        answer(rng, stage.bank, indicator, report.country.iso2, assessment)
        for indicator in stage.indicators.get(report.objective_id, [])
    ]


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
