"""What a country reported in all the rounds, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from members.models import MemberCountry
from objectives.models import Indicator, Objective
from reporting.demonstration import progress, texts, themes
from reporting.demonstration.answers import answer
from reporting.demonstration.histories import CREATED, Life, life, outcomes, path_to
from reporting.demonstration.rounds import RoundPlan
from reporting.demonstration.stories import UNTOLD, Story
from reporting.models import IndicatorValue, ProgressReport, ReportingRound, Status


@dataclass(frozen=True)
class Stage:
    """What all countries have in common."""

    bank: texts.Bank
    rounds: list[tuple[RoundPlan, ReportingRound, texts.Period]]
    objectives: list[Objective]
    indicators: dict[int, list[Indicator]]

    def story_of(self, plan: RoundPlan, country: MemberCountry, objective: Objective) -> Story:
        if not plan.is_open:
            return UNTOLD
        return self.bank.stories.get(f"{country.iso2}-{objective.code}", UNTOLD)


@dataclass
class Entry:
    """One report with what hangs on it, before any of it is written."""

    report: ProgressReport
    answers: list[IndicatorValue]
    life: Life
    story: Story
    not_answered: list[Indicator]
    # The report of an earlier round that this one confirms.
    confirmed: ProgressReport | None


def country_entries(stage: Stage, country: MemberCountry) -> Iterator[Entry]:
    rng = progress.random_for("country", country.iso2)
    region = country.region.code
    desk = stage.bank.desks.get(country.iso2)
    profile = progress.profile_of(country.iso2, region, has_accounts=desk is not None)
    courses = [
        progress.assessments(rng, profile, progress.difficulty_of(objective.code))
        for objective in stage.objectives
    ]
    approved: dict[int, Entry] = {}
    for number, (plan, reporting_round, period) in enumerate(stage.rounds):
        states = outcomes(rng, profile, plan, number)
        has_more_time = not plan.is_open and rng.random() < profile.lateness / 3
        for objective, course, state in zip(stage.objectives, courses, states, strict=False):
            is_set = desk is not None and plan.is_open
            if desk is not None:
                # People can sign in for this country: its desk shows what it is set to show.
                state = desk[objective.code] if plan.is_open else state or Status.APPROVED
            story = stage.story_of(plan, country, objective)
            if not state and not story.path:
                continue
            kinds = story.path or path_to(rng, Status(state), is_straight=is_set)
            report = ProgressReport(round=reporting_round, objective=objective, country=country)
            before = approved.get(objective.pk) if story.confirms_last else None
            if before:
                answers = take_over(report, before)
            else:
                answers = fill_in(rng, stage, report, course[number], period)
            if kinds == [CREATED]:
                answers = leave_unfinished(rng, report, answers)
            elif story.leaves_one_out:
                answers = answers[:-1]
            past = life(
                rng,
                plan,
                kinds,
                region,
                has_more_time and rng.random() < 0.7,
                [story.comment] if story.comment else stage.bank.returned,
                stage.bank.reopened,
            )
            answered = {each.indicator_id for each in answers}
            asked = stage.indicators.get(objective.pk, [])
            entry = Entry(
                report=report,
                answers=answers,
                life=past,
                story=story,
                not_answered=[each for each in asked if each.pk not in answered],
                confirmed=before.report if before else None,
            )
            if past.status == Status.APPROVED:
                approved[objective.pk] = entry
            yield entry


def take_over(report: ProgressReport, before: Entry) -> list[IndicatorValue]:
    """Says what was said before, in the texts and in the answers."""
    for name in ProgressReport.CONTENT_FIELDS:
        setattr(report, name, getattr(before.report, name))
    return [
        IndicatorValue(
            indicator=each.indicator,
            kind=each.kind,
            value=each.value,
            numerator=each.numerator,
            denominator=each.denominator,
            note=each.note,
        )
        for each in before.answers
    ]


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
    if report.challenges:
        of_kinds = progress.random_for("kinds", code, report.country.iso2, report.round.slug)
        report.main_challenge, report.main_next_step = themes.named(of_kinds, code, report.rating)
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
        report.next_steps = report.main_next_step = ""
    if rng.random() < 0.3:
        report.rating = report.confidence = report.not_applicable_reason = ""
        report.percent_complete = None
    return answers[: rng.randint(0, len(answers))]
