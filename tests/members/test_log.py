"""Who got in, who did not, and what he signs in with: each is a line, and no secret is in one."""

import json
import logging

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from pythonjsonlogger.json import JsonFormatter

from tests.members.signing_in import AUTHENTICATE, HERE, PASSWORD, attempt, code, set_up


@pytest.fixture
def lines(caplog):
    """`lines()` are (what happened, to whom, from where) so far; `lines.text` is all of it."""
    caplog.set_level(logging.INFO, logger="portal.accounts")
    formatter = JsonFormatter("%(levelname)s %(name)s %(message)s")

    def found():
        found.text = "\n".join(formatter.format(record) for record in caplog.records)
        records = [json.loads(line) for line in found.text.splitlines()]
        return [
            (each["message"], each["actor"], each.get("address"))
            for each in records
            if each["name"] == "portal.accounts"
        ]

    return found


def test_sign_in_and_out_are_lines(rosa, lines):
    client = Client()
    attempt(PASSWORD, client=client)
    client.post(reverse("account_logout"), REMOTE_ADDR=HERE)

    assert lines() == [("signed in", rosa.pk, HERE), ("signed out", rosa.pk, HERE)]


def test_refusal_is_a_line_without_what_was_typed(rosa, lines):
    attempt("typed-in-secret")
    attempt("x", email="typed-in-the-wrong-field@example.org")

    assert lines() == [("sign-in refused", None, HERE)] * 2
    assert "typed" not in lines.text


def test_wrong_code_is_a_line(rosa, lines):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(rosa, secret)
    client = Client()
    attempt(PASSWORD, client=client)
    client.post(AUTHENTICATE, {"code": "000000"}, REMOTE_ADDR=HERE)
    client.post(AUTHENTICATE, {"code": code(secret)}, REMOTE_ADDR=HERE)

    assert lines() == [("second factor refused", rosa.pk, HERE), ("signed in", rosa.pk, HERE)]
    assert secret not in lines.text


@pytest.mark.django_db(transaction=True)
def test_new_factor_is_a_line(rosa, lines):
    client = Client()
    attempt(PASSWORD, client=client)
    secret = set_up(client)

    assert [what for what, _who, _where in lines()] == [
        "signed in",
        "second factor added",
        "second factor added",
    ]
    assert secret not in lines.text
