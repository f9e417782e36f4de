"""Mails about reports: written with the event they tell of, sent after the commit."""

import zoneinfo

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from members.models import User
from reporting.models import Mail, ReportEvent

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
        subject=_("%(event)s: %(report)s") % {"event": event.get_kind_display(), "report": report},
        body=body,
    )


@task
def send_mails():
    """Sends what waits. A mail that fails stays in the queue for the next run."""
    for pk in Mail.objects.unsent().values_list("pk", flat=True):
        with transaction.atomic():
            # Marked first: of two workers, one finds no row left to mark.
            if Mail.objects.unsent().filter(pk=pk).update(sent_at=timezone.now()):
                mail = Mail.objects.select_related("recipient").get(pk=pk)
                send_mail(mail.subject, mail.body, None, [mail.recipient.email])
