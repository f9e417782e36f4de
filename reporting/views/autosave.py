from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reporting import actions
from reporting.forms import ReportForm
from reporting.views.access import country_required
from reporting.views.reports import own_report, save


@country_required
@require_POST
def report_autosave(request, round_slug, code):
    """Stores the form while the person writes; answers with a line that says whether it did.

    Whatever it answers, the form on the page keeps what was typed.
    """
    report = own_report(request, round_slug, code)
    form = ReportForm(request.POST, instance=report)
    if not form.is_valid():
        name, messages = next(iter(form.errors.items()))
        label = form.fields[name].label.capitalize() if name in form.fields else ""
        return refused(request, report, f"{label}: {messages[0]}", status=422)
    try:
        save(report, form, by=request.user)
    except actions.Conflict:
        reason = _("The report has changed meanwhile. Press “Save draft” to see both texts.")
        return refused(request, report, reason, status=409)
    except actions.RoundClosed:
        return refused(request, report, _("The round takes no reports now."), status=409)
    return render(request, "reporting/_autosave.html", {"report": report, "saved": True})


def refused(request, report, reason, *, status):
    page = {"report": report, "reason": reason}
    return render(request, "reporting/_autosave.html", page, status=status)
