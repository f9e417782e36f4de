"""Where goals, objectives and indicators stand: what the pages say, made by the same functions."""

from dataclasses import replace

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router

from goals.models import Framework, Goal
from members.models import Region
from objectives.models import Indicator, Objective
from reporting.api import schemas
from reporting.api.addresses import address
from reporting.api.frameworks import no_framework
from reporting.api.measures import measured_of
from reporting.api.paging import part_of
from reporting.api.parameters import READ, GoalNumber, ObjectiveCode, Slug
from reporting.api.problems import Problem, echoed
from reporting.exports import Shown
from reporting.pages.dashboards import (
    framework_page_or_404,
    goal_standing,
    objective_standing,
)
from reporting.pages.indicators import as_said, lines_of, rules_in
from reporting.pages.scope import scope_of
from reporting.pages.sources import source_of

router = Router()


@router.api_operation(
    READ,
    "/frameworks/{slug:slug}/progress",
    response=schemas.FrameworkProgress,
    url_name="framework_progress",
    summary=gettext_lazy("Where the goals and objectives of a framework stand"),
)
def framework_progress(request, slug: Slug, asked: Query[schemas.FilteredPage]):
    page = framework_page_or_404(request, slug)
    refuse_without_figures(page["scope"])
    rows = page["rows"] + page["objective_rows"]
    part, paging = part_of(request, asked, len(rows))
    return schemas.FrameworkProgress(
        source=source_in(page, asked, "reporting:framework_dashboard", slug),
        filter=filter_in(asked),
        paging=paging,
        lines=[line_of(row) for row in rows[part]],
    )


@router.api_operation(
    READ,
    "/frameworks/{slug:slug}/goals/{int:number}/progress",
    response=schemas.GoalProgress,
    url_name="goal_progress",
    summary=gettext_lazy("Where a goal stands, with its objectives and by region"),
)
def goal_progress(request, slug: Slug, number: GoalNumber, asked: Query[schemas.FilteredPage]):
    page = goal_standing(request, slug, number)
    refuse_without_figures(page["scope"])
    part, paging = part_of(request, asked, len(page["rows"]))
    return schemas.GoalProgress(
        source=source_in(page, asked, "reporting:goal_detail", slug, number),
        filter=filter_in(asked),
        paging=paging,
        total=line_of(page["total"]) if page["rows"] else None,
        lines=[line_of(row) for row in page["rows"][part]],
        regions=[line_of(row) for row in page["regions"]],
    )


@router.api_operation(
    READ,
    "/frameworks/{slug:slug}/objectives/{code:code}/progress",
    response=schemas.ObjectiveProgress,
    url_name="objective_progress",
    summary=gettext_lazy("Where an objective stands, over the rounds and by region"),
)
def objective_progress(request, slug: Slug, code: ObjectiveCode, asked: Query[schemas.Filtered]):
    page = objective_standing(request, slug, code)
    scope = page["scope"]
    refuse_without_figures(scope)
    [row] = page["rows"]
    return schemas.ObjectiveProgress(
        source=source_in(page, asked, "reporting:objective_detail", slug, code),
        filter=filter_in(asked),
        line=line_of(row),
        trend=[point_of(*pair) for pair in zip(scope.rounds_shown, row.trend, strict=True)],
        regions=[line_of(each) for each in page["regions"]],
    )


