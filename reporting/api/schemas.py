"""What the read API says of figures. The words here are those of its description."""

from datetime import date as day
from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import Field, WithJsonSchema

from objectives.status import Standing
from reporting.api.fields import Answer, Number, Tenths, from_one_to, said
from reporting.models import Challenge, NextStep

MOST_ON_A_PAGE = 100


class Paged(Schema):
    """What can be asked of a list."""

    page: from_one_to(999_999) = Field(1, description=_("Which part of the list, from 1."))
    page_size: from_one_to(MOST_ON_A_PAGE) = Field(
        MOST_ON_A_PAGE, description=_("How many lines in each part.")
    )


class Filtered(Schema):
    """What can be asked of figures. The pages read the same, and say what is wrong with it."""

    round: str = Field(
        None, description=_("A round’s short name, as 2025-H2. Without it: the latest.")
    )
    region: str = Field(None, description=_("A region’s code, as EUR. Without it: all together."))
    snapshot: Annotated[str, WithJsonSchema({"type": "integer", "minimum": 1})] = Field(
        None, description=_("A snapshot’s number: figures as they were frozen, and stay.")
    )


class FilteredPage(Filtered, Paged):
    pass


class Filter(Answer):
    """As it was asked for; null for what was not."""

    round: str | None = said(_("The round that was asked for."))
    region: str | None = said(_("The region that was asked for."))
    snapshot: int | None = said(_("The snapshot that was asked for."))


class Made(Answer):
    made_at: datetime = said(_("When this answer was made, in UTC."))
    page: str = said(_("The address of the portal’s page about the same."))


class Source(Made):
    framework: str = said(_("The framework’s short name."))
    framework_title: str = said(_("The framework’s title."))
    round: str = said(_("The round that the figures are of."))
    round_name: str = said(_("The round’s name."))
    region: str | None = said(_("The region that they are of; null for all together."))
    region_name: str | None = said(_("The region’s name."))
    snapshot: int | None = said(_("The snapshot that they are from; null for those of now."))
    snapshot_sha256: str | None = said(_("The checksum that the snapshot was given."))


class Paging(Answer):
    page: int = said(_("Which part of the list this is, from 1."))
    pages: int = said(_("How many parts there are."))
    page_size: int = said(_("How many lines a part has at most."))
    count: int = said(_("How many lines the whole list has."))
    next: str | None = said(_("The address of the next part; null at the end."))


class Ratings(Answer):
    completed: int = said(_("Rated completed."), "reports")
    on_track: int = said(_("Rated on track."), "reports")
    at_risk: int = said(_("Rated at risk."), "reports")
    off_track: int = said(_("Rated off track."), "reports")
    not_started: int = said(_("Rated not started."), "reports")
    not_applicable: int = said(_("Said not to apply to the country."), "reports")


class Kind(Answer):
    kind: Literal[tuple(dict.fromkeys([*Challenge.values, *NextStep.values]))] = said(
        _("The kind of challenge or next step.")
    )
    reports: int = said(_("How many reports name it."), "reports")


class Named(Answer):
    reports: int = said(_("How many reports name any."), "reports")
    kinds: list[Kind] = said(_("What is named most, first; as many as the page shows."))
    other_kinds: int = said(_("How many more kinds are named."))
    other_reports: int = said(_("How many reports name one of these."), "reports")


class Line(Answer):
    kind: Literal["goal", "objective", "region", "all"] = said(
        _("What the line is about; “all” are all objectives of a goal together.")
    )
    goal: int | None = said(_("The goal’s number."))
    objective: str | None = said(_("The objective’s code, as 1.1."))
    region: str | None = said(_("The region’s code."))
    text: str = said(_("The goal’s title, the objective’s statement or the region’s name."))
    expected: int = said(
        _("How many reports there could be: countries × objectives, those withheld left out."),
        "reports",
    )
    reported: int = said(_("How many of them are approved. It is never withheld."), "reports")
    ratings: Ratings | None = said(_("How many of these gave each rating."))
    mean_percent: Tenths | None = said(
        _("Mean of “percent complete”, over the reports that give one."), "percent"
    )
    median_percent: Tenths | None = said(
        _("Their median; as the quartiles, of twenty percentages or more."), "percent"
    )
    lower_quartile: Tenths | None = said(_("A quarter of them are at or below it."), "percent")
    upper_quartile: Tenths | None = said(_("A quarter of them are at or above it."), "percent")
    percent_count: int | None = said(_("How many reports give a percentage."), "reports")
    change: Tenths | None = said(
        _("The mean less that of the round before, as both are shown and of the same objectives."),
        "points",
    )
    challenges: Named | None = said(
        _("What reports name as standing in the way; null for nothing, or where it is withheld.")
    )
    next_steps: Named | None = said(_("What they name as coming next; null as above."))
    withheld: bool = said(
        _("Whether fewer than five countries stand behind it, or could be worked out from it.")
    )
    left_out: int = said(
        _("How many objectives are no part of a total, because they are withheld."), "objectives"
    )


