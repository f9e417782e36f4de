from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members.access import REVIEWERS, allowed, missing
from members.row_security import as_system
from reporting import actions
from reporting.models import ProgressReport
from reporting.views.chosen import versions_chosen
from reporting.views.once import acts_once


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def reports_approve(request):
    """Several reports at once: what will happen first, then all of them or none."""
    chosen = chosen_reports(request)
    if request.method != "POST" or not chosen:
        return show(request, chosen)
    try:
        actions.approve_reports(reports=chosen, by=request.user)
    except actions.SomeConflict as conflict:
        changed = {report.pk for report in conflict.reports}
        return show(request, chosen_reports(request), changed)
    text = ngettext(
        "%(number)s report is approved.", "%(number)s reports are approved.", len(chosen)
    )
    messages.success(request, text % {"number": len(chosen)})
    return redirect(queue_as_narrowed(request))


def queue_as_narrowed(request):
    """The queue with the filters that it had when the reports were chosen."""
    filters = request.GET.copy()
    filters.pop("report", None)
    return reverse("reporting:review_queue", query=filters)


def chosen_reports(request):
    """(report, version) of each `report=12:3` that was sent; 404 if one is not his to decide."""
    versions = versions_chosen(request.POST if request.method == "POST" else request.GET)
    # A report that went back meanwhile is with its country: only its state is shown then.
    reports = ProgressReport.objects.states_visible_to(request.user).with_names()
    reports = reports.exclude(entered_by=request.user)
    if request.user.country:
        reports = reports.exclude(country=request.user.country)
    found = reports.filter(pk__in=versions).order_by("country__name_en", "objective")
    with as_system():
        found = list(found)
    if len(found) != len(versions):
        others = versions.keys() - {report.pk for report in found}
        words = "Not all of these reports can be decided on."
        raise missing(ProgressReport, words, pk__in=others)
    return [(report, versions[report.pk]) for report in found]


def show(request, chosen, changed=frozenset()):
    ready, left_out = [], []
    for report, version in chosen:
        if report.pk not in changed and report.waits_for(request.user, version):
            ready.append((report, version))
        else:
            left_out.append(report)
    return render(
        request,
        "reporting/reports_approve.html",
        {"ready": ready, "left_out": left_out, "refused": bool(changed)},
        status=409 if changed else 200,
    )
