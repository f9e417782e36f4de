"""What anybody can send in the place of a passkey's answer, and how passkeys are called."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import auth as webauthn
from django.core.exceptions import NON_FIELD_ERRORS
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from members.forms_passkeys import (
    AddPasskeyForm,
    SecondFactorPasskeyForm,
    SignInAgainPasskeyForm,
    SignInPasskeyForm,
)
from tests.factories import UserFactory
from tests.members.signing_in import AUTHENTICATE, PASSWORD, attempt
from tests.pages import elements, texts

SAYS = "This is not the answer of a passkey. Try again."
# Each broke one of the libraries that read it.
BROKEN = ['{"id": {}}', "[" * 20_000, "9" * 5_000, '{"id": "x", "rawId": "x"}', "[]", "null", "x"]


@pytest.mark.parametrize("said", BROKEN, ids=lambda said: said[:20])
def test_sign_in_refuses_what_is_no_passkey(client, db, said):
    response = client.post(reverse("mfa_login_webauthn"), {"credential": said}, follow=True)

    assert response.redirect_chain == [(reverse("account_login"), 302)]


def test_sign_in_says_what_is_wrong(client, db):
    response = client.post(reverse("mfa_login_webauthn"), {"credential": BROKEN[0]}, follow=True)

    assert SAYS in response.content.decode()


# What is wrong stands above the form, or in a message: the field itself is hidden.
@pytest.mark.parametrize(
    ("form_class", "place"),
    [
        (AddPasskeyForm, NON_FIELD_ERRORS),
        (SecondFactorPasskeyForm, NON_FIELD_ERRORS),
        (SignInAgainPasskeyForm, "credential"),
    ],
)
@pytest.mark.parametrize("said", [*BROKEN[:4], ""], ids=lambda said: said[:20])
def test_form_refuses_what_is_no_passkey(db, form_class, place, said):
    form = form_class({"credential": said, "name": "Key"}, user=UserFactory())

    assert form.errors == {place: [SAYS]}


def test_page_says_that_it_was_no_passkey(client_of, viewer):
    answer = client_of(viewer).post(reverse("mfa_add_webauthn"), {"credential": "", "name": "Key"})

    assert SAYS in texts(answer, "div", class_="alert-danger")


def test_form_takes_the_answer_of_a_passkey(db):
    """It has the shape; whether it fits what was asked is looked at behind the form's field."""
    client_data = {"type": "webauthn.get", "challenge": "AAAA", "origin": "https://portal.example"}
    answer = {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(json.dumps(client_data).encode()),
            "authenticatorData": websafe_encode(b"h" * 32 + b"\x01" + b"\0\0\0\1"),
            "signature": "AAAA",
        },
        "clientExtensionResults": {},
    }
    field = SignInPasskeyForm.base_fields["credential"]

    assert field.clean(json.dumps(answer)) == answer


def passkey(person, name):
    data = {"name": name, "credential": {}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def test_no_two_passkeys_are_called_alike(rosa):
    for name in ["Passkey", "Passkey 2", "Passkey 3"]:
        passkey(rosa, name)
    Authenticator.objects.filter(data__name="Passkey 2").delete()

    assert AddPasskeyForm(user=rosa).initial["name"] == "Passkey 2"


@pytest.mark.parametrize(("view", "element"), [("mfa_index", "li"), ("mfa_list_webauthn", "h2")])
def test_page_calls_a_passkey_by_its_name(client_of, viewer, view, element):
    passkey(viewer, "Work laptop")

    page = client_of(viewer).get(reverse(view))

    assert texts(page, element, class_="text-break") == ["Work laptop"]


@pytest.mark.parametrize(
    ("kind", "asked", "ways"),
    [
        ("totp", "Write the six digits that your authenticator app shows", 0),
        ("webauthn", "Use your passkey or security key", 1),
    ],
)
def test_second_factor_that_is_asked_for_is_one_there_is(rosa, monkeypatch, kind, asked, ways):
    # It would read the key itself, which only a browser can make.
    monkeypatch.setattr(webauthn, "begin_authentication", lambda _user: {})
    data = {"name": "Key", "credential": {}} if kind == "webauthn" else {"secret": ""}
    Authenticator.objects.create(user=rosa, type=kind, data=data)
    client = Client()
    attempt(PASSWORD, client=client)

    page = client.get(AUTHENTICATE)

    [told] = texts(page, "p", class_="lede")
    assert told.startswith(asked)
    assert len(elements(page, "button", id="mfa_webauthn_authenticate")) == ways
