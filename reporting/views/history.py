from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from members.access import SIGNED_IN, allowed, found_or_404
from reporting.copies import answers, capacity, compared, lines
from reporting.models import Evidence, Submission


@allowed(SIGNED_IN)
@require_safe
def submission_detail(request, receipt_number):
    """What was submitted, as it was; it prints as a receipt."""
    submission = found_or_404(readable(request.user), receipt_number=receipt_number)
    others = readable(request.user).filter(report=submission.report).exclude(pk=submission.pk)
    return render(
        request,
        "reporting/submission_detail.html",
        {
            "submission": submission,
            "report": submission.report,
            "capacity": capacity(submission.content),
            "lines": lines(submission.content),
            "answers": answers(submission),
            "evidence": handed_in(submission, request.user),
            "others": others.defer("content"),
        },
    )


def handed_in(submission, user):
    """The evidence that the copy names, as far as the reader may see it."""
    named = submission.content.get("evidence", [])
    shown = Evidence.objects.shown(submission.report, user)
    return [item for item in shown if item.content() in named]


@allowed(SIGNED_IN)
@require_safe
def submission_compare(request, receipt_number, other):
    """What is different in the second of two submissions of one report."""
    submissions = readable(request.user)
    before = found_or_404(submissions, receipt_number=receipt_number)
    after = found_or_404(submissions.filter(report=before.report), receipt_number=other)
    return render(
        request,
        "reporting/submission_compare.html",
        {
            "before": before,
            "after": after,
            "report": after.report,
            "lines": compared(lines(before.content), lines(after.content)),
            "answers": compared(answers(before), answers(after)),
        },
    )


@allowed(SIGNED_IN)
@require_safe
def submission_changes(request, receipt_number):
    """The comparison with the submission before it, at its own address."""
    submission = found_or_404(readable(request.user), receipt_number=receipt_number)
    of_report = readable(request.user).filter(report=submission.report)
    before = get_object_or_404(of_report, number=submission.number - 1)
    return redirect(
        "reporting:submission_compare", before.receipt_number, submission.receipt_number
    )


def readable(user):
    """What was submitted, as far as the reader may see it, with all that a page says of it."""
    return Submission.objects.known_to(user).select_related(
        "report__round", "report__country", "report__objective__goal", "submitted_by"
    )
