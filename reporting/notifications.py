"""Mails about reports: written with the event they tell of, sent after the commit."""

import logging
import smtplib
import zoneinfo

from django.conf import settings
from django.core.mail import BadHeaderError, send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_tasks import task

from members.models import User
from reporting.models import Mail, ReportEvent

logger = logging.getLogger(__name__)

# What is wrong with one mail, not with the way to the server.
REFUSED = (
    BadHeaderError,
    UnicodeError,
    smtplib.SMTPDataError,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
)
TOLD_TO_THE_COUNTRY = [
    ReportEvent.Kind.SUBMITTED,
    ReportEvent.Kind.RETURNED,
    ReportEvent.Kind.APPROVED,
    ReportEvent.Kind.REOPENED,
]


def queue_mails(event):
    """Writes a mail to each officer of the report's country, to be sent after the commit."""
    if event.kind not in TOLD_TO_THE_COUNTRY:
        return
    officers = User.objects.active().officers_of(event.report.country)
    Mail.objects.bulk_create(mail_about(event, officer) for officer in officers)
    transaction.on_commit(send_mails.enqueue)


def mail_about(event, recipient):
    report = event.report
    address = reverse("reporting:report_history", args=[report.round.slug, report.objective.code])
    with timezone.override(zoneinfo.ZoneInfo(recipient.time_zone)):
        body = render_to_string(
            "reporting/mail/report_event.txt",
            {
                "event": event,
                "report": report,
                "recipient": recipient,
                "url": settings.PUBLIC_BASE_URL.rstrip("/") + address,
            },
        )
    return Mail(
        key=f"event-{event.pk}-user-{recipient.pk}",
        recipient=recipient,
        subject=one_line(
            _("%(event)s: %(report)s") % {"event": event.get_kind_display(), "report": report}
        ),
        body=body,
    )


def one_line(text):
    """As a subject must be, whatever the names in it hold."""
    return Truncator(" ".join(text.split())).chars(200)


@task
def send_mails():
    """Sends what waits. A mail that fails stays in the queue for the next run.

    One that is refused for itself does not keep back those behind it.
    """
    for pk in Mail.objects.unsent().values_list("pk", flat=True):
        try:
            send(pk)
        except REFUSED:
            logger.exception("Mail %s was refused; it stays in the queue.", pk)


@transaction.atomic
def send(pk):
    # Marked first: of two workers, one finds no row left to mark.
    if Mail.objects.unsent().filter(pk=pk).update(sent_at=timezone.now()):
        mail = Mail.objects.select_related("recipient").get(pk=pk)
        send_mail(mail.subject, mail.body, None, [mail.recipient.email])
