from django.contrib import messages
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from members.access import OFFICERS, allowed
from reporting import actions
from reporting.forms import DecisionForm
from reporting.views.once import acts_once
from reporting.views.report_history import stored_report
from reporting.views.submit import show_submit

ALREADY_TOLD = gettext_lazy(
    "Nobody was told: whoever can submit this version knows already that it is ready."
)
CHANGED = gettext_lazy(
    "Nobody was told: the report has changed since you opened this page. Below is what it says now."
)
NOT_NOW = gettext_lazy("Nobody was told: the report cannot be submitted as it stands.")


@allowed(OFFICERS)
@require_POST
@acts_once
def report_ready(request, round_slug, code):
    """Tells those who submit for the country that the stored draft is complete."""
    report = stored_report(request, round_slug, code)
    form = DecisionForm(request.POST)
    form.is_valid()
    version = form.cleaned_data["version"]
    try:
        told = actions.tell_ready(report=report, version=version, by=request.user)
    except actions.AlreadyTold:
        return show_submit(request, report, refusal=ALREADY_TOLD, status=409)
    except actions.Conflict:
        report = stored_report(request, round_slug, code)
        return show_submit(request, report, refusal=CHANGED, status=409)
    except (actions.Incomplete, actions.RoundClosed):
        return show_submit(request, report, refusal=NOT_NOW, status=409)
    names = get_text_list([person.name for person in told], _("and"))
    messages.success(request, _("A mail tells %(people)s that it is ready.") % {"people": names})
    return redirect("reporting:report_submit", round_slug, report.objective.code)
