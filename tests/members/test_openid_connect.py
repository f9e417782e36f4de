"""What a provider says is believed only with proof: against a real one on loopback that lies."""

import hmac
import json
import time
from urllib.parse import parse_qs, parse_qsl, urlsplit

import flask
import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse
from jwt.utils import base64url_encode

from tests.members.signing_in import START, signed_in, through

pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")
METADATA, KEYS, TOKEN = "/.well-known/openid-configuration", "/jwks", "/oauth2/token"
AGAIN = "again"
OWN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)
CURVE = ec.generate_private_key(ec.SECP256R1())


def published(key, kid="own", **more):
    kind = jwt.algorithms.get_default_algorithms()[more.get("alg", "RS256")]
    return json.loads(kind.to_jwk(key.public_key())) | {"kid": kid, "use": "sig"} | more


def id_token(key=OWN, alg="RS256", kid="own", **changes):
    """An answer of the token endpoint in which the ID token is signed anew, with these claims."""

    def answer(data):
        claims = jwt.decode(data["id_token"], options={"verify_signature": False})
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        signed = jwt.encode(claims, key, alg, headers={"kid": kid} if kid else {})
        return data | {"id_token": signed}

    return answer


@pytest.fixture
def answers(servers):
    """Address → what the first provider makes of its answer there."""
    right = {KEYS: lambda data: {"keys": [published(OWN)]}, TOKEN: id_token()}
    found, mistakes = dict(right), []

    def changed(response):
        change = (right if AGAIN in flask.request.args else found).get(flask.request.path)
        if not change:
            return response
        try:
            answer = change(response.get_json())
        except Exception as mistake:
            mistakes.append(mistake)
            raise
        if isinstance(answer, flask.Response):
            return answer
        response.set_data(json.dumps(answer))
        return response

    servers["first"].app.after_request(changed)
    yield found
    assert mistakes == []


@pytest.fixture
def stranger(rosa, offered, answers):
    """A browser of somebody whose identity is linked with Rosa's account."""
    SocialAccount.objects.create(user=rosa, provider="first", uid="rosa-17")
    return Client()


def refused(response, client):
    return (
        response.status_code == 401
        and "That sign-in did not work" in response.content.decode()
        and not signed_in(client)
    )


@pytest.mark.parametrize(
    ("key", "alg"), [(OWN, "RS256"), (OWN, "PS256"), (CURVE, "ES256"), (OWN, "PS512")]
)
def test_token_with_proof_signs_in(stranger, answers, key, alg):
    answers[KEYS] = lambda data: {"keys": [published(key, alg=alg)]}
    answers[TOKEN] = id_token(key, alg)

    assert through(stranger, "first", "rosa-17").url == START
    assert signed_in(stranger)


def test_key_is_found_among_others(stranger, answers):
    others = [published(OTHER, kid="older"), published(OTHER, use="enc"), {"kty": "new"}]
    answers[KEYS] = lambda data: {"keys": [*others, published(OWN)]}

    assert through(stranger, "first", "rosa-17").url == START


def test_only_key_needs_no_name(stranger, answers):
    answers[TOKEN] = id_token(kid=None)
    assert through(stranger, "first", "rosa-17").url == START

    answers[KEYS] = lambda data: {"keys": [published(OTHER, kid="other"), published(OWN)]}
    browser = Client()
    assert refused(through(browser, "first", "rosa-17"), browser)


def tampered(data):
    head, body, signature = data["id_token"].split(".")
    middle = len(signature) // 2
    letter = "A" if signature[middle] != "A" else "B"
    return data | {
        "id_token": f"{head}.{body}.{signature[:middle]}{letter}{signature[middle + 1 :]}"
    }


def signed_with_what_is_published(data):
    """A public key, used as if it were a secret (PyJWT itself would not sign so)."""
    pem = OWN.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = base64url_encode(b'{"alg": "HS256", "kid": "own"}').decode()
    body = id_token()(data)["id_token"].split(".")[1]
    signature = hmac.digest(pem, f"{head}.{body}".encode(), "sha256")
    return data | {"id_token": f"{head}.{body}.{base64url_encode(signature).decode()}"}


def unsigned(data):
    return id_token(key=None, alg="none")(data)


def without(name):
    return lambda data: {key: value for key, value in data.items() if key != name}


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "answer",
    [
        tampered,
        unsigned,
        id_token(key=OTHER),
        id_token(kid="unknown"),
        # With the secret we share with the provider, and with its published key as a secret.
        id_token(key="of the portal", alg="HS256"),
        signed_with_what_is_published,
        # By a key of the provider, in another way than the key is for.
        id_token(alg="PS256"),
        id_token(alg="RS512"),
        id_token(iss="http://localhost:1"),
        id_token(iss=None),
        id_token(aud="another"),
        id_token(aud=["portal", "another"]),
        id_token(aud=None),
        id_token(exp=int(time.time()) - 120),
        id_token(exp=None),
        id_token(exp="soon"),
        id_token(iat=int(time.time()) + 600),
        id_token(nonce="of another sign-in"),
        id_token(nonce=None),
        id_token(nonce=17),
        id_token(sub=None),
        id_token(sub=17),
        id_token(sub=""),
        id_token(sub="x" * 192),
        without("id_token"),
        without("access_token"),
        lambda data: data | {"id_token": "no token"},
        lambda data: data | {"id_token": 17},
        lambda data: data | {"expires_in": "soon"},
        lambda data: [data],
        lambda data: "nothing",
    ],
)
def test_token_without_proof_is_refused(stranger, answers, answer):
    answers[TOKEN] = answer

    assert refused(through(stranger, "first", "rosa-17"), stranger)


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    ("key", "keys"),
    [
        (SHORT, {"keys": [published(SHORT)]}),
        (OWN, {"keys": [published(OWN, use="enc")]}),
        (OWN, {"keys": []}),
        (OWN, {"keys": ["a key"]}),
        (OWN, {"keys": 17}),
        (OWN, {}),
        (OWN, []),
    ],
)
def test_key_that_is_none_is_refused(stranger, answers, key, keys):
    answers[TOKEN] = id_token(key)
    answers[KEYS] = lambda data: keys

    assert refused(through(stranger, "first", "rosa-17"), stranger)


