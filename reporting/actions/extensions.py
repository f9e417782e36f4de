"""More time for a country: asked for once at a time, answered once.

Who may ask and who may answer is the view's question (`decidable_by`).
"""

from django.db import IntegrityError, transaction

from reporting import notifications
from reporting.actions.errors import Conflict
from reporting.models import Extension, database_now


@transaction.atomic
def ask_extension(*, reporting_round, country, until, reason, by):
    """Asks the secretariat for time until the instant `until`."""
    extension = Extension(
        round=reporting_round,
        country=country,
        reason=reason,
        asked_until=until,
        asked_at=database_now(),
        asked_by=by,
    )
    try:
        # A savepoint: the constraint decides between two colleagues who ask at once.
        with transaction.atomic():
            extension.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict from error
    notifications.queue_extension_mails(extension)
    return extension


@transaction.atomic
def answer_extension(*, extension, by, granted_until, answer):
    """Grants what was asked for until `granted_until`, or refuses it where that is None.

    Of two reviewers who answer at once the second has a Conflict.
    """
    values = {
        "state": Extension.State.GRANTED if granted_until else Extension.State.REFUSED,
        "granted_until": granted_until,
        "answer": answer,
        "answered_at": database_now(),
        "answered_by": by,
    }
    if not Extension.objects.waiting().filter(pk=extension.pk).update(**values):
        raise Conflict
    for name, value in values.items():
        setattr(extension, name, value)
    notifications.queue_extension_mails(extension)
    return extension


@transaction.atomic
def grant_extension(*, reporting_round, country, until, reason, by):
    """Grants time that nobody asked for. What waits for an answer is answered instead."""
    if Extension.objects.waiting().filter(round=reporting_round, country=country).exists():
        raise Conflict
    now = database_now()
    extension = Extension.objects.create(
        round=reporting_round,
        country=country,
        state=Extension.State.GRANTED,
        reason=reason,
        asked_until=until,
        asked_at=now,
        asked_by=by,
        granted_until=until,
        answered_at=now,
        answered_by=by,
    )
    notifications.queue_extension_mails(extension)
    return extension
