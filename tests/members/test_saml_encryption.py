"""SAML assertions that are encrypted for the portal, and what it takes for one and does not."""

import base64
import logging
import re

import pytest
import xmlsec
from django.test import Client
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from xmlsec import EncryptionType, Transform, template

from members import saml_encryption
from tests.members.saml_provider import (
    AT,
    HERE,
    OTHER,
    OWN,
    PERSISTENT,
    SAML,
    asked,
    assertion,
    pair,
    refused,
    response,
    right,
    sent,
)
from tests.members.signing_in import START, signed_in
from tests.members.test_saml import set_up

pytestmark = [
    pytest.mark.urls("tests.members.test_saml"),
    pytest.mark.usefixtures("saml_offered"),
]
# The portal's own.
KEY, CERTIFICATE = pair()
# With the bits of their keys.
CIPHERS = {
    Transform.AES256: 256,
    Transform.AES128_GCM: 128,
    Transform.AES256_GCM: 256,
    Transform.DES3: 192,
}


@pytest.fixture
def with_key(saml_offered):
    """The portal's own pair of keys, for what the provider encrypts."""
    saml_offered[0]["settings"]["sp"] = {"private_key": KEY, "x509cert": CERTIFICATE}


def encrypted(text, cipher=Transform.AES256_GCM, transport=Transform.RSA_OAEP, to=CERTIFICATE):
    """As a provider encrypts what it has signed."""
    signed = etree.fromstring(text)
    data = template.encrypted_data_create(signed, cipher, type=EncryptionType.ELEMENT, ns="xenc")
    template.encrypted_data_ensure_cipher_value(data)
    about = template.encrypted_data_ensure_key_info(data, ns="ds")
    key = template.add_encrypted_key(about, transport)
    template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(to, xmlsec.KeyFormat.CERT_PEM))
    context = xmlsec.EncryptionContext(manager)
    kind = xmlsec.KeyData.DES if cipher == Transform.DES3 else xmlsec.KeyData.AES
    context.key = xmlsec.Key.generate(kind, CIPHERS[cipher], xmlsec.KeyDataType.SESSION)
    inside = etree.tostring(context.encrypt_xml(data, signed)).decode()
    return f"<saml:EncryptedAssertion>{inside}</saml:EncryptedAssertion>"


def hidden(question, cipher=Transform.AES256_GCM, transport=Transform.RSA_OAEP, **changes):
    return response(question, encrypted(assertion(question, **changes), cipher, transport))


@pytest.mark.parametrize("cipher", [Transform.AES128_GCM, Transform.AES256_GCM], ids=str)
def test_encrypted_assertion_signs_in(saml_linked, with_key, cipher):
    client = Client()
    xml = hidden(asked(client), cipher)

    assert "rosa-17" not in xml
    assert sent(client, xml).url == START
    assert signed_in(client)


def test_assertion_that_is_not_encrypted_is_taken_beside(saml_linked, with_key):
    client = Client()

    assert sent(client, right(asked(client))).url == START


def with_part(before, new):
    return lambda question: re.sub(f"({before})", rf"\1{new}", hidden(question), count=1)


KEY_ELSEWHERE = '<ds:RetrievalMethod URI="file:///dev/zero"/>'
NOTHING = "<xenc:CipherValue>AAAA</xenc:CipherValue>"
KEY_INSIDE = re.compile("<xenc:EncryptedKey>.*?</xenc:EncryptedKey>", re.DOTALL)
NAMES = f'xmlns:xenc="{Constants.NS_XENC}" xmlns:ds="{Constants.NS_DS}"'
VALUE = re.compile("<xenc:CipherValue>.*?</xenc:CipherValue>", re.DOTALL)


def elsewhere(question):
    """Has the text fetched from a file of this machine."""
    there = '<xenc:CipherReference URI="file:///dev/zero"/>'
    return VALUE.sub(there, hidden(question))


def key_beside(name, change):
    """Has the key found by its `name` outside the assertion, where it is what `change` makes it."""

    def xml(question):
        text = hidden(question)
        key = KEY_INSIDE.search(text)[0]
        there = key.replace("<xenc:EncryptedKey", f'<xenc:EncryptedKey xml:id="k" {NAMES}')
        found = f'<ds:RetrievalMethod URI="{name}" Type="{Constants.NS_XENC}EncryptedKey"/>'
        return text.replace(key, found).replace(
            "<samlp:Status>", f"<samlp:Extensions>{change(there)}</samlp:Extensions><samlp:Status>"
        )

    return xml


def weak(key):
    return key.replace("rsa-oaep-mgf1p", "rsa-1_5")


def in_a_file(key):
    return VALUE.sub('<xenc:CipherReference URI="file:///dev/zero"/>', key)


