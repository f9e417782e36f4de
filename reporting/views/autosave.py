from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.access import OFFICERS, allowed
from reporting import actions
from reporting.forms import ReportForm
from reporting.views.report_form import answer_rows, last_approved
from reporting.views.reports import own_report, save


@allowed(OFFICERS)
@require_POST
def report_autosave(request, round_slug, code):
    """Stores the form while the person writes; answers with a line that says whether it did.

    Whatever it answers, the form on the page keeps what was typed. An answer that cannot be
    kept yet, such as "not applicable" without its reason, does not hold up the rest.
    """
    report = own_report(request, round_slug, code)
    form = ReportForm(request.POST, instance=report)
    if form.errors:
        name, messages = next(iter(form.errors.items()))
        label = capfirst(form.fields[name].label) if name in form.fields else ""
        return refused(request, report, f"{label}: {messages[0]}", status=422)
    try:
        save(report, form, by=request.user)
    except (actions.Conflict, actions.ClosedField):
        reason = _("The report has changed meanwhile. Press “Save draft” to see both texts.")
        return refused(request, report, reason, status=409)
    except actions.RoundClosed:
        return refused(request, report, _("The round takes no reports now."), status=409)
    return saved(request, report, form)


def saved(request, report, form):
    page = {"report": report, "saved": True, "refused_answers": form.refused_answers}
    if form.answers:
        page["answers"] = answer_rows(form, last_approved(report), {})
    return render(request, "reporting/_autosave.html", page)


def refused(request, report, reason, *, status):
    page = {"report": report, "reason": reason}
    return render(request, "reporting/_autosave.html", page, status=status)
