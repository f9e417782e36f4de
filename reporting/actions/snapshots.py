"""A round's figures are frozen by two people: one proposes, another confirms."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from reporting.actions.errors import Conflict
from reporting.models import FiguresVersion, Snapshot, database_now
from reporting.models.history import sha256_of
from reporting.snapshots import frozen_content


def propose_snapshot(*, reporting_round, reason, by):
    try:
        with transaction.atomic():
            return Snapshot.objects.create(
                round=reporting_round, reason=reason, proposed_at=database_now(), proposed_by=by
            )
    except IntegrityError as error:
        raise Conflict from error


def discard_snapshot(*, snapshot):
    """Takes a proposal back that nobody has confirmed."""
    if not Snapshot.objects.waiting().filter(pk=snapshot.pk).delete()[0]:
        raise Conflict


@transaction.atomic
def confirm_snapshot(*, snapshot, by):
    """Copies the figures as they are now. No approval can come between: they wait for the lock."""
    framework = snapshot.round.framework
    FiguresVersion.objects.get_or_create(framework=framework)
    FiguresVersion.objects.select_for_update().get(framework=framework)
    content = frozen_content(snapshot.round)
    # The lock is one framework's; numbers are counted over all, and the constraint holds them.
    number = (Snapshot.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    waiting = Snapshot.objects.waiting().filter(pk=snapshot.pk).exclude(proposed_by=by)
    try:
        with transaction.atomic():
            rows = waiting.update(
                number=number,
                content=content,
                sha256=sha256_of(content),
                confirmed_at=database_now(),
                confirmed_by=by,
            )
    except IntegrityError as error:
        raise Conflict from error
    if not rows:
        raise Conflict
    snapshot.refresh_from_db()
    return snapshot
