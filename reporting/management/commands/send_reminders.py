from datetime import timedelta

from django.core.management.base import BaseCommand

from members.invitation_mails import send_invitations
from members.row_security import as_system_anyway
from reporting.models import Mail, PostedForm, WorkbookUpload, database_now
from reporting.notifications import (
    queue_digests,
    queue_people_mails,
    queue_reminders,
    send_mails,
)

# By then nobody posts a form again that was drawn before.
POSTED_FORMS_KEPT_FOR = timedelta(days=7)
# What a country means to report is not left lying about.
WORKBOOKS_KEPT_FOR = timedelta(days=30)


class Command(BaseCommand):
    help = (
        "Writes the mails that rounds, accounts and daily mails are due for, each once, and has "
        "sent what waits. For a timer, every quarter of an hour."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--again",
            action="store_true",
            help="Also tries the mails again that were given up, once their cause is mended.",
        )

    @as_system_anyway()
    def handle(self, *, again, **options):
        now = database_now()
        if again:
            given_up = Mail.objects.given_up()
            count = given_up.update(given_up_at=None, send_after=None, attempts=0)
            self.stdout.write(f"Mails that were given up: {count} tried again.")
        for reporting_round, count in queue_reminders(now).items():
            self.stdout.write(f"Round {reporting_round.slug}: {count} mails written.")
        self.stdout.write(f"Accounts and roles: {queue_people_mails(now)} mails written.")
        self.stdout.write(f"Mails of the day: {queue_digests(now)} written.")
        old = PostedForm.objects.filter(posted_at__lt=now - POSTED_FORMS_KEPT_FOR)
        self.stdout.write(f"Posted forms: {old.delete()[0]} forgotten.")
        old = WorkbookUpload.objects.filter(uploaded_at__lt=now - WORKBOOKS_KEPT_FOR)
        self.stdout.write(f"Uploaded workbooks: {old.delete()[0]} forgotten.")
        waiting, given_up = Mail.objects.waiting().count(), Mail.objects.given_up().count()
        send_mails.enqueue()
        send_invitations.enqueue()
        self.stdout.write(f"Mails to be sent: {waiting}. Given up so far: {given_up}.")
