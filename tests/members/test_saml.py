"""SAML, against assertions that are really signed, and against those that are not quite."""

import base64
import logging
import os
import re
import subprocess
import sys
from threading import Barrier

import openpyxl.xml
import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.test import Client
from django.urls import NoReverseMatch, include, path, reverse
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from framework_portal.urls import urlpatterns as always
from members import saml
from members.models import User
from members.saml_urls import urlpatterns as of_saml
from tests.members.saml_provider import (
    AT,
    HERE,
    IDP,
    MAIL,
    OTHER,
    OWN,
    asked,
    assertion,
    pair,
    refused,
    response,
    right,
    sent,
)
from tests.members.signing_in import AUTHENTICATE, PASSWORD, START, attempt, signed_in
from tests.reporting.test_races import at_once, results

# As members/urls.py adds them where the settings name a provider.
urlpatterns = [path("accounts/", include("members.saml_urls")), *always]
handler403 = "framework_portal.views.permission_denied"
pytestmark = [pytest.mark.urls(__name__), pytest.mark.usefixtures("saml_offered")]


def test_linked_identity_signs_in(saml_linked):
    client = Client()

    assert sent(client, right(asked(client))).url == START
    assert signed_in(client)


def test_certificate_is_changed_without_a_day_on_which_nobody_comes_in(saml_offered, saml_linked):
    idp = saml_offered[0]["settings"]["idp"]
    old, new, another = OWN, OTHER, pair()
    for certificates, takes in [
        (old[1], [old]),
        (old[1] + new[1], [old, new]),
        (f"{new[1]}\n\n{old[1]}", [old, new]),
        (new[1], [new]),
    ]:
        idp["x509cert"] = certificates
        for key in (old, new, another):
            client = Client()
            answer = sent(client, right(asked(client), key=key))
            assert (answer.status_code == 302) is (key in takes)
            assert refused(answer, client) is (key not in takes)


def test_certificate_may_be_named_without_its_frame(saml_offered, saml_linked):
    idp = saml_offered[0]["settings"]["idp"]
    idp["x509cert"] = "".join(idp["x509cert"].split("\n")[1:-2])
    client = Client()

    assert sent(client, right(asked(client))).url == START


def test_second_factor_is_asked_for_as_well(saml_linked):
    totp.TOTP.activate(saml_linked.user, totp.generate_totp_secret())
    client = Client()

    assert sent(client, right(asked(client))).url == AUTHENTICATE
    assert not signed_in(client)


def test_owner_links_his_identity_and_nothing_of_it_is_kept(rosa):
    client = Client()
    attempt(PASSWORD, client=client)
    sent(client, right(asked(client, "connect"), attributes=attribute("country", "FR")))
    rosa.refresh_from_db()

    found = SocialAccount.objects.get()
    assert (found.user, found.provider, found.uid) == (rosa, "first", "rosa-17")
    assert (found.extra_data, rosa.country) == ({}, None)


def attribute(name, *values):
    inside = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return (
        f'<saml:AttributeStatement><saml:Attribute Name="{name}">{inside}</saml:Attribute>'
        "</saml:AttributeStatement>"
    )


def test_the_same_address_links_nobody(rosa):
    client = Client()
    mail = attribute("urn:oid:0.9.2342.19200300.100.1.3", "rosa@example.org")
    answer = sent(client, right(asked(client), attributes=mail))

    assert "no account" in answer.content.decode()
    assert not signed_in(client)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_the_same_subject_of_another_issuer_is_somebody_else(rosa):
    SocialAccount.objects.create(user=rosa, provider="second", uid="rosa-17")
    client = Client()
    sent(client, right(asked(client)))

    assert not signed_in(client)


def test_comment_does_not_cut_a_subject_short(saml_linked):
    client = Client()
    sent(client, right(asked(client), subject="rosa-17<!-- -->.example"))

    assert not signed_in(client)


def test_subject_may_be_an_attribute(saml_offered, saml_linked):
    saml_offered[0]["settings"]["subject_attribute"] = "employee"
    client = Client()
    found = attribute("employee", "rosa-17")

    assert sent(client, right(asked(client), subject="x", attributes=found)).url == START
    for wrong in ["", attribute("employee", "rosa-17", "y"), attribute("other", "rosa-17")]:
        browser = Client()
        assert refused(sent(browser, right(asked(browser), attributes=wrong)), browser)


