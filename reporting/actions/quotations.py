"""Passages of approved reports that are shown without a name: chosen by one, confirmed by another.

What is shown is kept in the tallies, so each change recounts the report's cell, in the same
transaction. The report's row is locked first, as approving and reopening lock it.
"""

from django.db import IntegrityError, transaction

from members.row_security import as_system
from reporting.actions.errors import Conflict
from reporting.models import ProgressReport, Quotation, Status, database_now
from reporting.tallies import recount


@transaction.atomic
def choose_quotation(*, report, field, text, by):
    """Proposes a passage of the report's last submission. Returns the quotation."""
    _lock_approved(report)
    submission = report.submissions.order_by("number").last()
    try:
        with transaction.atomic():
            return Quotation.objects.create(
                submission=submission,
                field=field,
                text=text,
                chosen_at=database_now(),
                chosen_by=by,
            )
    except IntegrityError as error:
        raise Conflict from error


@transaction.atomic
def confirm_quotation(*, quotation, by):
    """Shows it. Nobody confirms what he has chosen himself."""
    _lock_approved(quotation.report)
    waiting = Quotation.objects.waiting().filter(pk=quotation.pk).exclude(chosen_by=by)
    if not waiting.update(confirmed_at=database_now(), confirmed_by=by):
        raise Conflict
    recount([quotation.report])


@as_system()
@transaction.atomic
def take_back_quotation(*, quotation, by, reason):
    """Shows it no more, whether it was confirmed or not."""
    ProgressReport.objects.select_for_update().get(pk=quotation.report.pk)
    if not _take_back(Quotation.objects.filter(pk=quotation.pk), by=by, reason=reason):
        raise Conflict
    recount([quotation.report])


def take_back_quotations_of(*, report, by, reason):
    """Inside the transaction that reopens the report, before its cell is recounted."""
    _take_back(Quotation.objects.filter(submission__report=report), by=by, reason=reason)


def _take_back(quotations, *, by, reason):
    return quotations.filter(taken_back_at__isnull=True).update(
        taken_back_at=database_now(), taken_back_by=by, taken_back_reason=reason[:300]
    )


def _lock_approved(report):
    found = ProgressReport.objects.select_for_update().filter(pk=report.pk)
    if not found.filter(status=Status.APPROVED).exists():
        raise Conflict
