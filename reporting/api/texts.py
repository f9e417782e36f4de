"""What the read API says of frameworks, regions and snapshots: texts that everyone may read."""

from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _

from goals.models import Framework as FrameworkModel
from objectives.models import Indicator as IndicatorModel
from reporting.api.fields import Answer, Number, said
from reporting.api.schemas import Aim, Made, Paging
from reporting.models import ReportingRound


class Index(Answer):
    frameworks: str = said(_("The address of the list of frameworks."))
    regions: str = said(_("The address of the list of regions."))
    snapshots: str = said(_("The address of the list of snapshots."))
    description: str = said(_("The address of this description."))
    openapi: str = said(_("The address of the same for programs, as OpenAPI 3.1."))


class FrameworkInList(Answer):
    slug: str = said(_("Its short name, as 2022-2025; it stands in every address."))
    title: str = said(_("Its title."))
    state: Literal[tuple(FrameworkModel.State.values)] = said(
        _("draft is in preparation, current in force, closed over.")
    )
    starts_on: date = said(_("The first day of its period."))
    ends_on: date = said(_("The last day of its period."))
    goals: int = said(_("How many goals it has."))
    objectives: int = said(_("How many objectives they have together."))
    shows_figures: bool = said(
        _("Whether you may see its figures: those of some frameworks are for signed-in members.")
    )
    address: str = said(_("Where this API tells more."))
    page: str = said(_("The address of its page."))


class Frameworks(Answer):
    source: Made = said(_("What the answer is of."))
    paging: Paging = said(_("Which of the frameworks these are."))
    frameworks: list[FrameworkInList] = said(_("The latest first."))


class MilestoneText(Answer):
    decision: str = said(_("endorsed or approved."))
    body: str = said(_("The body that decided."))
    session: str = said(_("In which session."))
    date: str = said(_("The day, month or year, as exactly as it is known: 2021-11."))


class RoundText(Answer):
    slug: str = said(_("Its short name, as 2025-H2; it is what ?round= takes."))
    name: str = said(_("Its name."))
    starts_on: date = said(_("The first day of the period that is reported on."))
    ends_on: date = said(_("The last day of it."))
    due_at: datetime = said(_("Until when reports are to be submitted, in UTC."))
    phase: Literal[tuple(ReportingRound.Phase.values)] = said(
        _("open, overdue (reports were due, late ones are taken) or closed.")
    )


class BaselineText(Answer):
    value: Number | None = said(_("Null if there is none yet."), "unit")
    year: int | None = said(_("The year that it is of."))
    kind: str = said(_("Where it is from, as a historical log."))
    is_provisional: bool = said(_("Whether it may still change."))


class IndicatorText(Answer):
    code: str = said(_("Its code, as 1.1.2."))
    name: str = said(_("Its name."))
    definition: str = said(_("What is counted, and what is not."))
    is_official: bool = said(_("Whether the organisation has adopted it; if not, it is proposed."))
    unit: str = said(_("The unit of its values."))
    direction: Literal[tuple(IndicatorModel.Direction.values)] = said(_("Which way is better."))
    level: Literal[tuple(IndicatorModel.Level.values)] = said(_("outcome or output."))
    aggregation: Literal[tuple(IndicatorModel.Aggregation.values)] = said(
        _("How the countries’ answers are put together.")
    )
    denominator: str = said(_("What a ratio is a part of."))
    reporter: Literal[tuple(IndicatorModel.Reporter.values)] = said(_("Who reports it."))
    frequency: Literal[tuple(IndicatorModel.Frequency.values)] = said(_("How often."))
    source: str = said(_("Where the numbers are taken from."))
    disaggregation: str = said(_("By what it is broken down."))
    caution: str = said(_("What to mind when reading it."))
    baseline: BaselineText = said(_("Where the way begins."))
    targets: list[Aim] = said(_("Milestones by date; the last is the target."))


class ObjectiveText(Answer):
    code: str = said(_("Its code, as 1.1."))
    statement: str = said(_("What is to be reached."))
    page: str = said(_("The address of its page."))
    indicators: list[IndicatorText] = said(_("By code."))


class GoalText(Answer):
    number: int = said(_("Its number."))
    title: str = said(_("Its title."))
    description: str = said(_("What it is about."))
    page: str = said(_("The address of its page."))
    objectives: list[ObjectiveText] = said(_("By code."))


class Names(Answer):
    goal: str = said(_("What a goal is called here."))
    goals: str = said(_("Several of them."))
    objective: str = said(_("What an objective is called here."))
    objectives: str = said(_("Several of them."))


class Framework(Answer):
    source: Made = said(_("What the answer is of."))
    slug: str = said(_("Its short name."))
    title: str = said(_("Its title."))
    vision: str = said(_("Its vision."))
    summary: str = said(_("What it says of itself."))
    state: Literal[tuple(FrameworkModel.State.values)] = said(
        _("draft is in preparation, current in force, closed over.")
    )
    starts_on: date = said(_("The first day of its period."))
    ends_on: date = said(_("The last day of its period."))
    predecessor: str | None = said(_("The short name of the framework before it."))
    successor: str | None = said(_("The short name of the framework after it."))
    shows_figures: bool = said(_("Whether you may see its figures."))
    names: Names = said(_("What its levels are called."))
    milestones: list[MilestoneText] = said(_("Decisions about the framework itself, by date."))
    rounds: list[RoundText] = said(
        _("Those that have opened, the oldest first; none where you may not see figures.")
    )
    goals: list[GoalText] = said(_("By number."))


class RegionText(Answer):
    code: str = said(_("Its code; it is what ?region= takes."))
    name: str = said(_("Its name."))
    countries: int = said(_("How many member countries it has."), "countries")


class Regions(Answer):
    source: Made = said(_("What the answer is of."))
    paging: Paging = said(_("Which of the regions these are."))
    regions: list[RegionText] = said(_("By name."))


class SnapshotText(Answer):
    number: int = said(_("Its number; it is what ?snapshot= takes."))
    framework: str = said(_("The framework whose figures it keeps."))
    round: str = said(_("The round that was frozen, with those before it."))
    reason: str = said(_("What it was made for."))
    frozen_at: datetime = said(_("When it was frozen, in UTC."))
    sha256: str = said(_("The checksum of its content."))
    address: str = said(_("Where this API tells its figures."))


class Snapshots(Answer):
    source: Made = said(_("What the answer is of."))
    paging: Paging = said(_("Which of the snapshots these are."))
    snapshots: list[SnapshotText] = said(_("The latest first."))
