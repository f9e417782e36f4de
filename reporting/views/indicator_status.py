from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.access import READERS_OF_ALL, allowed
from reporting import actions
from reporting.forms import StatusForm
from reporting.models import StatusOverride
from reporting.pages.indicators import indicator_or_404
from reporting.pages.scope import scope_of
from reporting.views.once import acts_once


@allowed(READERS_OF_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def indicator_status(request, slug, code):
    """A status that the secretariat sets beside the computed one, with its reason."""
    indicator = indicator_or_404(slug, code)
    scope = scope_of(request, indicator.objective.goal.framework)
    form = StatusForm(request.POST if request.method == "POST" else None)
    if scope.round is None or scope.region or scope.snapshot or not form.is_valid():
        return show_status(request, indicator, scope, form)
    actions.set_status(
        indicator=indicator, reporting_round=scope.round, by=request.user, **form.cleaned_data
    )
    messages.success(request, _("Your status and its reason stand on the page."))
    address = indicator.objective.get_absolute_url()
    return redirect(f"{address}?round={scope.round.slug}#indicator-{indicator.number}")


def show_status(request, indicator, scope, form):
    said = StatusOverride.objects.filter(indicator=indicator, round=scope.round)
    page = {
        "framework": indicator.objective.goal.framework,
        "indicator": indicator,
        "scope": scope,
        "form": form,
        "said": said.select_related("by") if scope.round else [],
    }
    status = scope.status if scope.round and not scope.region and not scope.snapshot else 404
    return render(request, "reporting/indicator_status.html", page, status=status)