def unsigned(question):
    return right(question, key=None)


def changed(question):
    return right(question, subject="mallory").replace("mallory", "rosa-17")


def signed_around(question):
    """The response is signed, and the assertion in it is not."""
    return OneLogin_Saml2_Utils.add_sign(unsigned(question), *OWN).decode()


def wrapped(question, after):
    """Beside the signed assertion of somebody else a second one, which is not signed."""
    signed = assertion(question, subject="mallory")
    forged = assertion(question, key=None, number="_b")
    return response(question, signed + forged if after else forged + signed)


def wrapped_inside(question):
    """The signed assertion hides in the signature of a forged one, which has its number."""
    signed = assertion(question, subject="mallory")
    signature = re.search(r"<ds:Signature.*</ds:Signature>", signed, re.S)[0]
    hidden = f"<ds:Object>{signed.replace(signature, '')}</ds:Object></ds:Signature>"
    forged = assertion(question, key=None).replace(
        "</saml:Issuer>",
        "</saml:Issuer>" + signature.replace("</ds:Signature>", hidden),
    )
    return response(question, forged)


def with_entities(question):
    return right(question).replace(
        "<samlp:Response", '<!DOCTYPE r [<!ENTITY who "rosa-17">]><samlp:Response', 1
    )


def weak(question):
    sha1 = {
        "sign_algorithm": "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "digest_algorithm": "http://www.w3.org/2000/09/xmldsig#sha1",
    }
    return right(question, digest=sha1)


def differing(**changes):
    return lambda question: right(question, **changes)


WRONG = {
    "another key": differing(key=OTHER),
    "unsigned": unsigned,
    "changed": changed,
    "signed around": signed_around,
    "SHA-1": weak,
    "wrapped before": lambda question: wrapped(question, after=False),
    "wrapped after": lambda question: wrapped(question, after=True),
    "wrapped inside": wrapped_inside,
    "DOCTYPE": with_entities,
    "another issuer": differing(issuer="https://other.example"),
    "another audience": differing(audience=f"{HERE}/another"),
    "no audience": differing(audience=""),
    "expired": differing(minutes=-10),
    "for ever": differing(minutes=""),
    "not yet": differing(from_minutes=10),
    "another destination": differing(destination="https://other.example/"),
    "longer destination": differing(destination=f"{HERE}{AT}acs/more"),
    "no destination": differing(destination=""),
    "another recipient": differing(recipient="https://other.example/"),
    "longer recipient": differing(recipient=f"https://x.example/?{HERE}{AT}acs/"),
    "no recipient": differing(recipient=""),
    "unsolicited": lambda question: right("", answering=""),
    "unsolicited within": differing(answering=""),
    "another question": differing(answering='InResponseTo="_other"'),
    "question of nobody": lambda question: right("_other"),
    "address as subject": differing(kind=MAIL),
    "no subject": differing(subject=""),
    "long subject": differing(subject="x" * 192),
    "no assertion": lambda question: response(question, ""),
    "no XML": lambda question: "rosa-17",
    "nothing": lambda question: "",
    "other XML": lambda question: "<saml/>",
}


@pytest.mark.parametrize("xml", WRONG.values(), ids=WRONG)
def test_response_without_proof_is_refused(saml_linked, caplog, xml):
    client = Client()
    with caplog.at_level(logging.WARNING, "portal.accounts"):
        answer = sent(client, xml(asked(client)))

    assert refused(answer, client)
    assert [each.message for each in caplog.records] == ["sign-in refused"]


@pytest.mark.parametrize("text", ["%%%", "é", "AA"])
def test_what_is_no_response_is_refused(saml_linked, text):
    client = Client()
    assert refused(client.post(f"{AT}acs/", {"SAMLResponse": text}), client)
    assert refused(client.post(f"{AT}acs/"), client)


def test_response_that_is_too_long_is_not_looked_at(saml_linked, caplog):
    client = Client()
    xml = right(asked(client)) + " " * saml.LONGEST
    with caplog.at_level(logging.WARNING, "portal.accounts"):
        assert refused(sent(client, xml), client)

    assert caplog.records[-1].why == "The SAML response is too long."


def test_response_works_once(saml_linked):
    client = Client()
    xml = right(asked(client))
    assert sent(client, xml).url == START
    client.post(reverse("account_logout"))

    assert refused(sent(client, xml), client)


