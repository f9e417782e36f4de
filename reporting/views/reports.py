from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from members.models import User
from objectives.models import Objective
from reporting import actions
from reporting.forms import DecisionForm, ReportForm
from reporting.models import ProgressReport, ReportingRound, Status
from reporting.views.access import country_required

ROUND_CLOSED = gettext_lazy(
    "This round takes no reports now. Nothing was saved; your text is below."
)
ONLY_FOCAL_POINT = gettext_lazy(
    "Only your country's focal point can submit a report. Save it as a draft and let him know."
)


def own_report(request, round_slug, code):
    """The country's report in a round on an objective, or a new one that is not stored yet."""
    found = get_object_or_404(ReportingRound.objects.select_related("framework"), slug=round_slug)
    objective = get_object_or_404(Objective.objects.of(found.framework).coded(code))
    country = request.user.country
    reports = ProgressReport.objects.with_values().select_related("changed_by")
    stored = reports.filter(round=found, objective=objective, country=country)
    report = stored.first() or ProgressReport(version=0)
    report.round, report.objective, report.country = found, objective, country
    return report


@country_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request, round_slug, code):
    report = own_report(request, round_slug, code)
    if request.method != "POST":
        form = ReportForm(instance=report, initial={"version": report.version})
        return show_form(request, report, form)
    form = ReportForm(request.POST, instance=report)
    if not form.is_valid():
        return show_form(request, report, form)
    try:
        save(report, form, by=request.user)
    except actions.Conflict:
        return show_conflict(request, report, form)
    except actions.RoundClosed:
        form.add_error(None, ROUND_CLOSED)
        return show_form(request, report, form, status=409)
    messages.success(request, _("The draft is saved."))
    following = "report_submit" if "continue" in request.POST else "report_edit"
    return redirect(f"reporting:{following}", round_slug, report.objective.code)


@country_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_submit(request, round_slug, code):
    """Shows the stored report for a last look; a POST hands it in.

    A POST that carries the whole form stores that first, in the same transaction.
    """
    report = own_report(request, round_slug, code)
    if request.method != "POST":
        if not report.pk:
            return redirect("reporting:report_edit", round_slug, report.objective.code)
        return show_submit(request, report)
    if any(name in request.POST for name in ProgressReport.CONTENT_FIELDS):
        return save_and_submit(request, report)
    if not report.pk:
        raise Http404("There is no report to submit yet.")
    if not request.user.is_focal_point:
        raise PermissionDenied(ONLY_FOCAL_POINT)
    form = DecisionForm(request.POST)
    form.is_valid()
    try:
        actions.submit_report(report=report, version=form.cleaned_data["version"], by=request.user)
    except actions.Conflict:
        return show_submit(request, own_report(request, round_slug, code), conflict=True)
    except (actions.Incomplete, actions.RoundClosed):
        return show_submit(request, report, status=409)
    return submitted(request, report)


def save_and_submit(request, report):
    is_new = report.pk is None
    form = ReportForm(request.POST, instance=report)
    if not form.is_valid():
        return show_form(request, report, form)
    if not request.user.is_focal_point:
        form.add_error(None, ONLY_FOCAL_POINT)
        return show_form(request, report, form, status=403)
    try:
        with transaction.atomic():
            save(report, form, by=request.user)
            actions.submit_report(report=report, version=report.version, by=request.user)
    except actions.Conflict:
        return show_conflict(request, report, form)
    except actions.RoundClosed:
        form.add_error(None, ROUND_CLOSED)
        return show_form(request, report, form, status=409)
    except actions.Incomplete as incomplete:
        if is_new:
            # It was stored and taken back again.
            report.pk, report.version = None, 0
        for field, message in incomplete.missing.items():
            form.add_error(field, message)
        return show_form(request, report, form)
    return submitted(request, report)


def save(report, form, *, by):
    return actions.save_draft(
        report=report, version=form.cleaned_data["version"], content=form.content, by=by
    )


def submitted(request, report):
    messages.success(request, _("The report is submitted. A receipt is in the history below."))
    return redirect("reporting:report_history", report.round.slug, report.objective.code)


@country_required
@require_safe
def report_history(request, round_slug, code):
    report = own_report(request, round_slug, code)
    if not report.pk:
        raise Http404("There is no report on this objective in this round yet.")
    return render(request, "reporting/report_history.html", history_of(report))


@login_not_required
@require_safe
def report_detail(request, pk):
    """A report as those read it who may: its country, the secretariat, or everyone."""
    reports = ProgressReport.objects.visible_to(request.user).with_names().with_values()
    report = get_object_or_404(reports, pk=pk)
    return render(request, "reporting/report_detail.html", {"report": report})


def history_of(report):
    return {
        "report": report,
        "events": report.events.select_related("by", "submission"),
    }


def show_form(request, report, form, status=200):
    takes_reports = report.round.takes_reports(timezone.now())
    # What was typed into a form that came too late is shown all the same.
    editable = form.is_bound or (takes_reports and report.is_with_the_country)
    previous = ProgressReport.objects.filter(country=report.country, objective=report.objective)
    return render(
        request,
        "reporting/report_edit.html" if editable else "reporting/report_read.html",
        {
            "report": report,
            "form": form,
            "takes_reports": takes_reports,
            "phase": report.round.phase(timezone.now()),
            "last_answer": previous.answers_before(report.round).last(),
            "last_return": last_return(report),
        },
        status=status,
    )


def last_return(report):
    """The event that gave the report back, while it is with the country for correction."""
    if report.status != Status.RETURNED:
        return None
    return report.events.select_related("by").filter(to_status=Status.RETURNED).last()


def show_submit(request, report, conflict=False, status=200):
    return render(
        request,
        "reporting/report_submit.html",
        {
            "report": report,
            "missing": report.missing_for_submission(),
            "takes_reports": report.round.takes_reports(timezone.now()),
            "focal_points": User.objects.active().focal_points_of(report.country),
            "conflict": conflict,
        },
        status=409 if conflict else status,
    )


def show_conflict(request, report, form):
    """Both texts, and a form from which the person saves what he chooses."""
    stored = ProgressReport.objects.with_names().filter(
        round=report.round, objective=report.objective, country=report.country
    )
    stored = stored.first()
    typed = request.POST.copy()
    typed["version"] = stored.version if stored else 0
    retry = ReportForm(typed, instance=report)
    return render(
        request,
        "reporting/report_conflict.html",
        {
            "report": report,
            "stored": stored,
            "form": retry,
            "texts": both_texts(stored, form) if stored else [],
            "can_save": stored is None or stored.is_with_the_country,
        },
        status=409,
    )


def both_texts(stored, form):
    """(label, stored text, typed text) of each field in which the two differ."""
    return [
        (form.fields[name].label, shown(stored, name), shown(form.instance, name))
        for name in ProgressReport.CONTENT_FIELDS
        if getattr(stored, name) != form.cleaned_data[name]
    ]


def shown(report, name):
    """A field's value in words."""
    display = getattr(report, f"get_{name}_display", None)
    value = display() if display else getattr(report, name)
    return "" if value is None else value
