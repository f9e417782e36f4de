from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.models import Region
from reporting import actions
from reporting.forms import CommentForm, DecisionForm, QueueFilterForm
from reporting.models import ProgressReport, ReportingRound
from reporting.views.access import secretariat_required
from reporting.views.history import compared, lines

PAGE_SIZE = 50


@secretariat_required
@require_safe
def review_queue(request):
    """The reports that wait for the secretariat, the longest-waiting first."""
    form = QueueFilterForm(
        request.GET,
        rounds=list(ReportingRound.objects.reverse()),
        regions=list(Region.objects.all()),
        any_round=True,
    )
    waiting = ProgressReport.objects.reviewable_by(request.user)
    waiting = form.filter(waiting, request.user) if form.is_valid() else waiting.none()
    waiting = waiting.with_names().with_submission_times().order_by("submitted_at", "pk")
    try:
        page = Paginator(waiting, PAGE_SIZE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("There is no such page in the queue.") from error
    return render(
        request,
        "reporting/review_queue.html",
        {"form": form, "page": page},
        status=200 if form.is_valid() else 404,
    )


@secretariat_required
@require_safe
def review_detail(request, pk):
    reports = ProgressReport.objects.visible_to(request.user).with_names().with_values()
    report = get_object_or_404(reports, pk=pk)
    return show_review(request, report, CommentForm(initial={"version": report.version}))


@secretariat_required
@require_POST
def report_claim(request, pk):
    """Takes the report on; `from` names the colleague who has it, if the page showed one."""
    report = decidable(request, pk)
    if str(report.claimed_by_id or "") != request.POST.get("from", ""):
        return show_conflict(request, pk)
    try:
        actions.claim_report(report=report, by=request.user)
    except actions.Conflict:
        return show_conflict(request, pk)
    messages.success(request, _("You review this report now."))
    address = reverse("reporting:review_detail", args=[pk])
    return redirect(f"{address}?{request.GET.urlencode()}".rstrip("?"))


@secretariat_required
@require_POST
def report_release(request, pk):
    try:
        actions.release_report(report=decidable(request, pk), by=request.user)
    except actions.Conflict:
        return show_conflict(request, pk)
    messages.success(request, _("The report is back in the queue."))
    return back_to_queue(request)


@secretariat_required
@require_POST
def report_approve(request, pk):
    report = decidable(request, pk)
    form = DecisionForm(request.POST)
    form.is_valid()
    try:
        actions.approve_report(report=report, version=form.cleaned_data["version"], by=request.user)
    except actions.Conflict:
        return show_conflict(request, pk)
    link = format_html('<a href="{}">{}</a>', reverse("reporting:review_detail", args=[pk]), report)
    messages.success(request, format_html(_("Approved: {}."), link))
    return back_to_queue(request)


@secretariat_required
@require_POST
def report_return(request, pk):
    return decide_with_comment(
        request, pk, actions.return_report, _("Returned to the country: %(report)s.")
    )


@secretariat_required
@require_POST
def report_reopen(request, pk):
    return decide_with_comment(
        request, pk, actions.reopen_report, _("Reopened: %(report)s. It no longer counts.")
    )


def decide_with_comment(request, pk, verb, message):
    report = decidable(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        if report.is_with_the_country:
            return show_conflict(request, pk)
        return show_review(request, report, form)
    try:
        verb(report=report, by=request.user, **form.cleaned_data)
    except actions.Conflict:
        return show_conflict(request, pk)
    messages.success(request, message % {"report": report})
    return back_to_queue(request)


def back_to_queue(request):
    """The queue as the reviewer had narrowed it: each address of a review carries the filter."""
    return redirect(f"{reverse('reporting:review_queue')}?{request.GET.urlencode()}".rstrip("?"))


def decidable(request, pk):
    """The report, in whatever state a colleague has put it meanwhile; never one's own country's."""
    reports = ProgressReport.objects.states_visible_to(request.user).with_names().with_values()
    report = get_object_or_404(reports, pk=pk)
    if report.country == request.user.country:
        raise PermissionDenied(_("Nobody reviews reports of their own country."))
    return report


def show_review(request, report, form):
    approved = (
        ProgressReport.objects.approved()
        .with_names()
        .filter(country=report.country, objective=report.objective)
    )
    previous = approved.answers_before(report.round).last()
    now, *before = report.submissions.order_by("-number")[:2] or [None]
    reviewable = ProgressReport.objects.reviewable_by(request.user)
    return render(
        request,
        "reporting/review_detail.html",
        {
            "report": report,
            "form": form,
            "previous": previous,
            "since_previous": changes(previous.content([]), report.content([])) if previous else [],
            "since_return": changes(before[0].content, now.content) if before else [],
            "events": report.events.select_related("by", "submission"),
            "can_decide": reviewable.filter(pk=report.pk).exists(),
            "claimed_by_another": report.claimed_by_id not in (None, request.user.pk),
        },
    )


def changes(before, after):
    """(label, segments, whether it changed) of each field, word by word."""
    return compared(lines(before), lines(after))


def show_conflict(request, pk):
    """What the report has become, beside what the person was about to say of it."""
    report = ProgressReport.objects.with_names().get(pk=pk)
    readable = ProgressReport.objects.visible_to(request.user).filter(pk=pk).exists()
    return render(
        request,
        "reporting/review_conflict.html",
        {
            "report": report,
            "readable": readable,
            "comment": request.POST.get("comment", ""),
            "last_event": report.events.select_related("by").last(),
        },
        status=409,
    )
