"""Every change of a report's state, and nothing else that writes one.

draft -> submitted -> (returned -> submitted)* -> approved; reopened only with a reason;
withdrawn by the country while no reviewer has claimed it.

Each verb is one transaction: it compares the version inside the UPDATE, freezes
what is submitted, adds the event and queues the mail. Who may call it is the
view's question (`editable_by`, `reviewable_by`, `sign_off_of`); whether it is possible
now is answered by one of the errors in `reporting.actions.errors`. The verbs are in `drafts`,
`submitting` and `reviewing`; here is what they have in common.
"""

from django.db import transaction

from reporting.actions.errors import SomeConflict
from reporting.models import ReportEvent


def record(report, *, kind, by, now, from_status, comment="", field_comments=None, submission=None):
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


def each_or_none(reports, act, refusals):
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
