from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from goals.models import Framework
from goals.sequence import neighbours
from goals.timeline import timeline
from objectives.models import Objective
from reporting.exports import csv_text, progress_table
from reporting.views.scope import scope_of


@login_not_required
@require_safe
def home(request):
    framework = Framework.objects.in_force()
    if framework is None:
        return redirect("goals:framework_list")
    scope = scope_of(request, framework)
    goals = list(framework.goals.prefetch_related("objectives"))
    page = {"framework": framework, "goals": goals, "rows": []}
    if scope.round:
        scope = scope.without_history()
        page["rows"] = scope.goal_rows(goals)
    milestones = list(framework.milestones.all())
    page["timeline"] = timeline(
        framework, milestones, today=timezone.localdate(), rtl=get_language_bidi()
    )
    return render(request, "reporting/home.html", page | {"scope": scope}, status=scope.status)


@login_not_required
@require_safe
def goal_detail(request, slug, number):
    page = goal_page(request, slug, number)
    return render(request, "reporting/goal_detail.html", page, status=page["scope"].status)


@login_not_required
@require_safe
def goal_csv(request, slug, number):
    page = goal_page(request, slug, number)
    scope = page["scope"]
    if scope.round is None:
        raise Http404("No figures: a wrong filter, no round yet, or for members only.")
    rows = progress_table(page["goal"], scope.round, scope.region, page["rows"])
    parts = [slug, "goal", str(number), scope.round.slug]
    name = "-".join([*parts, scope.region.code] if scope.region else parts)
    return HttpResponse(
        csv_text(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def goal_page(request, slug, number):
    """All that a goal's page shows; its download is made from the same."""
    framework = get_object_or_404(Framework, slug=slug)
    goals = list(framework.goals.select_related("framework"))
    goal = next((found for found in goals if found.number == number), None)
    if goal is None:
        raise Http404("This framework has no such goal.")
    before, after = neighbours(goals, goal)
    objectives = list(Objective.objects.of(framework).filter(goal=goal))
    scope = scope_of(request, framework)
    rows, total = scope.objective_rows(objectives) if scope.round and objectives else ([], None)
    return {
        "framework": framework,
        "goal": goal,
        "before": before,
        "after": after,
        "objectives": objectives,
        "scope": scope,
        "rows": rows,
        "total": total,
    }


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
    scope = scope_of(request, framework)
    page = {
        "framework": framework,
        "objective": objective,
        "before": before,
        "after": after,
        "indicators": objective.indicators.prefetch_related("targets"),
        "scope": scope,
        "rows": scope.objective_rows([objective])[0] if scope.round else [],
    }
    return render(request, "reporting/objective_detail.html", page, status=scope.status)
