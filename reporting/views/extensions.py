from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.access import REVIEWERS, allowed, found_or_404
from objectives.models import Objective
from reporting import actions
from reporting.forms import ExtensionAnswerForm, GrantForm
from reporting.models import Extension, ProgressReport
from reporting.models.choices import WITH_THE_SECRETARIAT
from reporting.views.once import acts_once

ON_A_PAGE = 25


@allowed(REVIEWERS)
@require_safe
def extension_list(request):
    """What countries have asked for, the longest-waiting first, and what was answered."""
    found = Extension.objects.visible_to(request.user).select_related(
        "round", "country", "asked_by", "answered_by"
    )
    answered = found.exclude(state=Extension.State.ASKED).order_by("-answered_at", "-pk")
    page = {
        "waiting": found.waiting().order_by("asked_at", "pk"),
        "page": Paginator(answered, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reporting/extension_list.html", page)


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def extension_answer(request, pk):
    extension = answerable(request, pk)
    if request.method != "POST":
        return show_extension(request, extension, ExtensionAnswerForm(extension=extension))
    form = ExtensionAnswerForm(request.POST, extension=extension)
    if extension.state != Extension.State.ASKED:
        return show_extension(request, extension, form, status=409)
    if not form.is_valid():
        return show_extension(request, extension, form)
    try:
        actions.answer_extension(
            extension=extension,
            by=request.user,
            granted_until=form.granted_until,
            answer=form.cleaned_data["answer"],
        )
    except actions.Conflict:
        return show_extension(request, answerable(request, pk), form, status=409)
    message = _("%(country)s has its answer: %(state)s.")
    words = {"country": extension.country.name, "state": extension.get_state_display()}
    messages.success(request, message % words)
    return redirect("reporting:extension_list")


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def extension_grant(request):
    """More time for a country that has asked for it elsewhere."""
    if request.method != "POST":
        chosen = {name: request.GET.get(name) for name in ["country", "round"]}
        return show_grant(request, GrantForm(initial=chosen, user=request.user))
    form = GrantForm(request.POST, user=request.user)
    if not form.is_valid():
        return show_grant(request, form)
    granted = form.cleaned_data
    try:
        actions.grant_extension(
            reporting_round=granted["round"],
            country=granted["country"],
            until=granted["until"],
            reason=granted["reason"],
            by=request.user,
        )
    except actions.Conflict:
        return show_grant(request, form, status=409)
    messages.success(request, _("%(country)s has more time.") % {"country": granted["country"]})
    return redirect("reporting:extension_list")


def answerable(request, pk):
    found = Extension.objects.visible_to(request.user).select_related(
        "round__framework", "country", "asked_by", "answered_by"
    )
    extension = found_or_404(found, pk=pk)
    if extension.country == request.user.country:
        raise PermissionDenied(_("Nobody answers what their own country has asked for."))
    return extension


def show_extension(request, extension, form, status=200):
    reports = ProgressReport.objects.filter(round=extension.round, country=extension.country)
    page = {
        "extension": extension,
        "form": form,
        "handed_in": reports.filter(status__in=WITH_THE_SECRETARIAT).count(),
        "asked_for": Objective.objects.of(extension.round.framework).count(),
        "conflict": status == 409,
    }
    return render(request, "reporting/extension_answer.html", page, status=status)


def show_grant(request, form, status=200):
    """With what already waits for an answer, where that is the reason not to grant."""
    waiting = None
    if status == 409:
        chosen = form.cleaned_data
        asked = Extension.objects.waiting().select_related("round", "country")
        waiting = asked.filter(round=chosen["round"], country=chosen["country"]).first()
    page = {"form": form, "waiting": waiting, "conflict": status == 409}
    return render(request, "reporting/extension_grant.html", page, status=status)
