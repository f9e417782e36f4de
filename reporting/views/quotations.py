"""Passages of approved reports: one reviewer chooses, another confirms, and the country itself can
take back what is shown of its own.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import OFFICERS, REVIEWERS, allowed, found_or_404
from reporting import actions
from reporting.forms import QuotationForm, TakeBackForm
from reporting.models import ProgressReport, Quotation, Status
from reporting.views import review
from reporting.views.once import acts_once

ON_A_PAGE = 25


@allowed(REVIEWERS)
@require_safe
def quotation_list(request):
    return show_list(request)


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def quotation_choose(request, pk):
    """The report's own words beside a form that takes a passage of them."""
    report = review.decidable(request, pk)
    if report.status != Status.APPROVED:
        page = {"report": report, "typed": request.POST.get("text", "")}
        return render(request, "reporting/quotation_not_now.html", page, status=409)
    form = QuotationForm(request.POST if request.method == "POST" else None, report=report)
    if form.is_valid():
        try:
            actions.choose_quotation(report=report, by=request.user, **form.cleaned_data)
        except actions.Conflict:
            form.add_error(
                None,
                _(
                    "Nothing was chosen: the passage has been chosen already, or the report is "
                    "reopened."
                ),
            )
            return show_choice(request, report, form, status=409)
        messages.success(request, _("Chosen. Another reviewer confirms it."))
        return redirect("reporting:quotation_list")
    return show_choice(request, report, form)


def show_choice(request, report, form, status=200):
    chosen = Quotation.objects.filter(submission__report=report).with_names()
    page = {"report": report, "form": form, "chosen": chosen.filter(taken_back_at__isnull=True)}
    return render(request, "reporting/quotation_choose.html", page, status=status)


@allowed(REVIEWERS)
@require_POST
@acts_once
def quotation_confirm(request, pk):
    quotation = decidable(request, pk)
    try:
        actions.confirm_quotation(quotation=quotation, by=request.user)
    except actions.Conflict:
        if quotation.chosen_by == request.user:
            reason = _("Somebody other than you confirms what you have chosen.")
        else:
            reason = _("Nothing was done: a colleague has decided on this passage already.")
        messages.error(request, reason)
        return show_list(request, status=409)
    messages.success(request, _("Confirmed. The passage is shown."))
    return redirect("reporting:quotation_list")


@allowed(REVIEWERS)
@require_POST
@acts_once
def quotation_refuse(request, pk):
    quotation = decidable(request, pk)
    return take_back(request, quotation, show_list, "reporting:quotation_list")


@allowed(OFFICERS)
@require_POST
@acts_once
def quotation_take_back(request, pk):
    """A focal point takes back what is shown of his own country."""
    own = Quotation.objects.of_country(request.user.country).with_names()
    quotation = found_or_404(own, pk=pk)
    if not request.user.is_focal_point:
        raise PermissionDenied(_("The focal point of your country takes passages back."))
    report = quotation.report
    place = ["reporting:report_edit", report.round.slug, report.objective.code]
    return take_back(request, quotation, None, *place)


def take_back(request, quotation, shown, *place):
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say in at least 5 characters why it is taken back."))
        if not shown:
            return redirect(*place)
        refused = {"quotation": quotation, "reason": request.POST.get("reason", "")}
        return shown(request, status=400, refused=refused)
    try:
        actions.take_back_quotation(
            quotation=quotation, by=request.user, reason=form.cleaned_data["reason"]
        )
    except actions.Conflict:
        messages.info(request, _("It had been taken back already."))
        return redirect(*place)
    messages.success(request, _("Taken back. The passage is shown no more."))
    return redirect(*place)


def decidable(request, pk):
    reports = ProgressReport.objects.reviewable_by(request.user)
    return found_or_404(Quotation.objects.decidable_by(reports).with_names(), pk=pk)


def show_list(request, status=200, refused=None):
    reports = ProgressReport.objects.reviewable_by(request.user)
    quotations = Quotation.objects.decidable_by(reports).with_names()
    live = Paginator(quotations.live().order_by("-confirmed_at", "-pk"), ON_A_PAGE)
    page = {
        "waiting": quotations.waiting(),
        "page": live.get_page(request.GET.get("page")),
        "refused": refused,
    }
    return render(request, "reporting/quotation_list.html", page, status=status)
