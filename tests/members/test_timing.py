"""An answer about nobody is as much work as one about somebody: `python -m tests.sweep.timing`."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import reset_mails
from tests.members.signing_in import attempt

RESET = reverse("members:password_reset")


@pytest.mark.parametrize("email", ["rosa@example.org", "nobody@example.org"])
def test_wrong_password_is_hashed_once_whether_there_is_an_account(rosa, monkeypatch, email):
    hashed, encode = [], MD5PasswordHasher.encode

    def counted(hasher, password, salt):
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    attempt("wrong", email=email)

    assert hashed == ["wrong"]


def test_link_for_nobody_is_asked_of_the_worker_as_one_for_somebody(rosa, monkeypatch):
    asked = []
    monkeypatch.setattr(
        type(reset_mails.send_password_reset), "enqueue", lambda task, *args: asked.append(args)
    )
    counts = []
    for email in ["rosa@example.org", "nobody@example.org"]:
        with CaptureQueriesContext(connection) as queries:
            Client().post(RESET, {"email": email})
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert asked == [(rosa.pk, "en"), (None, "en")]
