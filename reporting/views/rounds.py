import copy

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goals.models import Framework
from members.access import REVIEWERS, allowed
from members.models import MemberCountry
from members.row_security import as_system
from objectives.models import Objective
from reporting import actions
from reporting.forms import RoundDatesForm, RoundForm
from reporting.models import Extension, ReportingRound
from reporting.views.once import acts_once

CLOSED = Framework.State.CLOSED
CHANGES_SHOWN = 50


@allowed(REVIEWERS)
@require_safe
def round_list(request):
    """Every round with its instants, and how many of its reports are in."""
    now = timezone.now()
    with as_system():
        rounds = list(ReportingRound.objects.select_related("framework").with_report_counts())
    countries = MemberCountry.objects.count()
    frameworks = {each.pk: each for each in Framework.objects.with_counts()}
    rows = [
        (found, found.phase(now), countries * frameworks[found.framework_id].objective_count)
        for found in rounds
    ]
    page = {
        "rows": rows,
        "frameworks": [each for each in frameworks.values() if each.state != CLOSED][::-1],
        "waiting": Extension.objects.waiting().count(),
    }
    return render(request, "reporting/round_list.html", page)


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def round_create(request):
    """The next round, filled in from the last one."""
    framework = chosen_framework(request.GET.get("framework"))
    last = ReportingRound.objects.before_next_of(framework).last()
    proposed = ReportingRound(framework=framework)
    if last:
        proposed = last.following(framework, timezone.get_current_timezone())
    elif request.method != "POST":
        proposed.starts_on = framework.starts_on
    page = {"framework": framework, "last": last, "proposed": proposed}
    form = RoundForm(request.POST or None, instance=copy.copy(proposed))
    if not form.is_valid():
        return render(request, "reporting/round_create.html", page | {"form": form})
    try:
        created = actions.create_round(reporting_round=form.instance, by=request.user)
    except actions.Conflict:
        form.add_error(None, _("A colleague has created such a round meanwhile."))
        return render(request, "reporting/round_create.html", page | {"form": form}, status=409)
    messages.success(request, _("Created: %(round)s.") % {"round": created})
    return redirect("reporting:round_list")


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def round_edit(request, slug):
    found = round_named(slug)
    form = RoundDatesForm(request.POST or None, instance=copy.copy(found))
    if not form.is_valid():
        return show_dates(request, found, form)
    stamp = request.POST.get("stamp")
    try:
        actions.change_round(
            reporting_round=found, stamp=stamp, values=form.values, by=request.user
        )
    except actions.Conflict:
        return show_dates(request, round_named(slug), form, status=409)
    messages.success(request, _("The dates are changed: %(round)s.") % {"round": form.instance})
    return redirect("reporting:round_list")


def show_dates(request, found, form, status=200):
    changes = found.history.select_related("history_user").order_by("-history_date", "-history_id")
    page = {
        "round": found,
        "form": form,
        "conflict": status == 409,
        "changes": changes[:CHANGES_SHOWN],
    }
    return render(request, "reporting/round_edit.html", page, status=status)


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def round_open(request, slug):
    return change_phase(
        request, slug, actions.open_round, "reporting/round_open.html", _("Open now: %(round)s.")
    )


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def round_close(request, slug):
    return change_phase(
        request, slug, actions.close_round, "reporting/round_close.html", _("Closed: %(round)s.")
    )


def change_phase(request, slug, verb, template, message):
    """A page that says what will happen; posting it does."""
    found = round_named(slug)
    if request.method != "POST":
        return render(request, template, consequences(found))
    try:
        verb(reporting_round=found, stamp=request.POST.get("stamp"), by=request.user)
    except actions.Conflict:
        page = consequences(round_named(slug)) | {"conflict": True}
        return render(request, template, page, status=409)
    messages.success(request, message % {"round": found})
    return redirect("reporting:round_list")


def consequences(found):
    now = timezone.now()
    others = ReportingRound.objects.exclude(pk=found.pk).select_related("framework")
    extended = Extension.objects.in_force(found, now)
    return {
        "round": found,
        "phase": found.phase(now),
        "open_too": others.open_at(now),
        "expected": MemberCountry.objects.count() * Objective.objects.of(found.framework).count(),
        "extended": extended.select_related("country"),
        "asked": Extension.objects.waiting().filter(round=found).count(),
        "waiting": found.handed_in - found.approved,
    }


def round_named(slug):
    rounds = ReportingRound.objects.select_related("framework").with_report_counts()
    with as_system():
        return get_object_or_404(rounds, slug=slug)


def chosen_framework(slug):
    """The one that is named; without a name the one in force."""
    if slug:
        return get_object_or_404(Framework.objects.exclude(state=CLOSED), slug=slug)
    framework = Framework.objects.in_force()
    if framework is None:
        raise Http404("No framework is in force.")
    return framework
