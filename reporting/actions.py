"""Every change of a report's state, and nothing else that writes one.

draft -> submitted -> (returned -> submitted)* -> approved; reopened only with a reason.

Each verb is one transaction: it compares the version inside the UPDATE, freezes
what is submitted, adds the event and queues the mail. Who may call it is the
view's question (`editable_by`, `reviewable_by`); whether it is possible now is
answered here, by one of these errors:

Conflict      somebody else changed the report first, or it is in another state
RoundClosed   the round takes no reports at this instant
Incomplete    the rating asks for more than the report says
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting import notifications
from reporting.models import ProgressReport, ReportEvent, Status, Submission
from reporting.models.history import receipt_number, sha256_of
from reporting.models.reports import WITH_THE_COUNTRY


class Conflict(Exception):
    """The report is not as the person last saw it."""


class SomeConflict(Conflict):
    """Of several reports these have changed; nothing was done to any."""

    def __init__(self, reports):
        super().__init__(reports)
        self.reports = reports


class RoundClosed(Exception):
    """The round is not open yet, or no longer."""


class Incomplete(Exception):
    def __init__(self, missing):
        super().__init__(missing)
        self.missing = missing


@transaction.atomic
def save_draft(*, report, version, content, by):
    """Stores `content` ({field: value}) in a new report (version 0) or an editable one."""
    now = timezone.now()
    _require_open(report.round, now)
    if report.pk is None:
        return _create(report=report, version=version, content=content, by=by, now=now)
    return _change(report, version=version, statuses=WITH_THE_COUNTRY, by=by, now=now, **content)


@transaction.atomic
def submit_report(*, report, version, by):
    """Hands the report to the secretariat and freezes a copy of it. Returns the submission."""
    now = timezone.now()
    _require_open(report.round, now)
    if report.version != version:
        raise Conflict
    missing = report.missing_for_submission()
    if missing:
        raise Incomplete(missing)
    from_status = report.status
    _change(
        report,
        version=version,
        statuses=WITH_THE_COUNTRY,
        by=by,
        now=now,
        status=Status.SUBMITTED,
    )
    submission = _freeze(report, by=by, now=now)
    _record(
        report,
        kind=ReportEvent.Kind.SUBMITTED,
        by=by,
        now=now,
        from_status=from_status,
        submission=submission,
    )
    return submission


def claim_report(*, report, by):
    """Says that `by` reviews the report now, in place of whom the page named, if anyone."""
    rows = ProgressReport.objects.submitted().filter(pk=report.pk, claimed_by=report.claimed_by)
    if not rows.update(claimed_by=by, claimed_at=timezone.now()):
        raise Conflict


def release_report(*, report, by):
    """Gives a claimed report back to the queue."""
    rows = ProgressReport.objects.filter(pk=report.pk, claimed_by=by)
    if not rows.update(claimed_by=None, claimed_at=None):
        raise Conflict


@transaction.atomic
def approve_reports(*, reports, by):
    """Approves every (report, version) or, if one has changed meanwhile, none.

    In the order of their keys, always: two reviewers who approve the same reports
    in different orders would otherwise wait for each other for ever.
    """
    changed = []
    for report, version in sorted(reports, key=lambda pair: pair[0].pk):
        try:
            with transaction.atomic():
                approve_report(report=report, version=version, by=by)
        except Conflict:
            changed.append(report)
    if changed:
        raise SomeConflict(changed)


@transaction.atomic
def approve_report(*, report, version, by):
    """Takes the submitted report into the figures."""
    return _decide(
        report,
        version=version,
        by=by,
        kind=ReportEvent.Kind.APPROVED,
        from_status=Status.SUBMITTED,
        to_status=Status.APPROVED,
    )


@transaction.atomic
def return_report(*, report, version, by, comment):
    """Gives the submitted report back to its country, with the reason."""
    return _decide(
        report,
        version=version,
        by=by,
        kind=ReportEvent.Kind.RETURNED,
        from_status=Status.SUBMITTED,
        to_status=Status.RETURNED,
        comment=comment,
    )


@transaction.atomic
def reopen_report(*, report, version, by, comment):
    """Takes an approved report out of the figures and gives it back, with the reason."""
    return _decide(
        report,
        version=version,
        by=by,
        kind=ReportEvent.Kind.REOPENED,
        from_status=Status.APPROVED,
        to_status=Status.RETURNED,
        comment=comment,
    )


def _decide(report, *, version, by, kind, from_status, to_status, comment=""):
    now = timezone.now()
    _change(
        report,
        version=version,
        statuses=[from_status],
        among=ProgressReport.objects.free_for(by),
        by=by,
        now=now,
        status=to_status,
        claimed_by=None,
        claimed_at=None,
    )
    _record(report, kind=kind, by=by, now=now, from_status=from_status, comment=comment)
    return report


def _require_open(reporting_round, now):
    if not reporting_round.takes_reports(now):
        raise RoundClosed


def _create(*, report, version, content, by, now):
    if version != 0:
        raise Conflict
    for name, value in content.items():
        setattr(report, name, value)
    report.version = 1
    report.changed_at = now
    report.changed_by = by
    try:
        # A savepoint: the constraint decides between two people who begin at once.
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        report.pk = None
        raise Conflict from error
    _record(report, kind=ReportEvent.Kind.CREATED, by=by, now=now, from_status="")
    return report


def _change(report, *, version, statuses, by, now, among=None, **values):
    if version is None:
        raise Conflict
    values |= {"version": version + 1, "changed_at": now, "changed_by": by}
    among = ProgressReport.objects.all() if among is None else among
    rows = among.unchanged(pk=report.pk, version=version, statuses=statuses)
    if not rows.update(**values):
        raise Conflict
    for name, value in values.items():
        setattr(report, name, value)
    return report


def _freeze(report, *, by, now):
    number = report.submissions.count() + 1
    answers = report.indicator_values.select_related("indicator__objective__goal")
    content = report.content(answers)
    return Submission.objects.create(
        report=report,
        number=number,
        receipt_number=receipt_number(report, number),
        content=content,
        sha256=sha256_of(content),
        submitted_at=now,
        submitted_by=by,
    )


def _record(report, *, kind, by, now, from_status, comment="", submission=None):
    last = report.events.order_by("number").last()
    event = ReportEvent(
        report=report,
        number=last.number + 1 if last else 1,
        kind=kind,
        at=now,
        by=by,
        from_status=from_status,
        to_status=report.status,
        comment=comment,
        submission=submission,
        previous_hash=last.hash if last else "",
    )
    event.hash = event.computed_hash()
    event.save(force_insert=True)
    notifications.queue_mails(event)
    return event
