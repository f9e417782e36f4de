"""What a dashboard shows; its downloads, its brief and the read API are made from the same."""

from django.http import Http404
from django.utils.translation import gettext as _

from goals.models import Framework, Goal
from goals.sequence import neighbours
from members.access import READERS_OF_ALL
from objectives.models import Objective
from reporting.attention import Attention
from reporting.frozen import thaw_goals, thaw_objectives
from reporting.pages.indicators import goal_lines, indicator_lines
from reporting.pages.refusals import NothingToShow
from reporting.pages.scope import scope_of


def framework_with_goals(frameworks):
    """The first of these and its goals with their objectives, in two queries where it has any."""
    goals = Goal.objects.filter(framework=frameworks[:1]).select_related("framework")
    goals = list(goals.prefetch_related("objectives"))
    return goals[0].framework if goals else frameworks.first(), goals


def framework_page_or_404(request, slug):
    framework, goals = framework_with_goals(Framework.objects.filter(slug=slug))
    if framework is None:
        raise Http404("There is no such framework.")
    return framework_page(request, framework, goals)


def framework_page(request, framework, goals):
    """The figures of the front page; its downloads are made from the same."""
    scope = scope_of(request, framework)
    goals = thaw_goals(scope.words_then, goals)
    page = {"framework": framework, "goals": goals, "rows": []}
    if scope.round:
        objectives = [each for goal in goals for each in goal.objectives.all()]
        page["objectives"] = objectives = thaw_objectives(scope.words_then, objectives)
        figures = scope.figures(objectives)
        page["rows"] = scope.goal_rows(goals, objectives, figures)
        page["objective_rows"] = scope.without_history().objective_rows(objectives, figures)[0]
        page["attention"] = Attention.of(page["objective_rows"])
    return page | {"scope": scope}


def goal_standing(request, slug, number):
    """Where a goal stands: by objective, in all and, for no single region, by region."""
    goals = list(Goal.objects.filter(framework__slug=slug).select_related("framework"))
    goal = next((found for found in goals if found.number == number), None)
    if goal is None:
        raise Http404("There is no such framework, or it has no such goal.")
    objectives = list(goal.objectives.order_by("number"))
    scope = scope_of(request, goal.framework)
    goals = thaw_goals(scope.words_then, goals)
    objectives = thaw_objectives(scope.words_then, objectives)
    if goal not in goals:
        reason = _("There was no such goal when the snapshot was made.")
        raise NothingToShow([reason], goal.get_absolute_url())
    page = {
        "framework": goal.framework,
        "goal": goal,
        "goals": goals,
        "objectives": objectives,
        "scope": scope,
        "rows": [],
        "regions": [],
    }
    if scope.round and objectives:
        figures = scope.figures(objectives)
        page["rows"], page["total"] = scope.objective_rows(objectives, figures)
        page["regions"] = [] if scope.region else scope.region_rows(objectives, figures)
    return page


def goal_page(request, slug, number):
    """All that a goal's page shows; its download is made from the same."""
    page = goal_standing(request, slug, number)
    before, after = neighbours(page["goals"], page["goal"])
    lines = []
    if page["rows"]:
        lines = goal_lines(page["objectives"], page["framework"], page["scope"])
    return page | {"before": before, "after": after, "lines": lines}


def objective_standing(request, slug, code):
    """Where an objective stands: in all and, for no single region, by region."""
    of_framework = Objective.objects.filter(goal__framework__slug=slug)
    objectives = list(of_framework.select_related("goal__framework"))
    objective = next(
        (found for found in objectives if (found.goal.number, found.number) == code), None
    )
    if objective is None:
        raise Http404("There is no such framework, or it has no such objective.")
    framework = objective.goal.framework
    scope = scope_of(request, framework)
    thaw_goals(scope.words_then, [objective.goal])
    objectives = thaw_objectives(scope.words_then, objectives)
    if objective not in objectives:
        reason = _("There was no such objective when the snapshot was made.")
        raise NothingToShow([reason], objective.get_absolute_url())
    page = {
        "framework": framework,
        "objective": objective,
        "objectives": objectives,
        "scope": scope,
        "rows": [],
        "regions": [],
    }
    if scope.round:
        figures = scope.figures([objective])
        page["rows"] = scope.objective_rows([objective], figures)[0]
        page["regions"] = [] if scope.region else scope.objective_by_region(objective, figures)
    return page


def objective_page(request, slug, code):
    """All that an objective's page shows; its downloads are made from the same."""
    page = objective_standing(request, slug, code)
    objective = page["objective"]
    before, after = neighbours(page["objectives"], objective)
    return page | {
        "before": before,
        "after": after,
        "lines": indicator_lines(objective, page["scope"]),
        "shows_values": READERS_OF_ALL.admits(request.user),
    }
