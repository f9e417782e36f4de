"""What the secretariat does with a report that was handed in."""

from django.db import transaction

from members.row_security import as_system
from reporting import notifications
from reporting.actions.errors import Conflict
from reporting.actions.guards import change
from reporting.actions.quotations import take_back_quotations_of
from reporting.actions.workflow import each_or_none, record
from reporting.models import ProgressReport, ReportEvent, Status, database_now
from reporting.tallies import recount


def claim_report(*, report, by):
    """Says that `by` reviews the report now, in place of whom the page named, if anyone."""
    rows = ProgressReport.objects.submitted().filter(pk=report.pk, claimed_by=report.claimed_by)
    if not rows.update(claimed_by=by, claimed_at=database_now()):
        raise Conflict


def release_report(*, report, by):
    """Gives a claimed report back to the queue."""
    rows = ProgressReport.objects.filter(pk=report.pk, claimed_by=by)
    if not rows.update(claimed_by=None, claimed_at=None):
        raise Conflict


@transaction.atomic
def approve_reports(*, reports, by):
    """Approves every (report, version) or, if one has changed meanwhile, none."""

    def approve(report, version):
        return _approve(report, version=version, by=by)

    events = each_or_none(reports, approve, Conflict)
    recount(report for report, _version in reports)
    notifications.queue_mails(*events)


@transaction.atomic
def approve_report(*, report, version, by):
    """Takes the submitted report into the figures."""
    event = _approve(report, version=version, by=by)
    recount([report])
    notifications.queue_mails(event)
    return report


@as_system()
@transaction.atomic
def return_report(*, report, version, by, comment, field_comments=None, only_commented=False):
    """Gives the submitted report back to its country, with the reason.

    `field_comments` says more at single fields, by their names or indicators' codes;
    with `only_commented` the country may change those and no others.
    """
    event = _decide(
        report,
        version=version,
        by=by,
        kind=ReportEvent.Kind.RETURNED,
        from_status=Status.SUBMITTED,
        to_status=Status.RETURNED,
        comment=comment,
        field_comments=field_comments,
        open_fields=_opened(field_comments) if only_commented and field_comments else None,
    )
    notifications.queue_mails(event)
    return report


@as_system()
@transaction.atomic
def reopen_report(*, report, version, by, comment):
    """Takes an approved report out of the figures and gives it back, with the reason."""
    event = _decide(
        report,
        version=version,
        by=by,
        kind=ReportEvent.Kind.REOPENED,
        from_status=Status.APPROVED,
        to_status=Status.RETURNED,
        comment=comment,
    )
    take_back_quotations_of(report=report, by=by, reason=comment)
    recount([report])
    notifications.queue_mails(event)
    return report


def _opened(field_comments):
    """The commented fields; and with the rating all that another rating may ask for."""
    if "rating" not in field_comments:
        return sorted(field_comments)
    return sorted({*field_comments, *ProgressReport.ASKED_FOR_BY_RATING})


def _approve(report, *, version, by):
    return _decide(
        report,
        version=version,
        by=by,
        kind=ReportEvent.Kind.APPROVED,
        from_status=Status.SUBMITTED,
        to_status=Status.APPROVED,
    )


def _decide(
    report,
    *,
    version,
    by,
    kind,
    from_status,
    to_status,
    comment="",
    field_comments=None,
    open_fields=None,
):
    now = database_now()
    change(
        report,
        version=version,
        statuses=[from_status],
        among=ProgressReport.objects.free_for(by),
        by=by,
        now=now,
        status=to_status,
        claimed_by=None,
        claimed_at=None,
        open_fields=open_fields,
    )
    return record(
        report,
        kind=kind,
        by=by,
        now=now,
        from_status=from_status,
        comment=comment,
        field_comments=field_comments,
    )
