"""What an owner is told by mail of her second factor, and what if the mail cannot leave."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from members.notice_mails import WAITS, send_notice
from tests.members.signing_in import PASSWORD, attempt, set_up


@pytest.mark.django_db(transaction=True)
def test_owner_is_told_by_mail_of_a_new_factor(rosa):
    client = Client(headers={"host": "localhost:9", "user-agent": "Browser/1.0"})
    attempt(PASSWORD, client=client)
    set_up(client)

    [told] = mail.outbox
    assert told.to == ["rosa@example.org"]
    assert told.subject == "Framework Portal: Your authenticator app is set up"
    assert "Browser: Browser/1.0" in told.body
    # No host that a request names stands in a mail.
    assert "localhost:9" not in told.body
    assert f"{settings.PUBLIC_BASE_URL}{reverse('mfa_index')}" in told.body


@pytest.mark.django_db(transaction=True)
def test_owner_is_told_by_mail_of_a_changed_password(client_of, rosa):
    new = "a wholly other password"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client_of(rosa).post(reverse("members:password_change"), form).status_code == 302

    [told] = mail.outbox
    assert (told.to, told.subject) == ([rosa.email], "Framework Portal: Your password was changed")
    assert new not in told.body


@pytest.mark.django_db(transaction=True)
def test_owner_is_told_by_mail_of_a_password_set_by_mail(rosa):
    client, new = Client(), "a wholly other password"
    client.post(reverse("members:password_reset"), {"email": rosa.email})
    link = re.search(r"/accounts/\S+", mail.outbox.pop().body)[0]
    address = client.get(link).url
    client.post(address, {"new_password1": new, "new_password2": new})

    [told] = mail.outbox
    assert (told.to, told.subject) == ([rosa.email], "Framework Portal: Your password was set anew")


@pytest.mark.django_db(transaction=True)
def test_factor_is_set_up_though_the_mail_server_is_down(rosa, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client = Client()
    attempt(PASSWORD, client=client)
    set_up(client)

    assert Authenticator.objects.filter(type="totp").count() == 1


def test_notice_that_was_not_sent_is_tried_again(rosa, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    send_notice.call("Subject", "Body", rosa.email)
    [later] = DBTaskResult.objects.all()
    send_notice.call("Subject", "Body", rosa.email, len(WAITS))

    assert later.args_kwargs["args"] == ["Subject", "Body", rosa.email, 1]
    assert later.run_after > timezone.now()
    assert DBTaskResult.objects.count() == 1
