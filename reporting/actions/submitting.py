"""A report on its way to the secretariat: handed in and frozen, taken back, or come by post."""

from django.db import transaction

from members.models import SignOff
from members.row_security import as_system
from reporting import notifications
from reporting.actions.drafts import save_draft
from reporting.actions.errors import Conflict, Incomplete
from reporting.actions.guards import change, require_in_time, require_open
from reporting.actions.workflow import each_or_none, record
from reporting.models import ProgressReport, ReportEvent, Status, Submission, database_now
from reporting.models.choices import WITH_THE_COUNTRY
from reporting.models.history import receipt_number, sha256_of


@transaction.atomic
def submit_report(*, report, version, by, signs_as=SignOff.FOCAL_POINT):
    """Hands the report to the secretariat and freezes a copy of it. Returns the submission."""
    event = _submit(report, version=version, by=by, signs_as=signs_as)
    notifications.queue_mails(event)
    return event.submission


@transaction.atomic
def submit_reports(*, reports, by, signs_as):
    """Hands in every (report, version) or, if one has changed or lacks something, none."""

    def submit(report, version):
        return _submit(report, version=version, by=by, signs_as=signs_as)

    events = each_or_none(reports, submit, (Conflict, Incomplete))
    notifications.queue_mails(*events)


def _submit(report, *, version, by, signs_as):
    now = database_now()
    require_open(report, now)
    require_in_time(report, now)
    if report.version != version:
        raise Conflict
    missing = report.missing_for_submission()
    if missing:
        raise Incomplete(missing)
    from_status = report.status
    change(
        report,
        version=version,
        statuses=WITH_THE_COUNTRY,
        by=by,
        now=now,
        status=Status.SUBMITTED,
    )
    # What hangs on the report is read behind the UPDATE: from here on it is ours alone.
    missing = report.missing_in_answers()
    if missing:
        raise Incomplete(missing)
    submission = _freeze(report, by=by, now=now, signs_as=signs_as)
    return record(
        report,
        kind=ReportEvent.Kind.SUBMITTED,
        by=by,
        now=now,
        from_status=from_status,
        submission=submission,
    )


@transaction.atomic
def withdraw_report(*, report, version, by):
    """Takes a submitted report back while no reviewer has claimed it."""
    now = database_now()
    require_open(report, now)
    handed_in = report.events.filter(kind=ReportEvent.Kind.SUBMITTED).order_by("number").last()
    if handed_in is None:
        raise Conflict
    change(
        report,
        version=version,
        statuses=[Status.SUBMITTED],
        among=ProgressReport.objects.filter(claimed_by__isnull=True, entered_by__isnull=True),
        by=by,
        now=now,
        status=handed_in.from_status,
    )
    event = record(
        report, kind=ReportEvent.Kind.WITHDRAWN, by=by, now=now, from_status=Status.SUBMITTED
    )
    notifications.queue_mails(event)
    return report


@as_system()
@transaction.atomic
def enter_report(*, report, content, values, evidence, by):
    """Enters and submits what a country has sent by post; `evidence` is the letter itself.

    Marked so for ever, in the report and in what is frozen of it. Another reviewer decides.
    """
    report.entered_by = by
    save_draft(report=report, version=0, content=content, values=values, by=by)
    for item in evidence:
        item.report, item.added_by = report, by
        item.save(force_insert=True)
    return submit_report(report=report, version=1, by=by, signs_as=SignOff.SECRETARIAT)


def _freeze(report, *, by, now, signs_as):
    first = report.submissions.order_by("number").first()
    number = report.submissions.count() + 1
    answers = report.indicator_values.select_related("indicator__objective__goal")
    content = report.content(answers, report.evidence.all())
    content["not_answered"] = [
        {"indicator": indicator.code, "name": indicator.name} for indicator in report.not_answered()
    ]
    content["signed_as"] = str(signs_as)
    content["late"] = (first.submitted_at if first else now) >= report.round.due_at
    report.evidence.filter(submitted=False).update(submitted=True)
    return Submission.objects.create(
        report=report,
        number=number,
        receipt_number=receipt_number(report, number),
        content=content,
        sha256=sha256_of(content),
        submitted_at=now,
        submitted_by=by,
    )
