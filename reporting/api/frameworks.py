"""Frameworks, regions and snapshots: what there is, and what can be asked for."""

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router

from goals.models import Framework
from members.models import Region
from objectives.models import Objective
from reporting.api import texts
from reporting.api.addresses import absolute, address
from reporting.api.fields import plain
from reporting.api.paging import part_of
from reporting.api.parameters import READ, Slug
from reporting.api.problems import Problem, echoed
from reporting.api.schemas import Aim, Made, Paged
from reporting.models import Snapshot

router = Router()


@router.api_operation(
    READ, "/", response=texts.Index, url_name="index", summary=gettext_lazy("Where to begin")
)
def index(request):
    return texts.Index(
        frameworks=address("api:framework_list"),
        regions=address("api:region_list"),
        snapshots=address("api:snapshot_list"),
        description=address("api:docs"),
        openapi=address("api:openapi"),
    )


@router.api_operation(
    READ,
    "/frameworks",
    response=texts.Frameworks,
    url_name="framework_list",
    summary=gettext_lazy("All frameworks"),
)
def framework_list(request, asked: Query[Paged]):
    frameworks = Framework.objects.with_counts()
    part, paging = part_of(request, asked, frameworks.count())
    return texts.Frameworks(
        source=made_now("goals:framework_list"),
        paging=paging,
        frameworks=[
            texts.FrameworkInList(
                slug=each.slug,
                title=each.title,
                state=each.state,
                starts_on=each.starts_on,
                ends_on=each.ends_on,
                goals=each.goal_count,
                objectives=each.objective_count,
                shows_figures=each.shows_aggregates_to(request.user),
                address=address("api:framework_detail", each.slug),
                page=absolute(each.get_absolute_url()),
            )
            for each in frameworks[part]
        ],
    )


@router.api_operation(
    READ,
    "/frameworks/{slug:slug}",
    response=texts.Framework,
    url_name="framework_detail",
    summary=gettext_lazy("One framework, with all its texts"),
    description=gettext_lazy(
        "Goals, objectives, indicators with their definitions and targets, milestones and rounds, "
        "as one document: it comes whole, not in parts."
    ),
)
def framework_detail(request, slug: Slug):
    objectives = Objective.objects.prefetch_related("indicators__targets").order_by("number")
    frameworks = Framework.objects.select_related("predecessor", "successor").prefetch_related(
        "milestones", Prefetch("goals__objectives", objectives)
    )
    framework = frameworks.filter(slug=slug).first()
    if framework is None:
        raise Problem("not-found", no_framework(slug))
    shown = framework.shows_aggregates_to(request.user)
    rounds = framework.rounds.opened_by(timezone.now()) if shown else []
    return texts.Framework(
        source=made_now("goals:framework_detail", framework.slug),
        slug=framework.slug,
        title=framework.title,
        vision=framework.vision,
        summary=framework.summary,
        state=framework.state,
        starts_on=framework.starts_on,
        ends_on=framework.ends_on,
        predecessor=framework.predecessor and framework.predecessor.slug,
        successor=framework.successor.slug if hasattr(framework, "successor") else None,
        shows_figures=shown,
        names=texts.Names(
            goal=framework.goal_label,
            goals=framework.goal_label_plural,
            objective=framework.objective_label,
            objectives=framework.objective_label_plural,
        ),
        milestones=[milestone_text(each) for each in framework.milestones.all()],
        rounds=[round_text(each) for each in rounds],
        goals=[goal_text(framework, each) for each in framework.goals.all()],
    )


def no_framework(slug):
    return _("There is no framework “%(slug)s”: %(address)s lists them.") % {
        "slug": echoed(slug),
        "address": address("api:framework_list"),
    }


def milestone_text(milestone):
    known = {"year": 4, "month": 7}.get(milestone.date_precision)
    return texts.MilestoneText(
        decision=milestone.decision,
        body=milestone.body,
        session=milestone.session,
        date=milestone.date.isoformat()[:known],
    )


def round_text(reporting_round):
    return texts.RoundText(
        slug=reporting_round.slug,
        name=reporting_round.name,
        starts_on=reporting_round.starts_on,
        ends_on=reporting_round.ends_on,
        due_at=reporting_round.due_at,
        phase=reporting_round.phase(timezone.now()),
    )


def goal_text(framework, goal):
    return texts.GoalText(
        number=goal.number,
        title=goal.title,
        description=goal.description,
        page=address("reporting:goal_detail", framework.slug, goal.number),
        objectives=[
            texts.ObjectiveText(
                code=f"{goal.number}.{each.number}",
                statement=each.statement,
                page=address(
                    "reporting:objective_detail", framework.slug, f"{goal.number}.{each.number}"
                ),
                indicators=[
                    indicator_text(f"{goal.number}.{each.number}", indicator)
                    for indicator in each.indicators.all()
                ],
            )
            for each in goal.objectives.all()
        ],
    )


def indicator_text(code, indicator):
    return texts.IndicatorText(
        code=f"{code}.{indicator.number}",
        name=indicator.name,
        definition=indicator.definition,
        is_official=indicator.is_official,
        unit=indicator.unit,
        direction=indicator.direction,
        level=indicator.level,
        aggregation=indicator.aggregation,
        denominator=indicator.denominator,
        reporter=indicator.reporter,
        frequency=indicator.frequency,
        source=indicator.source,
        disaggregation=indicator.disaggregation,
        caution=indicator.caution,
        baseline=texts.BaselineText(
            value=plain(indicator.baseline_value),
            year=indicator.baseline_year,
            kind=indicator.baseline_kind,
            is_provisional=indicator.baseline_is_provisional,
        ),
        targets=[
            Aim(date=each.date, value=plain(each.value), upper_value=plain(each.upper_value))
            for each in indicator.targets.all()
        ],
    )


@router.api_operation(
    READ,
    "/regions",
    response=texts.Regions,
    url_name="region_list",
    summary=gettext_lazy("All regions"),
)
def region_list(request, asked: Query[Paged]):
    regions = Region.objects.with_country_counts().order_by("name")
    part, paging = part_of(request, asked, regions.count())
    return texts.Regions(
        source=made_now("api:region_list"),
        paging=paging,
        regions=[
            texts.RegionText(code=each.code, name=each.name, countries=each.country_count)
            for each in regions[part]
        ],
    )


@router.api_operation(
    READ,
    "/snapshots",
    response=texts.Snapshots,
    url_name="snapshot_list",
    summary=gettext_lazy("All snapshots whose figures you may see"),
    description=gettext_lazy(
        "A snapshot keeps the figures of a round, and of those before it, as they were at one "
        "instant. Ask for them with ?snapshot= and they are the same for ever."
    ),
)
def snapshot_list(request, asked: Query[Paged]):
    snapshots = Snapshot.objects.confirmed().shown_to(request.user)
    snapshots = snapshots.select_related("round__framework").defer("content").order_by("-number")
    part, paging = part_of(request, asked, snapshots.count())
    return texts.Snapshots(
        source=made_now("api:snapshot_list"),
        paging=paging,
        snapshots=[snapshot_text(each) for each in snapshots[part]],
    )


def snapshot_text(snapshot):
    framework = snapshot.round.framework.slug
    return texts.SnapshotText(
        number=snapshot.number,
        framework=framework,
        round=snapshot.round.slug,
        reason=snapshot.reason,
        frozen_at=snapshot.confirmed_at,
        sha256=snapshot.sha256,
        address=address("api:framework_progress", framework, snapshot=snapshot.number),
    )


def made_now(page, *args):
    return Made(made_at=timezone.now(), page=address(page, *args))
