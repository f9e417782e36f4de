import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

LOGIN = reverse("account_login")
PASSWORD = "correct horse battery"
SHOW = """
import django
django.setup()
from django.conf import settings
from framework_portal.cookies import MessageCookie
from members.devices import COOKIE
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, MessageCookie.cookie_name, COOKIE)
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_DOMAIN)
"""


@pytest.fixture
def rosa(db, quick_passwords):
    return UserFactory(email="rosa@example.org", password=PASSWORD)


@pytest.fixture
def browser(rosa):
    """Where Rosa has just signed in, after a page that gave her a session."""
    browser = Client()
    session = browser.session
    session["before"] = True
    session.save()
    browser.before = session.session_key
    browser.post(LOGIN, {"login": rosa.email, "password": PASSWORD})
    return browser


def test_every_cookie_is_bound_to_this_host():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "1",
        "PUBLIC_BASE_URL": "https://portal.example",
    }
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    names, secure = shown.stdout.splitlines()
    assert names == "__Host-session __Host-csrf __Host-messages __Host-known"
    assert secure == "True True None"


def test_cookies_of_a_sign_in(browser):
    flags = {
        name: (bool(cookie["httponly"]), cookie["samesite"], cookie["path"], cookie["domain"])
        for name, cookie in browser.cookies.items()
    }

    assert flags["session"] == (True, "Lax", "/", "")
    assert flags["known"] == (True, "Lax", "/", "")
    assert {samesite for _httponly, samesite, _path, _domain in flags.values()} == {"Lax"}


def test_sign_in_begins_a_new_session(browser):
    key = browser.session.session_key

    assert key != browser.before
    # Of 36 signs each: more than 128 bits.
    assert len(key) == 32
    assert not browser.session.exists(browser.before)


def test_link_of_a_mail_is_out_of_the_address_at_once(rosa):
    Client().post(reverse("members:password_reset"), {"email": rosa.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    token = link.rstrip("/").rsplit("/", 1)[1]

    response = Client().get(link)

    assert response.status_code == 302
    assert token not in response.url


@pytest.mark.parametrize("address", ["/static/", "/static/js/", "/static/vendor/", "/evidence/"])
def test_folders_are_not_listed(client, db, address):
    assert client.get(address).status_code == 404
