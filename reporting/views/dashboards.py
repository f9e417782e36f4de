from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.models import Framework
from goals.sequence import neighbours
from goals.timeline import timeline
from members.models import Region
from objectives.models import Objective
from reporting.dashboards import Figures, Tally, row
from reporting.exports import csv_text
from reporting.forms import FilterForm
from reporting.models import ProgressReport, Rating, ReportingRound

UNREPORTED_LABELS = {
    ReportingRound.Phase.OPEN: gettext_lazy("No report yet"),
    ReportingRound.Phase.OVERDUE: gettext_lazy("Overdue"),
    ReportingRound.Phase.CLOSED: gettext_lazy("Not reported"),
}


@dataclass
class View:
    """What a dashboard page looks at: the framework's rounds, and the round and region chosen."""

    form: FilterForm
    rounds: list[ReportingRound]
    round: ReportingRound | None
    region: Region | None
    regions: list[Region]

    @property
    def position(self):
        return self.rounds.index(self.round)

    @property
    def rounds_shown(self):
        """The rounds of a trend: up to the one that is looked at."""
        return self.rounds[: self.position + 1]

    @property
    def round_before(self):
        return self.rounds[self.position - 1] if self.position else None

    @property
    def is_open(self):
        return self.round.takes_reports(timezone.now())

    @property
    def unreported_label(self):
        """What is said of a country without an approved report: due and overdue stay apart."""
        return UNREPORTED_LABELS[self.round.phase(timezone.now())]

    @property
    def region_id(self):
        return self.region.pk if self.region else None

    def figures(self, objectives):
        reports = ProgressReport.objects.approved().filter(
            objective__in=objectives, round__in=self.rounds
        )
        rows = reports.tallied()
        return Figures(
            map(Tally._make, rows),
            {region.pk: region.country_count for region in self.regions},
        )

    def rows(self, subjects, cell):
        """A line a subject; `cell(subject, round)` gives its figures."""
        return [
            row(subject, [cell(subject, found) for found in self.rounds], self.position)
            for subject in subjects
        ]


def view_of(request, framework):
    rounds = list(framework.rounds.opened_by(timezone.now()))
    regions = list(Region.objects.with_country_counts().order_by("name"))
    form = FilterForm(request.GET, rounds=rounds[::-1], regions=regions)
    if not form.is_valid() or not rounds:
        return View(form, rounds, None, None, regions)
    chosen = form.cleaned_data["round"] or rounds[-1]
    return View(form, rounds, chosen, form.cleaned_data["region"], regions)


@login_not_required
@require_safe
def home(request):
    framework = Framework.objects.in_force()
    if framework is None:
        return redirect("goals:framework_list")
    view = view_of(request, framework)
    goals = list(framework.goals.prefetch_related("objectives"))
    milestones = list(framework.milestones.all())
    shown = framework.shows_aggregates_to(request.user)
    rows = []
    if shown and view.round:
        # The line of a goal needs its round and the one before, not the whole history.
        view = replace(view, rounds=view.rounds_shown[-2:])
        figures = view.figures(
            [objective.pk for goal in goals for objective in goal.objectives.all()]
        )
        rows = view.rows(goals, goal_cell(figures, view))
    return render(
        request,
        "reporting/home.html",
        {
            "framework": framework,
            "goals": goals,
            "rows": rows,
            "view": view,
            "shown": shown,
            "timeline": timeline(
                framework, milestones, today=timezone.localdate(), rtl=get_language_bidi()
            ),
        },
        status=200 if view.form.is_valid() else 404,
    )


def goal_cell(figures, view):
    def cell(goal, found):
        objectives = [objective.pk for objective in goal.objectives.all()]
        return figures.total(objectives, found.pk, view.region_id)

    return cell


@login_not_required
@require_safe
def goal_detail(request, slug, number):
    framework = get_object_or_404(Framework, slug=slug)
    page = goal_page(request, framework, number)
    status = 200 if page["view"].form.is_valid() else 404
    return render(request, "reporting/goal_detail.html", page, status=status)


