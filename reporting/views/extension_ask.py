from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.access import OFFICERS, allowed
from reporting import actions
from reporting.forms.extensions import ExtensionForm
from reporting.models import ReportingRound
from reporting.views.desk import extension_page
from reporting.views.once import acts_once


@allowed(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def extension_ask(request, round_slug):
    """Asks for more time in a round; shows what was asked before and what was answered."""
    found = get_object_or_404(ReportingRound, slug=round_slug)
    country, now = request.user.country, timezone.now()
    extension = extension_page(country, found, now)
    if request.method != "POST":
        return show(request, found, extension, ExtensionForm(last=extension["last_instant"]))
    form = ExtensionForm(request.POST, last=extension["last_instant"])
    if not form.is_valid():
        return show(request, found, extension, form)
    if now < found.opens_at:
        form.add_error(None, _("This round has not opened yet."))
        return show(request, found, extension, form, status=409)
    try:
        actions.ask_extension(
            reporting_round=found, country=country, by=request.user, **form.cleaned_data
        )
    except actions.Conflict:
        form.add_error(None, _("An extension has been asked for already."))
        return show(request, found, extension_page(country, found, now), form, status=409)
    messages.success(request, _("The secretariat has your request and will answer it."))
    return redirect("reporting:extension_ask", round_slug)


def show(request, reporting_round, extension, form, status=200):
    page = {"round": reporting_round, "extension": extension, "form": form}
    page["is_ahead"] = timezone.now() < reporting_round.opens_at
    return render(request, "reporting/extension_ask.html", page, status=status)