@pytest.mark.parametrize("alg", ["HS256", "none"])
def test_published_secret_is_no_key(stranger, answers, alg):
    """A provider that publishes a shared secret, or says that it does not sign, is not followed."""
    secret = {"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "own", "alg": alg}
    answers[KEYS] = lambda data: {"keys": [secret]}
    answers[TOKEN] = id_token(key="secret" * 8 if alg == "HS256" else None, alg=alg)

    assert refused(through(stranger, "first", "rosa-17"), stranger)


def test_token_of_an_earlier_sign_in_is_refused(stranger, answers):
    kept = []

    def first_time(data):
        kept.append(id_token()(data))
        return kept[0]

    answers[TOKEN] = first_time
    assert through(stranger, "first", "rosa-17").url == START

    replayer = Client()
    assert refused(through(replayer, "first", "rosa-17"), replayer)
    assert len(kept) == 2


def test_code_of_another_browser_is_refused(stranger, answers):
    """Put into an answer with one's own state: without the nonce PKCE alone would refuse it."""
    thief, login = Client(), reverse("openid_connect_login", args=["first"])
    there = [client.post(login).url for client in (stranger, thief)]
    nonces = [parse_qs(urlsplit(address).query)["nonce"][0] for address in there]

    assert nonces[0] != nonces[1]
    answers[TOKEN] = id_token(nonce=nonces[0])
    back = requests.post(there[1], data={"sub": "rosa-17"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    answer = thief.get(address.path, dict(parse_qsl(address.query)))

    assert refused(answer, thief)


def test_answer_works_once(stranger):
    there = stranger.post(reverse("openid_connect_login", args=["first"])).url
    back = requests.post(there, data={"sub": "rosa-17"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    query = dict(parse_qsl(address.query))
    assert stranger.get(address.path, query).url == START
    stranger.post(reverse("account_logout"))

    assert refused(stranger.get(address.path, query), stranger)


def redirect(data):
    """To where the right answer is."""
    return flask.redirect(f"{flask.request.base_url}?{AGAIN}=1", 307)


def broken(data):
    return flask.Response("<html>", content_type="text/html")


def failing(data):
    return flask.Response("{}", status=500)


@pytest.mark.parametrize("address", [KEYS, TOKEN])
@pytest.mark.parametrize("answer", [redirect, broken, failing])
def test_provider_that_answers_otherwise_is_not_followed(stranger, answers, address, answer):
    answers[address] = answer

    assert refused(through(stranger, "first", "rosa-17"), stranger)


@pytest.mark.parametrize(
    "answer",
    [
        redirect,
        broken,
        failing,
        lambda data: [data],
        lambda data: data | {"issuer": "http://localhost:1"},
        lambda data: data | {"issuer": data["issuer"] + "/"},
        without("issuer"),
        without("jwks_uri"),
        without("authorization_endpoint"),
    ],
)
def test_metadata_of_another_are_refused(stranger, answers, answer):
    answers[METADATA] = answer

    assert refused(stranger.post(reverse("openid_connect_login", args=["first"])), stranger)


def test_metadata_that_change_meanwhile_are_refused(stranger, answers):
    there = stranger.post(reverse("openid_connect_login", args=["first"])).url
    back = requests.post(there, data={"sub": "rosa-17"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    answers[METADATA] = lambda data: data | {"issuer": "http://localhost:1"}

    assert refused(stranger.get(address.path, dict(parse_qsl(address.query))), stranger)


def test_provider_that_is_down_is_said_kindly(stranger, servers):
    servers["first"].shutdown()
    servers["first"].server_close()

    assert refused(stranger.post(reverse("openid_connect_login", args=["first"])), stranger)


def test_link_adds_nothing_to_what_is_asked(stranger):
    login = reverse("openid_connect_login", args=["first"])
    there = stranger.post(f"{login}?auth_params=redirect_uri%3Dhttps://x.example&scope=phone").url
    asked = parse_qs(urlsplit(there).query)

    assert "x.example" not in asked["redirect_uri"][0]
    assert "phone" not in asked["scope"][0]
    assert asked["code_challenge_method"] == ["S256"]


@pytest.mark.parametrize("name", ["openid_connect_login", "openid_connect_callback"])
def test_provider_that_is_not_set_up_is_not_found(stranger, name):
    assert stranger.post(reverse(name, args=["third"])).status_code == 404
