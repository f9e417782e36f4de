"""Every change of a report's state, and nothing else that writes one.

draft -> submitted -> (returned -> submitted)* -> approved; reopened only with a reason;
withdrawn by the country while no reviewer has claimed it.

Each verb is one transaction: it compares the version inside the UPDATE, freezes
what is submitted, adds the event and queues the mail. Who may call it is the
view's question (`editable_by`, `reviewable_by`, `sign_off_of`); whether it is possible
now is answered here, by one of the errors in `reporting.actions.errors`.
"""

from django.db import IntegrityError, transaction

from members.models import SignOff
from members.row_security import as_system
from reporting import notifications
from reporting.actions.errors import (
    ClosedField,
    Conflict,
    Incomplete,
    SomeConflict,
)
from reporting.actions.guards import change, require_in_time, require_open
from reporting.actions.quotations import take_back_quotations_of
from reporting.models import (
    IndicatorValue,
    ProgressReport,
    ReportEvent,
    Status,
    Submission,
    database_now,
)
from reporting.models.choices import WITH_THE_COUNTRY
from reporting.models.history import receipt_number, sha256_of
from reporting.tallies import recount
from reporting.texts import fold_report


@transaction.atomic
def save_draft(*, report, version, content, by, values=None):
    """Stores `content` ({field: value}) in a new report (version 0) or an editable one.

    `values` maps indicators to unsaved answers, or to None where there is none any more;
    what it does not name stays.
    """
    now = database_now()
    require_open(report, now)
    values = values or {}
    if report.pk is None:
        _create(report=report, version=version, content=content, by=by, now=now)
    else:
        changed = _changed_fields(report, content, values)
        if changed and report.confirms_id:
            content = content | {"confirms": None}
        change(report, version=version, statuses=WITH_THE_COUNTRY, by=by, now=now, **content)
        closed = [name for name in changed if not report.is_open_for(name)]
        if closed:
            raise ClosedField(closed)
    fold_report(report)
    _answer(report, values)
    return report


@transaction.atomic
def confirm_unchanged(*, report, version, previous, by):
    """Writes what `previous`, the last approved report, says, marked as confirmed again."""
    content = {name: getattr(previous, name) for name in ProgressReport.CONTENT_FIELDS}
    values = {
        answer.indicator: IndicatorValue(
            **{name: getattr(answer, name) for name in IndicatorValue.CONTENT_FIELDS}
        )
        for answer in previous.indicator_values.select_related("indicator__objective__goal")
    }
    save_draft(report=report, version=version, content=content, by=by, values=values)
    ProgressReport.objects.filter(pk=report.pk).update(confirms=previous)
    report.confirms = previous
    return report


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

    events = _each_or_none(reports, submit, (Conflict, Incomplete))
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
    return _record(
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
    event = _record(
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

    events = _each_or_none(reports, approve, Conflict)
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
    return _record(
        report,
        kind=kind,
        by=by,
        now=now,
        from_status=from_status,
        comment=comment,
        field_comments=field_comments,
    )


def _each_or_none(reports, act, refusals):
    """In the order of their keys, always: two people who act on the same reports in
    different orders would otherwise wait for each other for ever. Returns what each led to.
    """
    done, refused = [], []
    for report, version in sorted(reports, key=lambda pair: pair[0].pk):
        try:
            with transaction.atomic():
                done.append(act(report, version))
        except refusals:
            refused.append(report)
    if refused:
        raise SomeConflict(refused)
    return done


def _changed_fields(report, content, values):
    """Names of fields and codes of indicators that would not say what is stored now."""
    if report.confirms_id is None and report.open_fields is None:
        return []
    stored = ProgressReport.objects.get(pk=report.pk)
    answers = {answer.indicator_id: answer for answer in stored.indicator_values.all()}
    changed = [name for name, value in content.items() if getattr(stored, name) != value]
    changed += [
        indicator.code
        for indicator, answer in values.items()
        if not IndicatorValue.are_alike(answers.get(indicator.pk), answer)
    ]
    return changed


def _answer(report, values):
    if not values:
        return
    report.indicator_values.filter(indicator__in=values).delete()
    answers = [answer for answer in values.values() if answer]
    for indicator, answer in values.items():
        if answer:
            answer.report, answer.indicator = report, indicator
    IndicatorValue.objects.bulk_create(answers)


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


def _record(
    report, *, kind, by, now, from_status, comment="", field_comments=None, submission=None
):
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
        field_comments=field_comments or None,
        submission=submission,
        previous_hash=last.hash if last else "",
    )
    event.hash = event.computed_hash()
    event.save(force_insert=True)
    return event
