"""Signing in through an organisation's own provider, against a real one on loopback."""

import re
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import time_machine
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse

from members.models import User
from tests.factories import UserFactory
from tests.members.signing_in import (
    AUTHENTICATE,
    PASSWORD,
    START,
    attempt,
    linked,
    signed_in,
    through,
)
from tests.pages import texts

# What the provider is written with will change; it is no business of ours.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")
CONNECTIONS = reverse("socialaccount_connections")


def knows(address, subject, **claims):
    requests.put(f"{address}/users/{subject}", json=claims, timeout=5).raise_for_status()


def test_linked_identity_signs_in(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    client = Client()

    assert through(client, "first", "rosa-17").url == START
    assert signed_in(client)
    assert SocialAccount.objects.values_list("provider", "uid").get() == ("first", "rosa-17")


def test_second_factor_is_asked_for_as_well(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    totp.TOTP.activate(rosa, totp.generate_totp_secret())
    client = Client()

    assert through(client, "first", "rosa-17").url == AUTHENTICATE
    assert not signed_in(client)


def test_the_same_address_links_nobody(rosa, offered):
    knows(offered["first"], "mallory", email="rosa@example.org", email_verified=True)
    client = Client()
    answer = through(client, "first", "mallory")

    assert not signed_in(client)
    assert "no account" in answer.content.decode()
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_the_same_subject_of_another_issuer_is_somebody_else(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    client = Client()
    through(client, "second", "rosa-17")

    assert not signed_in(client)


def test_what_the_provider_claims_changes_nothing(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    knows(
        offered["first"],
        "rosa-17",
        email="chief@example.org",
        name="Chief",
        country="FR",
        is_superuser=True,
        groups=["admin"],
    )
    through(Client(), "first", "rosa-17")
    rosa.refresh_from_db()

    assert (rosa.email, rosa.name, rosa.country, rosa.is_superuser) == (
        "rosa@example.org",
        "Rosa",
        None,
        False,
    )


def test_an_identity_belongs_to_one_account(rosa, offered):
    UserFactory(email="other@example.org", password=PASSWORD)
    linked("rosa@example.org", "first", "rosa-17")
    linked("other@example.org", "first", "rosa-17")

    assert SocialAccount.objects.get().user == rosa


def test_somebody_inactive_stays_outside(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    User.objects.update(is_active=False)
    client = Client()
    through(client, "first", "rosa-17")

    assert not signed_in(client)


def test_answer_meant_for_another_browser_is_refused(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    victim, attacker = Client(), Client()
    there = attacker.post(reverse("openid_connect_login", args=["first"])).url
    back = requests.post(there, data={"sub": "rosa-17"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    answer = victim.get(address.path, dict(parse_qsl(address.query)))

    assert "That sign-in did not work" in answer.content.decode()
    assert not signed_in(victim)


def test_who_says_no_there_comes_back_kindly(rosa, offered):
    client = Client()
    there = client.post(reverse("openid_connect_login", args=["first"])).url
    back = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    answer = client.get(address.path, dict(parse_qsl(address.query)), follow=True)

    assert "Nothing has changed here." in answer.content.decode()
    assert not signed_in(client)


def test_sign_in_page_offers_what_is_set_up(db, offered):
    page = Client().get(reverse("account_login")).content.decode()

    assert re.findall(r"Sign in with (First|Second)", page) == ["First", "Second"]


def test_link_is_made_by_who_has_just_shown_who_he_is(rosa, offered, settings):
    """Who sits down at an open machine would else make himself a way in."""
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].pop()
    client = Client()
    attempt(PASSWORD, client=client)
    with time_machine.travel(time.time() + 11 * 60):
        asked = through(client, "first", "rosa-17", "connect").url
        assert asked.split("?")[0] == reverse("account_reauthenticate")
        assert not SocialAccount.objects.exists()
        client.post(asked, {"password": PASSWORD})

    assert SocialAccount.objects.get().user == rosa


def test_link_is_taken_back_by_who_has_just_shown_who_he_is(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    client = Client()
    attempt(PASSWORD, client=client)
    with time_machine.travel(time.time() + 11 * 60):
        asked = client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk}).url

    assert asked.split("?")[0] == reverse("account_reauthenticate")
    assert SocialAccount.objects.exists()


def test_link_is_taken_back_by_its_owner(rosa, offered):
    linked("rosa@example.org", "first", "rosa-17")
    client = Client()
    attempt(PASSWORD, client=client)
    assert "linked on" in client.get(CONNECTIONS).content.decode()
    client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk})

    assert not SocialAccount.objects.exists()


def test_link_to_a_provider_that_is_gone_is_taken_back(rosa, client_of):
    link = SocialAccount.objects.create(user=rosa, provider="gone", uid="rosa-17")
    client = client_of(rosa)
    shown = client.get(CONNECTIONS)
    answer = client.post(CONNECTIONS, {"account": link.pk})

    assert "gone, linked on" in " ".join(texts(shown, "form"))
    assert answer.url == CONNECTIONS
    assert not SocialAccount.objects.exists()
    assert "Provider: gone" in mail.outbox[0].body


def test_links_are_a_page_for_a_program_too(rosa, client_of):
    SocialAccount.objects.create(user=rosa, provider="gone", uid="rosa-17")
    answer = client_of(rosa).get(CONNECTIONS, headers={"Accept": "application/json"})

    assert "gone, linked on" in " ".join(texts(answer, "form"))
