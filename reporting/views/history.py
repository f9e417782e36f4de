from decimal import Decimal
from typing import NamedTuple

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.models import Indicator
from reporting.differences import differences, replaced
from reporting.models import IndicatorValue, ProgressReport, Submission

NUMBERS = ["value", "numerator", "denominator"]
CHOSEN = ["rating", "percent_complete", "confidence"]


class Line(NamedTuple):
    """A field of a frozen copy, as it is read."""

    key: str
    label: str
    value: str
    is_text: bool = True


@require_safe
def submission_detail(request, receipt_number):
    """What was submitted, as it was; it prints as a receipt."""
    submission = get_object_or_404(readable(request.user), receipt_number=receipt_number)
    others = submission.report.submissions.exclude(pk=submission.pk).defer("content")
    return render(
        request,
        "reporting/submission_detail.html",
        {
            "submission": submission,
            "report": submission.report,
            "lines": lines(submission.content),
            "answers": answers(submission),
            "others": others,
        },
    )


@require_safe
def submission_compare(request, receipt_number, other):
    """What is different in the second of two submissions of one report."""
    submissions = readable(request.user)
    before = get_object_or_404(submissions, receipt_number=receipt_number)
    after = get_object_or_404(submissions, receipt_number=other, report=before.report)
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


@require_safe
def submission_changes(request, receipt_number):
    """The comparison with the submission before it, at its own address."""
    submission = get_object_or_404(readable(request.user), receipt_number=receipt_number)
    before = get_object_or_404(submission.report.submissions, number=submission.number - 1)
    return redirect(
        "reporting:submission_compare", before.receipt_number, submission.receipt_number
    )


def readable(user):
    """Submissions for those who may read the report and know its history."""
    known = ProgressReport.objects.states_visible_to(user)
    return (
        Submission.objects.visible_to(user)
        .filter(report__in=known)
        .select_related(
            "report__round", "report__country", "report__objective__goal", "submitted_by"
        )
    )


def lines(content):
    """The statement and the fields of the report, in the reader's words."""
    found = [Line("statement", _("Objective"), content["statement"])]
    for name in ProgressReport.CONTENT_FIELDS:
        field = ProgressReport._meta.get_field(name)
        value = content[name]
        if field.choices:
            value = dict(field.flatchoices).get(value, value)
        elif name == "percent_complete" and value is not None:
            value = f"{value}\N{NO-BREAK SPACE}%"
        found.append(Line(name, field.verbose_name, str(value or ""), name not in CHOSEN))
    return found


def answers(submission):
    """The answers about the indicators: a value each, and below it the note.

    The copy holds numbers; what they are numbers of, the indicator says.
    """
    indicators = {each.code: each for each in submission.report.objective.indicators.all()}
    found = []
    for answer in submission.content["indicators"]:
        code = answer["indicator"]
        numbers = {name: answer[name] and Decimal(answer[name]) for name in NUMBERS}
        stored = IndicatorValue(
            indicator=indicators.get(code, Indicator()), kind=answer["kind"], **numbers
        )
        text = "\n".join(filter(None, [str(stored.in_words), answer["note"]]))
        found.append(Line(code, f"{code} {answer['name']}", text))
    return found


def compared(before, after):
    """Each line of either, with its segments and whether it is another now."""
    old = {line.key: line for line in before}
    new = {line.key: line for line in after}
    found = []
    for key, line in (old | new).items():
        values = [side[key].value if key in side else "" for side in (old, new)]
        segments = differences(*values) if line.is_text else replaced(*values)
        found.append((line.label, segments, any(segment.kind != "same" for segment in segments)))
    return found