@login_not_required
@require_safe
def goal_csv(request, slug, number):
    framework = get_object_or_404(Framework, slug=slug)
    page = goal_page(request, framework, number)
    view = page["view"]
    if not page["shown"]:
        raise Http404("The figures of this framework are shown to its members only.")
    if view.round is None:
        raise Http404("There is no such round or region.")
    response = HttpResponse(
        csv_text(goal_table(framework, page["goal"], view, page["rows"])),
        content_type="text/csv; charset=utf-8",
    )
    name = f"{slug}-goal-{number}-{view.round.slug}{'-' + view.region.code if view.region else ''}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def goal_page(request, framework, number):
    """All that the goal's page shows; its download is made from the same."""
    goals = list(framework.goals.all())
    goal = next((found for found in goals if found.number == number), None)
    if goal is None:
        raise Http404("This framework has no such goal.")
    goal.framework = framework
    before, after = neighbours(goals, goal)
    objectives = list(Objective.objects.of(framework).filter(goal=goal))
    view = view_of(request, framework)
    page = {
        "framework": framework,
        "goal": goal,
        "before": before,
        "after": after,
        "objectives": objectives,
        "view": view,
        "shown": framework.shows_aggregates_to(request.user),
        "rows": [],
        "total": None,
    }
    if page["shown"] and view.round and objectives:
        numbers = [objective.pk for objective in objectives]
        figures = view.figures(numbers)
        page["rows"] = view.rows(
            objectives,
            lambda objective, found: figures.cell(objective.pk, found.pk, view.region_id),
        )
        [page["total"]] = view.rows(
            [goal], lambda _goal, found: figures.total(numbers, found.pk, view.region_id)
        )
    return page


def goal_table(framework, goal, view, rows):
    """The dashboard's figures line by line; what is withheld is empty and says so."""
    yield [
        _("framework"),
        _("round"),
        _("region"),
        _("goal"),
        _("objective"),
        _("statement"),
        _("countries"),
        _("reported"),
        *(rating.value for rating in Rating),
        _("mean percent complete"),
        _("reports with a percentage"),
        _("change since the round before"),
        _("withheld"),
    ]
    for line in rows:
        cell = line.cell
        open_figures = not cell.withheld
        mean = cell.mean_percent
        yield [
            framework.slug,
            view.round.slug,
            view.region.code if view.region else _("all"),
            goal.number,
            line.subject.code,
            line.subject.statement,
            cell.expected,
            cell.reported,
            *(count if open_figures else None for _rating, count in cell.counts),
            None if mean is None else round(mean, 1),
            cell.percent_count if open_figures else None,
            line.change,
            _("yes") if cell.withheld else _("no"),
        ]


@login_not_required
@require_safe
def objective_detail(request, slug, code):
    framework = get_object_or_404(Framework, slug=slug)
    objectives = list(Objective.objects.of(framework))
    objective = next(
        (found for found in objectives if (found.goal.number, found.number) == code), None
    )
    if objective is None:
        raise Http404("This framework has no such objective.")
    before, after = neighbours(objectives, objective)
    view = view_of(request, framework)
    shown = framework.shows_aggregates_to(request.user)
    rows = []
    if shown and view.round:
        figures = view.figures([objective.pk])
        rows = view.rows(
            [objective],
            lambda _objective, found: figures.cell(objective.pk, found.pk, view.region_id),
        )
    return render(
        request,
        "reporting/objective_detail.html",
        {
            "framework": framework,
            "objective": objective,
            "before": before,
            "after": after,
            "indicators": objective.indicators.prefetch_related("targets"),
            "view": view,
            "shown": shown,
            "rows": rows,
        },
        status=200 if view.form.is_valid() else 404,
    )


@login_not_required
@require_safe
def about(request):
    return render(request, "reporting/about.html")


@login_not_required
@require_safe
def healthz(request):
    """200 when the portal can serve, 503 when its database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
