from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from members.access import OFFICERS, allowed
from members.models import sign_off_of
from reporting import actions
from reporting.forms import DecisionForm, ReportForm
from reporting.models import Evidence, Extension, ProgressReport, database_now
from reporting.notifications import ready_mails
from reporting.views.once import acts_once
from reporting.views.report_form import last_return
from reporting.views.reports import ROUND_CLOSED, own_report, save, show_conflict, show_form
from reporting.views.signoff import NO_SIGN_OFF, people_of, required_sign_off, who_submits

SAVED_BUT_OVERDUE = gettext_lazy(
    "The draft is saved and not submitted: the due date has passed, and your country has no "
    "extension."
)


@allowed(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
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
        return save_and_submit(request, report, code)
    if not report.pk:
        raise Http404("There is no report to submit yet.")
    signs_as = required_sign_off(request)
    form = DecisionForm(request.POST)
    form.is_valid()
    version = form.cleaned_data["version"]
    try:
        submission = actions.submit_report(
            report=report, version=version, by=request.user, signs_as=signs_as
        )
    except actions.Conflict:
        return show_submit(request, own_report(request, round_slug, code), conflict=True)
    except (actions.Incomplete, actions.RoundClosed):
        return show_submit(request, own_report(request, round_slug, code), status=409)
    return submitted(request, report, submission)


def save_and_submit(request, report, code):
    form = ReportForm(request.POST, instance=report)
    if not form.is_valid():
        return show_form(request, report, form)
    signs_as = sign_off_of(request.user, database_now())
    if signs_as is None:
        form.add_error(None, NO_SIGN_OFF)
        return show_form(request, report, form, status=403)
    try:
        with transaction.atomic():
            save(report, form, by=request.user)
            submission = submit_in_time(request, report, signs_as)
    except actions.Conflict:
        return show_conflict(request, report, form)
    except actions.RoundClosed:
        form.add_error(None, ROUND_CLOSED)
        return show_form(request, report, form, status=409)
    except actions.Incomplete as incomplete:
        for field, message in incomplete.missing.items():
            # An indicator that is no longer asked about has no field.
            form.add_error(field if field in {*form.fields, *form.answers} else None, message)
        # What was stored is taken back again, and not what the object says of it.
        return show_form(request, own_report(request, report.round.slug, code), form)
    if submission is None:
        messages.error(request, SAVED_BUT_OVERDUE)
        return redirect("reporting:report_submit", report.round.slug, report.objective.code)
    return submitted(request, report, submission)


def submit_in_time(request, report, signs_as):
    """The submission, or None where it is too late: what was typed is kept as a draft."""
    try:
        return actions.submit_report(
            report=report, version=report.version, by=request.user, signs_as=signs_as
        )
    except actions.Overdue:
        return None


def submitted(request, report, submission):
    address = reverse("reporting:submission_detail", args=[submission.receipt_number])
    text = format_html(
        '{} <a href="{}">{} {}</a>',
        _("The report is submitted."),
        address,
        _("Receipt"),
        submission.receipt_number,
    )
    messages.success(request, text)
    return redirect("reporting:report_history", report.round.slug, report.objective.code)


def show_submit(request, report, conflict=False, status=200, refusal=""):
    now = timezone.now()
    extended_until = Extension.objects.until(report.round, report.country)
    in_time = report.was_handed_in() or report.round.takes_first_reports(now, extended_until)
    told = list(ready_mails(report))
    evidence = list(Evidence.objects.shown(report, request.user))
    submitters = who_submits(request.user, now)
    known = {request.user.pk, *(mail.recipient_id for mail in told)}
    return render(
        request,
        "reporting/report_submit.html",
        {
            "report": report,
            "told": told,
            "can_tell": any(person.pk not in known for person in people_of(submitters)),
            "refusal": refusal,
            "missing": report.missing_for_submission() | report.missing_in_answers(),
            "not_answered": report.not_answered(),
            "not_named": report.kinds_not_named(),
            "takes_reports": report.round.takes_reports(now, extended_until),
            "in_time": in_time,
            "evidence": evidence,
            "is_as_returned": is_as_returned(report, evidence),
            "conflict": conflict,
            **submitters,
        },
        status=409 if conflict else status,
    )


def is_as_returned(report, evidence):
    """Whether a report that came back still says what it said when it did."""
    returned = last_return(report)
    copy = returned and report.submissions.filter(submitted_at__lte=returned.at).last()
    if not copy:
        return False
    now = report.content(report.indicator_values.all(), evidence)
    said = [*ProgressReport.CONTENT_FIELDS, "indicators", "evidence"]
    return all(copy.content.get(name) == now[name] for name in said)
