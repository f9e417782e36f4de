from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import EVERYONE, OFFICERS, allowed, found_or_404
from objectives.models import Objective
from reporting import actions
from reporting.forms import DecisionForm, ReportForm
from reporting.forms.choices import is_choice
from reporting.models import ProgressReport, ReportingRound
from reporting.views.conflict import show_conflict
from reporting.views.once import acts_once
from reporting.views.report_form import is_empty, show_form

ROUND_CLOSED = gettext_lazy(
    "This round takes no reports now. Nothing was saved; your text is below."
)
NOT_EMPTY = gettext_lazy(
    "Nothing was confirmed: there is a text in this report already, or no approved one before it."
)
ANOTHER_COUNTRY = gettext_lazy(
    "This form was opened for another country. Nothing was saved; close it if it is not yours."
)


def own_report(request, round_slug, code):
    """The country's report in a round on an objective, or a new one that is not stored yet."""
    found = get_object_or_404(ReportingRound.objects.select_related("framework"), slug=round_slug)
    objective = get_object_or_404(Objective.objects.of(found.framework).coded(code))
    country = request.user.country
    if request.POST.get("country", country.iso2) != country.iso2:
        # Somebody else has signed in where a colleague of another country left his form.
        raise PermissionDenied(ANOTHER_COUNTRY)
    reports = ProgressReport.objects.with_values().select_related("changed_by", "confirms__round")
    stored = reports.filter(round=found, objective=objective, country=country)
    report = stored.first() or ProgressReport(version=0)
    report.round, report.objective, report.country = found, objective, country
    return report


@allowed(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def report_edit(request, round_slug, code):
    report = own_report(request, round_slug, code)
    if request.method != "POST":
        return show_form(request, report, opened_form(request, report))
    form = ReportForm(request.POST, instance=report)
    if not form.is_valid():
        show = show_conflict if form.is_stale or is_choice(request.POST) else show_form
        return show(request, report, form)
    try:
        save(report, form, by=request.user)
    except actions.Conflict:
        return show_conflict(request, report, form)
    except actions.RoundClosed:
        form.add_error(None, ROUND_CLOSED)
        return show_form(request, report, form, status=409)
    messages.success(request, _("The draft is saved."))
    following = "report_submit" if "continue" in request.POST else "report_edit"
    if request.POST.get("continue") == "evidence":
        following = "report_evidence"
    return redirect(f"reporting:{following}", round_slug, report.objective.code)


def save(report, form, *, by):
    return actions.save_draft(
        report=report,
        version=form.cleaned_data["version"],
        content=form.content,
        values=form.values,
        by=by,
    )


def opened_form(request, report):
    """What is stored; or, if that is nothing and the person asks for it, the last approved text."""
    begins_from_last = request.GET.get("from") == "last" and is_empty(report)
    previous = report.last_approved() if begins_from_last else None
    return ReportForm(instance=report, initial={"version": report.version}, taken_from=previous)


@allowed(OFFICERS)
@require_POST
@acts_once
def report_confirm(request, round_slug, code):
    """Nothing has changed: the last approved report again, in one step."""
    report = own_report(request, round_slug, code)
    previous = report.last_approved()
    decision = DecisionForm(request.POST)
    decision.is_valid()
    if previous is None or not is_empty(report):
        return not_confirmed(request, report, NOT_EMPTY)
    try:
        actions.confirm_unchanged(
            report=report,
            version=decision.cleaned_data["version"],
            previous=previous,
            by=request.user,
        )
    except (actions.Conflict, actions.ClosedField):
        return not_confirmed(request, own_report(request, round_slug, code), NOT_EMPTY)
    except actions.RoundClosed:
        return not_confirmed(request, report, ROUND_CLOSED)
    return redirect("reporting:report_submit", round_slug, report.objective.code)


def not_confirmed(request, report, reason):
    messages.error(request, reason)
    form = ReportForm(instance=report, initial={"version": report.version})
    return show_form(request, report, form, status=409)


@allowed(EVERYONE)
@require_safe
def report_detail(request, pk):
    """A report as those read it who may: its country, the secretariat, or everyone."""
    reports = ProgressReport.objects.visible_to(request.user).with_names().with_values()
    report = found_or_404(reports, pk=pk)
    return render(request, "reporting/report_detail.html", {"report": report})