class Point(Answer):
    round: str = said(_("The round’s short name."))
    round_name: str = said(_("The round’s name."))
    expected: int = said(_("How many reports there could be."), "reports")
    reported: int = said(_("How many of them are approved."), "reports")
    mean_percent: Tenths | None = said(_("Mean of “percent complete”."), "percent")
    percent_count: int | None = said(_("How many reports give a percentage."), "reports")
    withheld: bool = said(_("Whether the round’s figures are withheld."))
    left_out: int = said(
        _("How many objectives are no part of a total, because they are withheld."), "objectives"
    )


class FrameworkProgress(Answer):
    source: Source = said(_("What the figures are of."))
    filter: Filter = said(_("What was asked for."))
    paging: Paging = said(_("Which of the lines these are."))
    lines: list[Line] = said(_("First the goals by number, then the objectives by code."))


class GoalProgress(Answer):
    source: Source = said(_("What the figures are of."))
    filter: Filter = said(_("What was asked for."))
    paging: Paging = said(_("Which of the goal’s objectives these are."))
    total: Line | None = said(_("All objectives of the goal together; null if it has none."))
    lines: list[Line] = said(_("Its objectives by code."))
    regions: list[Line] = said(
        _("The same total in each region by name; empty where one region is asked for.")
    )


class ObjectiveProgress(Answer):
    source: Source = said(_("What the figures are of."))
    filter: Filter = said(_("What was asked for."))
    line: Line = said(_("The objective."))
    trend: list[Point] = said(_("Every round up to the one that is asked for, the oldest first."))
    regions: list[Line] = said(
        _("The objective in each region by name; empty where one region is asked for.")
    )


class Aim(Answer):
    date: day = said(_("When it is to be reached."))
    value: Number = said(_("What is to be reached, or the lower edge of a band."), "unit")
    upper_value: Number | None = said(_("The upper edge of a band."), "unit")


class Computed(Answer):
    status: Literal[tuple(Standing.values)] = said(_("What the rules come to."))
    achieved_percent: int | None = said(
        _("How much of the way from baseline to target is behind."), "percent"
    )
    expected_percent: int | None = said(
        _("How much of it was to be expected by the end of the round."), "percent"
    )
    expected_value: Tenths | None = said(_("The value that this would be."), "unit")


class Override(Answer):
    status: str = said(_("What a person of the secretariat has set beside it."))
    reason: str = said(_("Why."))


class Measured(Answer):
    code: str = said(_("The indicator’s code, as 1.1.2."))
    name: str = said(_("Its name."))
    is_official: bool = said(_("Whether the organisation has adopted it; if not, it is proposed."))
    unit: str = said(_("The unit of the value."))
    aggregation: str = said(_("How answers are put together, as share_yes."))
    held_by_secretariat: bool = said(
        _("Whether it is one value for the whole organisation, which the secretariat holds.")
    )
    value: Number | None = said(
        _("One decimal; two where the secretariat holds it. Null for no data, never zero."), "unit"
    )
    part: Number | None = said(_("The value is made of so many …"))
    whole: Number | None = said(_("… of so many."))
    share_of_all: Tenths | None = said(
        _("Of a share of countries: in percent of all, whether they answered or not."), "percent"
    )
    countries: int | None = said(
        _("How many there are to answer; null where the secretariat holds it."), "countries"
    )
    answered: int | None = said(_("How many gave a number, or said yes or no."), "countries")
    no_data: int | None = said(_("How many said that there is no data."), "countries")
    not_applicable: int | None = said(_("How many said that it does not apply."), "countries")
    no_answer: int | None = said(_("How many have no approved answer."), "countries")
    note: str = said(_("What the secretariat says of its value."))
    baseline: Number | None = said(_("Where the way begins; null if there is none yet."), "unit")
    targets: list[Aim] = said(_("Milestones by date; the last is the target."))
    computed: Computed | None = said(
        _("Null where the value is withheld, and of one region: targets are for all together.")
    )
    override: Override | None = said(_("Null where nobody has set another status."))
    withheld: bool = said(_("Whether the value and what it is made of are withheld."))
    page: str = said(_("The address of the page that shows it."))


class Indicators(Answer):
    source: Source = said(_("What the figures are of."))
    filter: Filter = said(_("What was asked for."))
    rules_version: int = said(_("The version of the rules that a status is computed by."))
    paging: Paging = said(_("Which of the indicators these are."))
    indicators: list[Measured] = said(_("By code."))
