from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from goals.models import Framework
from goals.timeline import timeline
from members.access import EVERYONE, allowed
from reporting.pages.dashboards import (
    framework_page,
    framework_with_goals,
    goal_page,
    objective_page,
)
from reporting.pages.unchanged import told_when_unchanged


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
def home(request):
    framework, goals = framework_with_goals(Framework.objects.current())
    if framework is None:
        return redirect("goals:framework_list")
    page = framework_page(request, framework, goals)
    milestones = list(framework.milestones.all())
    page["timeline"] = timeline(
        framework, milestones, today=timezone.localdate(), rtl=get_language_bidi()
    )
    return render(request, "reporting/home.html", page, status=page["scope"].status)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
def goal_detail(request, slug, number):
    page = goal_page(request, slug, number)
    return render(request, "reporting/goal_detail.html", page, status=page["scope"].status)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
def objective_detail(request, slug, code):
    page = objective_page(request, slug, code)
    return render(request, "reporting/objective_detail.html", page, status=page["scope"].status)