@pytest.mark.django_db(transaction=True)
def test_of_two_finishes_at_once_one_signs_in(saml_linked, monkeypatch):
    client = Client()
    form = {"SAMLResponse": base64.b64encode(right(asked(client)).encode()).decode()}
    client.post(f"{AT}acs/", form)
    # Both have read the session when the first of them goes on.
    here, provider_of = Barrier(2), saml.provider_of

    def together(*args):
        here.wait(timeout=60)
        return provider_of(*args)

    def finish():
        browser = Client()
        browser.cookies.update(client.cookies)
        answer = browser.get(f"{AT}acs/finish/")
        return "won" if answer.status_code == 302 else f"{answer.status_code}"

    monkeypatch.setattr(saml, "provider_of", together)
    assert results(at_once(finish, finish)) == ["401", "won"]


def test_response_meant_for_another_browser_is_refused(saml_linked):
    victim, attacker = Client(), Client()
    asked(victim)

    assert refused(sent(victim, right(asked(attacker))), victim)


def test_finish_without_proof_is_refused(saml_linked):
    client = Client()
    client.cookies["saml"] = f'{{"subject": "rosa-17", "question": "{asked(client)}"}}'

    assert refused(client.get(f"{AT}acs/finish/"), client)


def test_pages_are_these_and_each_says_who_may_open_it():
    assert {each.name for each in of_saml} == {
        "saml_login",
        "saml_acs",
        "saml_finish_acs",
        "saml_metadata",
    }
    assert {each.callback.allowed_to.name for each in of_saml} == {"everyone"}
    assert [each.name for each in of_saml if getattr(each.callback, "csrf_exempt", False)] == [
        "saml_acs"
    ]
    assert Client().get(f"{AT}sls/").status_code == 404


def test_metadata_say_where_to_answer(db):
    page = Client().get(f"{AT}metadata/").content.decode()

    assert f'Location="{HERE}{AT}acs/"' in page
    assert f'entityID="{HERE}{AT}metadata/"' in page
    assert "SingleLogout" not in page
    assert 'WantAssertionsSigned="true"' in page
    assert "KeyDescriptor" not in page


@pytest.mark.parametrize("page", ["login", "acs", "acs/finish", "metadata"])
def test_provider_that_is_not_set_up_is_not_found(db, page):
    address = f"/accounts/identities/saml/third/{page}/"
    client = Client()

    assert (client.post if page == "acs" else client.get)(address).status_code == 404


def test_without_settings_nothing_is_served():
    with pytest.raises(NoReverseMatch):
        reverse("saml_login", args=["first"], urlconf="framework_portal.urls")


SHOW = """
import django
django.setup()
from allauth.socialaccount.providers import registry
from django.conf import settings
from django.urls import reverse
from members.saml import COOKIE, Provider
print(Provider in registry.get_class_list(), reverse("saml_acs", args=[settings.SAML_ID]), COOKIE)
print(*settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"])
"""


def set_up(**changes):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "1",
        "PUBLIC_BASE_URL": HERE,
        "SAML_IDP_ENTITY_ID": IDP,
        "SAML_IDP_SSO_URL": f"{IDP}/sso",
        "SAML_ID": "first",
    }
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=configured.BASE_DIR,
        env=environment | changes,
        capture_output=True,
        text=True,
    )


def test_settings_open_it():
    assert set_up().stdout.splitlines() == [
        f"True {AT}acs/ __Host-saml",
        "'self' https://idp.example",
    ]


def test_forms_are_looked_at_so_often_from_one_address(saml_linked, settings):
    settings.LIMIT_REQUESTS = True
    rates = {"identities_signed_out": "2/m/ip"}
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | rates
    answers = [Client().post(f"{AT}acs/", {"SAMLResponse": "AA"}) for _time in range(3)]

    assert [each.status_code for each in answers] == [401, 401, 429]


def test_workbooks_are_read_as_without_it():
    assert not openpyxl.xml.LXML


def test_two_providers_have_two_names():
    assert "SAML_ID and OIDC_ID name two providers" in set_up(OIDC_ID="first").stderr


def test_proof_waits_where_no_script_reads_it(saml_linked):
    client = Client()
    form = {"SAMLResponse": base64.b64encode(right(asked(client)).encode()).decode()}
    client.post(f"{AT}acs/", form)
    cookie = client.cookies["saml"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 60)
    client.get(f"{AT}acs/finish/")
    assert client.cookies["saml"].value == ""
