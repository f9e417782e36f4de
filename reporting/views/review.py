from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.access import REVIEWERS, allowed, found_or_404
from members.row_security import as_system
from reporting import actions
from reporting.forms import CommentForm, DecisionForm, ReturnForm
from reporting.models import Evidence, ProgressReport, Status
from reporting.views.once import acts_once
from reporting.views.review_queue import next_in_queue
from reporting.views.review_rows import SINCE_APPROVED, SINCE_RETURN, items, last_return, rows


@allowed(REVIEWERS)
@require_safe
def review_detail(request, pk):
    report = found_or_404(whole(ProgressReport.objects.visible_to(request.user)), pk=pk)
    return show_review(request, report, comment_form(report, initial={"version": report.version}))


@allowed(REVIEWERS)
@require_POST
@acts_once
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
    return redirect(filtered(request, "reporting:review_detail", pk))


@allowed(REVIEWERS)
@require_POST
@acts_once
def report_release(request, pk):
    report = decidable(request, pk)
    try:
        actions.release_report(report=report, by=request.user)
    except actions.Conflict:
        return show_conflict(request, pk)
    return back_to_queue(request, report, _("The report is back in the queue."))


@allowed(REVIEWERS)
@require_POST
@acts_once
def report_approve(request, pk):
    report = decidable(request, pk)
    form = DecisionForm(request.POST)
    form.is_valid()
    version = form.cleaned_data["version"]
    if report.waits_for(request.user, version) and "without_comments" not in request.POST:
        # As it was typed, without the errors of a form that nobody has sent.
        typed = ReturnForm(names=commentable(report), initial=request.POST.dict())
        if typed.all_comments:
            return show_review(request, report, typed, unsent=typed.all_comments)
    try:
        actions.approve_report(report=report, version=version, by=request.user)
    except actions.Conflict:
        return show_conflict(request, pk)
    link = format_html('<a href="{}">{}</a>', reverse("reporting:review_detail", args=[pk]), report)
    return back_to_queue(request, report, format_html(_("Approved: {}."), link))


@allowed(REVIEWERS)
@require_POST
@acts_once
def report_return(request, pk):
    report = decidable(request, pk)
    form = ReturnForm(request.POST, names=commentable(report))
    return decide_with_comment(
        request, report, form, actions.return_report, _("Returned to the country: %(report)s.")
    )


@allowed(REVIEWERS)
@require_POST
@acts_once
def report_reopen(request, pk):
    report = decidable(request, pk)
    form = CommentForm(request.POST)
    return decide_with_comment(
        request,
        report,
        form,
        actions.reopen_report,
        _("Reopened: %(report)s. It no longer counts."),
    )


def decide_with_comment(request, report, form, verb, message):
    if not form.is_valid():
        if report.is_with_the_country:
            return show_conflict(request, report.pk)
        return show_review(request, report, form)
    try:
        verb(report=report, by=request.user, **form.decision)
    except actions.Conflict:
        return show_conflict(request, report.pk)
    return back_to_queue(request, report, message % {"report": report})


def back_to_queue(request, report, message):
    """The queue as the reviewer had narrowed it: each address of a review carries the filter."""
    following = next_in_queue(request, report)
    if following:
        link = filtered(request, "reporting:review_detail", following.pk)
        message = format_html(
            '{} {} <a href="{}">{}</a>', message, _("Next in the queue:"), link, following
        )
    messages.success(request, message)
    return redirect(filtered(request, "reporting:review_queue"))


def filtered(request, view, *args):
    query = request.GET.copy()
    query.pop("since", None)
    return f"{reverse(view, args=args)}?{query.urlencode()}".rstrip("?")


def whole(reports):
    """With all that the page of a review says of a report."""
    return (
        reports.with_names()
        .select_related("confirms__round")
        .prefetch_related("objective__indicators", "indicator_values__indicator__objective__goal")
    )


def decidable(request, pk):
    """The report, in whatever state a colleague has put it meanwhile; never one's own."""
    reports = whole(ProgressReport.objects.states_visible_to(request.user))
    with as_system():
        report = found_or_404(reports, pk=pk)
    if report.country == request.user.country:
        raise PermissionDenied(_("Nobody reviews reports of their own country."))
    if report.entered_by == request.user:
        raise PermissionDenied(_("You have entered this report: a colleague decides on it."))
    return report


def comment_form(report, **kwargs):
    if report.status == Status.SUBMITTED:
        return ReturnForm(names=commentable(report), **kwargs)
    return CommentForm(**kwargs)


def commentable(report):
    """Names of the fields, and codes of the indicators that are asked of countries."""
    indicators = report.objective.indicators.all()
    codes = [each.code for each in indicators if each.is_asked_of_countries]
    return [*ProgressReport.CONTENT_FIELDS, *codes, "evidence"]


def show_review(request, report, form, unsent=()):
    """`unsent` are comments that were typed for an approval, which carries none."""
    approved = ProgressReport.objects.approved().filter(
        country=report.country, objective=report.objective
    )
    previous = whole(approved).answers_before(report.round).last()
    events = list(report.events.select_related("by", "submission"))
    evidence = list(Evidence.objects.shown(report, request.user))
    returned = last_return(report, events, evidence)
    since = marks_since(request.GET.get("since"), previous, returned)
    reviewable = ProgressReport.objects.reviewable_by(request.user)
    return render(
        request,
        "reporting/review_detail.html",
        {
            "report": report,
            "form": form,
            "unsent": unsent,
            "rows": rows(report, form, previous=previous, returned=returned, since=since),
            "evidence": items(evidence, returned),
            "evidence_before": Evidence.objects.shown(previous, request.user) if previous else [],
            "previous": previous,
            "returned": returned,
            "since": since,
            "can_choose_since": previous and returned and returned.copy,
            "is_late": is_late(report, events),
            "events": events,
            "can_decide": reviewable.filter(pk=report.pk).exists(),
            "claimed_by_another": report.claimed_by_id not in (None, request.user.pk),
            "next": next_in_queue(request, report),
        },
    )


def marks_since(wanted, previous, returned):
    """Since when changes are marked: as wanted, if there is such a text; else the latest."""
    there = [SINCE_RETURN] if returned and returned.copy else []
    there += [SINCE_APPROVED] if previous else []
    return wanted if wanted in there else next(iter(there), None)


def is_late(report, events):
    """Whether it was handed in for the first time when it was due already."""
    first = next((event.submission for event in events if event.submission), None)
    return first is not None and first.submitted_at >= report.round.due_at


def show_conflict(request, pk):
    """What the report has become, beside what the person was about to say of it."""
    with as_system():
        report = ProgressReport.objects.with_names().get(pk=pk)
        readable = ProgressReport.objects.visible_to(request.user).filter(pk=pk).exists()
        last_event = report.events.select_related("by").last()
    return render(
        request,
        "reporting/review_conflict.html",
        {
            "report": report,
            "readable": readable,
            "comment": request.POST.get("comment", ""),
            "field_comments": ReturnForm(request.POST, names=commentable(report)).typed_comments,
            "last_event": last_event,
        },
        status=409,
    )
