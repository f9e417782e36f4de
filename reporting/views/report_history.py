from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from members.access import OFFICERS, allowed
from reporting import actions
from reporting.forms import DecisionForm
from reporting.models import Evidence
from reporting.views.once import acts_once
from reporting.views.reports import own_report
from reporting.views.signoff import can_withdraw, required_sign_off

NOT_WITHDRAWN = gettext_lazy(
    "The report was not withdrawn: a reviewer reads it now, or somebody has changed it since you "
    "opened this page. Below is how it stands."
)
CLOSED = gettext_lazy(
    "The report was not withdrawn: the round has closed, so it could not be submitted again."
)


@allowed(OFFICERS)
@require_safe
def report_history(request, round_slug, code):
    """Every step of the country's report, and what was submitted."""
    return show_history(request, stored_report(request, round_slug, code))


@allowed(OFFICERS)
@require_POST
@acts_once
def report_withdraw(request, round_slug, code):
    """Takes a submitted report back while no reviewer has begun to read it."""
    report = stored_report(request, round_slug, code)
    required_sign_off(request)
    form = DecisionForm(request.POST)
    form.is_valid()
    version = form.cleaned_data["version"]
    try:
        actions.withdraw_report(report=report, version=version, by=request.user)
    except actions.Conflict:
        report = stored_report(request, round_slug, code)
        return show_history(request, report, refusal=NOT_WITHDRAWN)
    except actions.RoundClosed:
        return show_history(request, report, refusal=CLOSED)
    text = _("The report is withdrawn. It is with your country again and can be changed.")
    messages.success(request, text)
    return redirect("reporting:report_history", round_slug, report.objective.code)


def stored_report(request, round_slug, code):
    report = own_report(request, round_slug, code)
    if not report.pk:
        raise Http404("There is no report on this objective in this round yet.")
    return report


def show_history(request, report, refusal=""):
    return render(
        request,
        "reporting/report_history.html",
        {
            "report": report,
            "events": report.events.select_related("by", "submission"),
            "evidence": Evidence.objects.shown(report, request.user),
            "refusal": refusal,
            "can_withdraw": can_withdraw(request.user, report),
        },
        status=409 if refusal else 200,
    )
