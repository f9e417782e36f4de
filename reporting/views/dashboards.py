from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from goals.models import Framework
from goals.timeline import timeline
from members.access import EVERYONE, allowed
from reporting.models import Snapshot
from reporting.pages.dashboards import (
    framework_page,
    framework_page_or_404,
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
    return framework_shown(request, framework_page(request, framework, goals))


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
def framework_dashboard(request, slug):
    """As the front page, of a framework that need not be the current one."""
    return framework_shown(request, framework_page_or_404(request, slug))


def framework_shown(request, page):
    framework = page["framework"]
    milestones = list(framework.milestones.all())
    page["timeline"] = timeline(
        framework, milestones, today=timezone.localdate(), rtl=get_language_bidi()
    )
    # A page of a snapshot stays as it is, whatever is frozen later.
    if page["scope"].shown and not page["scope"].snapshot:
        snapshots = Snapshot.objects.of(framework).confirmed().select_related("round")
        page["snapshots"] = snapshots.defer("content").order_by("number")
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
