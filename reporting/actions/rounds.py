"""What the secretariat does with a whole round.

Each change compares what the person had before him inside the UPDATE, and leaves
a row in the round's history.
"""

from django.db import IntegrityError, transaction

from reporting.actions.errors import Conflict
from reporting.models import ReportingRound, database_now

COMPARED = ["name", "opens_at", "due_at", "closes_at"]


def create_round(*, reporting_round, by):
    reporting_round._history_user = by
    try:
        with transaction.atomic():
            reporting_round.save(force_insert=True)
    except IntegrityError as error:
        reporting_round.pk = None
        raise Conflict from error
    return reporting_round


@transaction.atomic
def change_round(*, reporting_round, stamp, values, by):
    """Sets `values`, if the round is still what the page with this stamp said of it."""
    if reporting_round.stamp != stamp:
        raise Conflict
    seen = {name: getattr(reporting_round, name) for name in COMPARED}
    rows = ReportingRound.objects.filter(pk=reporting_round.pk, **seen)
    if not rows.update(**values):
        raise Conflict
    reporting_round.refresh_from_db()
    # An UPDATE writes no history.
    reporting_round._history_user = by
    reporting_round.save()
    return reporting_round


def open_round(*, reporting_round, stamp, by):
    """Lets countries report from now on, before the instant that was planned."""
    now = database_now()
    if reporting_round.phase(now) != ReportingRound.Phase.AHEAD:
        raise Conflict
    return change_round(
        reporting_round=reporting_round, stamp=stamp, values={"opens_at": now}, by=by
    )


def close_round(*, reporting_round, stamp, by):
    """Takes no more reports from now on, but from countries with an extension."""
    now = database_now()
    if not reporting_round.opens_at < now < reporting_round.closes_at:
        raise Conflict
    values = {"closes_at": now, "due_at": min(reporting_round.due_at, now)}
    return change_round(reporting_round=reporting_round, stamp=stamp, values=values, by=by)
