"""Sends what waits, one mail after the other, and tries again what did not go out.

No transaction is open while the mail server is spoken to. A mail is claimed before it is
sent, by putting it off for as long as sending it may take: of two workers one claims it, and
that of a worker who died is tried again. Only who dies between the server's "accepted" and
the row's `sent_at` has it sent twice, with the same Message-ID.
"""

import contextlib
import logging
import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django_tasks import task

from members.mail_server import is_unreachable
from reporting.models import Mail

logger = logging.getLogger(__name__)

# Longer than sending takes, each command of which may last EMAIL_TIMEOUT.
CLAIMED_FOR = timedelta(minutes=5)
# Then the worker may be stopped and the next run goes on.
SECONDS_A_RUN = 60
# When the server does not answer: as long again as the mail has waited, between these.
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=2)
# When it refuses a mail: after each attempt but the last, a day in all.
WAITS_WHEN_REFUSED = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 1120)]


@task
def send_mails():
    """Sends what is due. What the server did not take now has a run of its own later."""
    Mail.objects.outlived().delete()
    next_run = _send_until(time.monotonic() + SECONDS_A_RUN)
    # Where tasks run at once, the next event or `send_reminders` brings the next run.
    if next_run and send_mails.get_backend().supports_defer:
        send_mails.using(run_after=next_run).enqueue()


def _send_until(end):
    """Returns when to go on, or None where nothing is left to do or the timer will see to it."""
    connection = None
    try:
        while mail := claim():
            try:
                if connection is None:
                    connection = get_connection()
                    connection.open()
            except OSError as error:
                return put_off(mail, error)
            try:
                message(mail, connection).send()
            except Exception as error:
                if is_unreachable(error):
                    return put_off(mail, error)
                refuse(mail, error)
            else:
                Mail.objects.filter(pk=mail.pk).update(
                    sent_at=timezone.now(), attempts=mail.attempts + 1, last_error=""
                )
            if time.monotonic() >= end:
                return timezone.now()
    finally:
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
    return None


def claim():
    """The next mail that is due, ours alone for a while, or None."""
    while True:
        now = timezone.now()
        mail = Mail.objects.due(now).select_related("recipient").first()
        if mail is None:
            return None
        unclaimed = Mail.objects.waiting().filter(pk=mail.pk, send_after=mail.send_after)
        if unclaimed.update(send_after=now + CLAIMED_FOR):
            return mail


def message(mail, connection):
    # The same at each attempt, so that a mail that arrives twice is known to be one.
    message_id = f"<mail-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}@{settings.PUBLIC_HOST}>"
    message = EmailMultiAlternatives(
        mail.subject,
        mail.body,
        to=[mail.address or mail.recipient.email],
        connection=connection,
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def put_off(mail, error):
    """Lets all wait that would be tried now. Returns until when."""
    # What the server said may name somebody; the row keeps it.
    logger.warning("The mail server does not take mails: %s. They wait.", type(error).__name__)
    now = timezone.now()
    wait = min(max(now - mail.created_at, SHORTEST_WAIT), LONGEST_WAIT)
    last_error = repr(error)[:500]
    Mail.objects.due(now).update(send_after=now + wait, last_error=last_error)
    # Behind the others: should it be the mail that breaks the way, they go first next time.
    next_run = now + wait + timedelta(milliseconds=1)
    Mail.objects.filter(pk=mail.pk).update(send_after=next_run, last_error=last_error)
    return next_run


def refuse(mail, error):
    """Puts this mail off, longer each time, and gives it up in the end."""
    now = timezone.now()
    values = {"attempts": mail.attempts + 1, "last_error": repr(error)[:500]}
    if mail.attempts < len(WAITS_WHEN_REFUSED):
        values["send_after"] = now + WAITS_WHEN_REFUSED[mail.attempts]
        why = type(error).__name__
        logger.warning("Mail %s was refused and is tried again: %s", mail.pk, why)
    else:
        values["given_up_at"] = now
        logger.error("Mail %s was refused %s times and is given up.", mail.pk, mail.attempts + 1)
    Mail.objects.filter(pk=mail.pk).update(**values)
