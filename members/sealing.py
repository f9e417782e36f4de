"""Secrets of second factors as they are stored: worth nothing without a key, kept elsewhere.

AES-256 in GCM, so that what somebody has changed is not opened either.
"""

import base64
import functools
import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "gcm:"
NONCE_LENGTH = 12


class NoKey(Exception):
    """None of the keys opens it: it was sealed by another, or changed."""


def seal(text):
    nonce = os.urandom(NONCE_LENGTH)
    sealed = nonce + cipher_of(keys()[0]).encrypt(nonce, text.encode(), None)
    return MARK + base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed):
    """By whichever key it was sealed; also what Fernet has sealed, as it did all at first."""
    if not sealed.startswith(MARK):
        try:
            return MultiFernet([Fernet(key) for key in keys()]).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise NoKey from error
    for key in keys():
        try:
            return opened_by(key, sealed)
        except InvalidTag:
            continue
    raise NoKey


def seal_anew(sealed):
    """By the newest key, if it is not already."""
    try:
        is_newest = sealed.startswith(MARK) and opened_by(keys()[0], sealed)
    except InvalidTag:
        is_newest = False
    return sealed if is_newest else seal(unseal(sealed))


def opened_by(key, sealed):
    raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK))
    return cipher_of(key).decrypt(raw[:NONCE_LENGTH], raw[NONCE_LENGTH:], None).decode()


def keys():
    """The newest first: it seals, and each of them opens what it has sealed.

    Where second factors are not required there may be none; the portal's secret key does then.
    """
    return settings.MFA_KEYS or [of_the_portal(settings.SECRET_KEY)]


@functools.cache
def cipher_of(key):
    """A key of its own from each, because Fernet uses the same ones."""
    return AESGCM(derived(base64.urlsafe_b64decode(key), b"second factors, AES-256-GCM"))


@functools.cache
def of_the_portal(secret_key):
    return base64.urlsafe_b64encode(derived(secret_key.encode(), b"second factors")).decode()


def derived(secret, purpose):
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