@router.api_operation(
    READ,
    "/frameworks/{slug:slug}/indicators",
    response=schemas.Indicators,
    url_name="indicator_list",
    summary=gettext_lazy("What the indicators of a framework say in a round"),
    description=gettext_lazy(
        "Each indicator’s value by its own rule, what it is made of, and where that stands. What "
        "each counts and what it aims at over the years is told with the framework."
    ),
)
def indicator_list(request, slug: Slug, asked: Query[schemas.FilteredPage]):
    frameworks = Framework.objects.filter(slug=slug)
    framework = frameworks.annotate(indicator_count=Count("goals__objectives__indicators")).first()
    if framework is None:
        raise Problem("not-found", no_framework(slug))
    scope = scope_of(request, framework)
    refuse_without_figures(scope)
    part, paging = part_of(request, asked, framework.indicator_count)
    of_round = replace(scope, rounds=[scope.round])
    indicators = as_said(Indicator.objects.of(framework), scope)
    indicators = list(indicators.select_related("objective__goal__framework")[part])
    page = {"framework": framework, "scope": scope}
    return schemas.Indicators(
        source=source_in(page, asked, "objectives:indicator_list", slug),
        filter=filter_in(asked),
        rules_version=rules_in(scope),
        paging=paging,
        indicators=[measured_of(each) for each in lines_of(indicators, framework, of_round)],
    )


def refuse_without_figures(scope):
    """Says why there are none, to whom there are none."""
    if not scope.shown:
        raise Problem(
            "no-figures",
            _("The figures of this framework are shown to its members. Sign in to see them."),
        )
    for error in scope.form.non_field_errors():
        raise Problem("not-found", echoed(error, 200), parameter="snapshot")
    for name, errors in scope.form.errors.items():
        known = [value for value, _label in scope.form.fields[name].choices if value]
        raise Problem("not-found", echoed(errors[0], 200), parameter=name, there_are=known)
    if scope.round is None:
        raise Problem("no-figures", _("No round of this framework has opened yet."))


def source_in(page, asked, name, *args):
    """What the figures are of, and the page that shows the same."""
    said = source_of(page, address(name, *args, **filter_in(asked).model_dump()))
    return schemas.Source(
        framework=said.slug,
        framework_title=said.framework,
        round=said.round_slug,
        round_name=said.round,
        region=said.region_code or None,
        region_name=said.region or None,
        snapshot=said.snapshot,
        snapshot_sha256=said.sha256 or None,
        made_at=said.made_at,
        page=said.address,
    )


def filter_in(asked):
    """An empty round or region is none, as on the pages."""
    return schemas.Filter(
        round=asked.round or None, region=asked.region or None, snapshot=asked.snapshot
    )


def line_of(row):
    shown = Shown.of(row)
    return schemas.Line(
        **about(row.subject),
        expected=shown.expected,
        reported=shown.reported,
        ratings=None if shown.withheld else schemas.Ratings(**shown.by_rating),
        mean_percent=shown.mean,
        median_percent=shown.median,
        lower_quartile=shown.lower_quartile,
        upper_quartile=shown.upper_quartile,
        percent_count=shown.percent_count,
        change=shown.change,
        challenges=named_in(row.cell, "main_challenge"),
        next_steps=named_in(row.cell, "main_next_step"),
        withheld=shown.withheld,
        left_out=shown.left_out,
    )


def named_in(cell, field):
    """As the page shows it: the kinds named most, and how much is left out."""
    named = cell.named(field)
    if named is None:
        return None
    other_kinds, other_reports = named.others
    return schemas.Named(
        reports=named.named,
        kinds=[schemas.Kind(kind=kind.value, reports=count) for kind, count in named.shown],
        other_kinds=other_kinds,
        other_reports=other_reports,
    )


def about(subject):
    """What a line is about, of the four that there are."""
    said = {"kind": "all", "goal": None, "objective": None, "region": None, "text": ""}
    if isinstance(subject, Goal):
        return said | {"kind": "goal", "goal": subject.number, "text": subject.title}
    if isinstance(subject, Objective):
        codes = {"goal": subject.goal.number, "objective": subject.code}
        return said | codes | {"kind": "objective", "text": subject.statement}
    if isinstance(subject, Region):
        return said | {"kind": "region", "region": subject.code, "text": subject.name}
    return said


def point_of(reporting_round, cell):
    return schemas.Point(
        round=reporting_round.slug,
        round_name=reporting_round.name,
        expected=cell.expected,
        reported=cell.reported,
        mean_percent=cell.mean_percent,
        percent_count=None if cell.withheld else cell.percent_count,
        withheld=cell.withheld,
        left_out=cell.left_out,
    )
