"""A SAML provider: what it signs, and how a browser brings it."""

import base64
import re
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.test import Client
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.members.signing_in import signed_in

HERE = "https://portal.example"
AT = "/accounts/identities/saml/first/"
IDP = "https://idp.example/saml"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
MAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
SAML = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
RIGHT = {
    "issuer": IDP,
    "audience": f"{HERE}{AT}metadata/",
    "recipient": f"{HERE}{AT}acs/",
    "destination": f"{HERE}{AT}acs/",
    "subject": "rosa-17",
    "kind": PERSISTENT,
    "attributes": "",
    "minutes": 5,
    "from_minutes": -1,
}


def pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode(), certificate.public_bytes(Encoding.PEM).decode()


OWN, OTHER = pair(), pair()


def app(name, idp=IDP):
    return {
        "provider_id": name,
        "client_id": name,
        "name": name.title(),
        "settings": {
            "idp": {"entity_id": idp, "sso_url": f"{idp}/sso", "x509cert": OWN[1]},
        },
    }


def asked(client, process="login"):
    """Goes to the provider; the number of what is asked there."""
    there = urlsplit(client.post(f"{AT}login/?process={process}").url)
    request = parse_qs(there.query)["SAMLRequest"][0]
    return re.search(rb'\bID="([^"]+)"', zlib.decompress(base64.b64decode(request), -15))[
        1
    ].decode()


def stamp(minutes):
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def assertion(question, key=OWN, digest=None, number="_a", **changes):
    it = RIGHT | {"answering": f'InResponseTo="{question}"'} | changes
    audience = f"<saml:Audience>{it['audience']}</saml:Audience>"
    audience = f"<saml:AudienceRestriction>{audience}</saml:AudienceRestriction>"
    recipient = it["recipient"] and f'Recipient="{it["recipient"]}"'
    until = it["minutes"] and f'NotOnOrAfter="{stamp(it["minutes"])}"'
    text = (
        f'<saml:Assertion {SAML} ID="{number}" Version="2.0" IssueInstant="{stamp(0)}">'
        f"<saml:Issuer>{it['issuer']}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="{it["kind"]}">{it["subject"]}</saml:NameID>'
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f"<saml:SubjectConfirmationData {it['answering']} {until} {recipient}/>"
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{stamp(it["from_minutes"])}" {until}>'
        f"{audience if it['audience'] else ''}</saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{stamp(0)}"><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f"{it['attributes']}</saml:Assertion>"
    )
    if not key:
        return text
    more = digest or {}
    return OneLogin_Saml2_Utils.add_sign(text, *key, **more).decode()


def response(question, inside, head="", **changes):
    it = RIGHT | changes
    destination = it["destination"] and f'Destination="{it["destination"]}"'
    answers = question and f'InResponseTo="{question}"'
    return (
        f'{head}<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" {SAML} ID="_r" '
        f'Version="2.0" IssueInstant="{stamp(0)}" {destination} {answers}>'
        f"<saml:Issuer>{it['issuer']}</saml:Issuer><samlp:Status>"
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f"{inside}</samlp:Response>"
    )


def right(question, **changes):
    return response(question, assertion(question, **changes), **changes)


def sent(client, xml):
    """The provider's form, which another site sends, and what follows of it."""
    strict = Client(enforce_csrf_checks=True)
    form = {"SAMLResponse": base64.b64encode(xml.encode()).decode()}
    answer = strict.post(f"{AT}acs/", form)
    if answer.status_code != 302:
        return answer
    client.cookies.update(strict.cookies)
    return client.get(answer.url)


def refused(answer, client):
    return (
        answer.status_code == 401
        and "That sign-in did not work" in answer.content.decode()
        and not signed_in(client)
    )
