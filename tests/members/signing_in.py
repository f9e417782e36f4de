"""Rosa at the door: her password, her second factor, her browsers."""

import time
from urllib.parse import parse_qsl, urlsplit

import requests
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

LOGIN, PROFILE = reverse("account_login"), reverse("members:profile")
ACTIVATE, AUTHENTICATE = reverse("mfa_activate_totp"), reverse("mfa_authenticate")
START = reverse("reporting:start")
PASSWORD = "correct horse battery"
HERE = "192.0.2.1"


def attempt(password, address=HERE, client=None, email="rosa@example.org"):
    form = {"login": email, "password": password}
    return (client or Client()).post(LOGIN, form, REMOTE_ADDR=address)


def signed_in(client):
    return client.get(PROFILE).status_code == 200


def set_up(client):
    """A second factor in this browser; returns its secret."""
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    client.post(ACTIVATE, {"code": code(secret)})
    return secret


def code(secret, ago=0):
    """That of this half minute, and not of one that is over before it has arrived."""
    left = 30 - time.time() % 30
    if left < 3:
        time.sleep(left)
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 - ago))


def through(client, provider, subject, process="login"):
    """Goes to the provider as a browser does, says there who one is, and comes back."""
    login = reverse("openid_connect_login", args=[provider])
    there = client.post(f"{login}?process={process}").url
    back = requests.post(there, data={"sub": subject}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    return client.get(address.path, dict(parse_qsl(address.query)))


def linked(email, provider, subject):
    client = Client()
    attempt(PASSWORD, client=client, email=email)
    through(client, provider, subject, "connect")
    client.post(reverse("account_logout"))