ODD = {
    "CBC": lambda question: hidden(question, Transform.AES256),
    "triple DES": lambda question: hidden(question, Transform.DES3),
    "PKCS #1 v1.5": lambda question: hidden(question, transport=Transform.RSA_PKCS1),
    "a text elsewhere": elsewhere,
    "a key elsewhere": with_part("<ds:KeyInfo[^>]*>", KEY_ELSEWHERE),
    "a name of its own": with_part("<xenc:EncryptionMethod ", 'xmlns:o="urn:o" o:Algorithm="x" '),
    "no cipher": lambda question: hidden(question).replace("Algorithm=", "Cipher=", 1),
    "a weak key beside": key_beside("#k", weak),
    "a key beside that lies elsewhere": key_beside("#k", in_a_file),
    "an expression": key_beside("#xpointer(id('k'))", str),
    "another part": with_part("<ds:KeyInfo[^>]*>", "<ds:Transforms/>"),
}


@pytest.mark.parametrize("xml", ODD.values(), ids=ODD)
def test_what_is_encrypted_in_an_odd_way_is_not_even_decrypted(
    saml_linked, with_key, monkeypatch, caplog, xml
):
    """xmlsec would open the file, take the weak cipher, or read the attribute that we do not."""
    decrypted = []
    monkeypatch.setattr(
        OneLogin_Saml2_Utils, "decrypt_element", lambda *args, **more: decrypted.append(args)
    )
    client = Client()
    with caplog.at_level(logging.WARNING, "portal.accounts"):
        answer = sent(client, xml(asked(client)))

    assert refused(answer, client)
    assert decrypted == []
    assert caplog.records[-1].why == "The assertion is encrypted in a way that is not taken."


@pytest.mark.parametrize("name", ["xenc:CipherData", "saml:EncryptedAssertion"])
def test_parts_that_stand_in_each_other_are_looked_at_once(monkeypatch, name):
    """Whoever sends the form would else have it take minutes."""
    looked_at, is_allowed = [], saml_encryption.is_allowed
    monkeypatch.setattr(
        saml_encryption, "is_allowed", lambda part: looked_at.append(part) or is_allowed(part)
    )
    parts = "<xenc:MGF/>" * 100
    text = (
        f"<saml:Response {SAML} {NAMES}>{f'<{name}>' * 50}{parts}{f'</{name}>' * 50}<saml:Issuer/>"
    )
    check = base64.b64encode(f"{text}</saml:Response>".encode()).decode()
    saml_encryption.check_encryption(check)

    assert len(looked_at) == 150


WRONG_INSIDE = {
    "another key": lambda question: hidden(question, key=OTHER),
    "unsigned": lambda question: hidden(question, key=None),
    "another audience": lambda question: hidden(question, audience=f"{HERE}/another"),
    "expired": lambda question: hidden(question, minutes=-10),
    "another question": lambda question: hidden(question, answering='InResponseTo="_other"'),
    "for somebody else": lambda question: response(
        question, encrypted(assertion(question), to=OTHER[1])
    ),
    "changed": lambda question: VALUE.sub(
        "<xenc:CipherValue>AAAA</xenc:CipherValue>", hidden(question)
    ),
    "two": lambda question: response(question, 2 * encrypted(assertion(question))),
    "a forged one beside": lambda question: response(
        question, encrypted(assertion(question)) + assertion(question, key=None, number="_b")
    ),
    "the subject once more": lambda question: response(
        question, encrypted(with_hidden_subject(question))
    ),
}


def with_hidden_subject(question):
    inside = encrypted(f'<saml:NameID {SAML} Format="{PERSISTENT}">rosa-17</saml:NameID>')
    subject = inside.replace("EncryptedAssertion", "EncryptedID")
    text = re.sub("<saml:NameID.*?</saml:NameID>", subject, assertion(question, key=None))
    return OneLogin_Saml2_Utils.add_sign(text, *OWN).decode()


@pytest.mark.parametrize("xml", WRONG_INSIDE.values(), ids=WRONG_INSIDE)
def test_encrypted_assertion_without_proof_is_refused(saml_linked, with_key, xml):
    client = Client()

    assert refused(sent(client, xml(asked(client))), client)


def test_encrypted_assertion_is_refused_where_there_is_no_key(saml_linked):
    client = Client()

    assert refused(sent(client, hidden(asked(client))), client)


def test_all_who_fail_are_told_the_same(saml_linked, with_key, caplog):
    """Whoever may ask often would else read from it what is encrypted."""
    pages, reasons = set(), set()
    for name in ["changed", "for somebody else", "unsigned"]:
        client = Client()
        with caplog.at_level(logging.WARNING, "portal.accounts"):
            page = sent(client, WRONG_INSIDE[name](asked(client))).content
        pages.add(re.sub(rb'(csrf\w*|value|token)="?[\w-]{32,}"?', b"", page))
        reasons.add(caplog.records[-1].why)

    assert len(pages) == 1
    assert reasons == {"The SAML response is not valid."}


def test_metadata_name_the_key_to_encrypt_with(db, with_key):
    page = Client().get(f"{AT}metadata/").content.decode()

    assert 'use="encryption"' in page
    assert CERTIFICATE.split("\n")[1] in page
    assert "PRIVATE" not in page


def test_key_and_certificate_are_set_together():
    said = "SAML_CERTIFICATE and SAML_KEY belong together"
    assert said in set_up(SAML_KEY=KEY).stderr
    assert said in set_up(SAML_CERTIFICATE=CERTIFICATE).stderr
    assert set_up(SAML_KEY=KEY, SAML_CERTIFICATE=CERTIFICATE).returncode == 0
