"""What docs/operations.md has typed after a backup was restored is run here."""

import re
import textwrap
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from members.invitation_mails import digest, send_invitations
from members.inviting import invite
from members.models import Invitation, Role
from reporting.models import Mail
from reporting.notifications.digests import queue_digests
from reporting.notifications.sending import send_mails
from tests.factories import DelegationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def typed():
    page = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    section = page.partition("## Restoring")[2].partition("\n## ")[0]
    found = re.findall(r"manage\.py shell <<'END'\n(.*?)\n *END\n", section, re.DOTALL)
    return [textwrap.dedent(each) for each in found]


def write(recipient, key, **more):
    return Mail.objects.create(recipient=recipient, key=key, subject="Old", body="Old", **more)


def test_nothing_of_a_restored_backup_goes_out_or_lets_in(
    typed, reporter, focal_point, france, client_of
):
    client_of(reporter)
    yesterday = timezone.now() - timedelta(days=1)
    sent = write(reporter, "sent", sent_at=yesterday)
    write(reporter, "waits")
    digested = write(reporter, "of the day", waits_for_digest=True)
    Mail.objects.filter(pk=digested.pk).update(created_at=yesterday - timedelta(days=1))
    invite(by=focal_point, email="unsent@example.org", role=Role.REPORTER, country=france)
    with_link = invite(by=focal_point, email="sent@example.org", role=Role.VIEWER, country=france)
    link = digest("a link")
    Invitation.objects.filter(pk=with_link.pk).update(token_sha256=link, mail_after=None)
    task = {"run_after": timezone.now(), "backend_name": "default", "args_kwargs": {}}
    for status in (TaskResultStatus.READY, TaskResultStatus.RUNNING):
        DBTaskResult.objects.create(status=status, task_path="a.task", **task)

    exec(typed[0], {})  # noqa: S102, it is what the page says

    assert queue_digests(timezone.now()) == 0
    send_mails.call()
    send_invitations.call()
    assert mail.outbox == []
    assert not Session.objects.exists()
    assert not Invitation.objects.acceptable(timezone.now()).exists()
    assert not DBTaskResult.objects.exists()
    sent.refresh_from_db()
    assert (sent.sent_at, sent.given_up_at) == (yesterday, None)


def test_what_was_done_since_is_named(typed, focal_point, reporter, france, capsys):
    DelegationFactory(given_by=focal_point, given_to=reporter)
    invite(by=focal_point, email="nina@example.org", role=Role.REPORTER, country=france)

    exec(typed[1], {})  # noqa: S102, it is what the page says

    latest, event, given = capsys.readouterr().out.splitlines()
    assert "invited nina@example.org reporter" in event
    assert str(focal_point) in given
    exec(re.sub(r'(?<=SINCE = ")20', "90", typed[1]), {})  # noqa: S102
    assert capsys.readouterr().out.splitlines() == [latest]
