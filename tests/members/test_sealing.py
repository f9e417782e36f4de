"""How the secrets of second factors are stored, and what a change of keys takes."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from members import sealing
from members.sealing import NoKey
from tests.factories import UserFactory

TEXT = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(settings):
    """Two of them; the settings have the first."""
    found = [Fernet.generate_key().decode() for _number in "12"]
    settings.MFA_KEYS = found[:1]
    return found


def test_what_is_sealed_is_opened_and_never_the_same(keys):
    sealed = [sealing.seal(TEXT) for _time in "12"]

    assert sealed[0] != sealed[1]
    assert [sealing.unseal(each) for each in sealed] == [TEXT, TEXT]
    assert TEXT not in base64.urlsafe_b64decode(sealed[0].removeprefix("gcm:")).decode("latin-1")


@pytest.mark.parametrize("place", [0, 12, 20, -1])
def test_what_somebody_has_changed_is_not_opened(keys, place):
    raw = bytearray(base64.urlsafe_b64decode(sealing.seal(TEXT).removeprefix("gcm:")))
    raw[place] ^= 1

    with pytest.raises(NoKey):
        sealing.unseal("gcm:" + base64.urlsafe_b64encode(raw).decode())


def test_what_another_key_has_sealed_is_not_opened(keys, settings):
    sealed = sealing.seal(TEXT)
    settings.MFA_KEYS = keys[1:]

    with pytest.raises(NoKey):
        sealing.unseal(sealed)


def test_older_key_opens_what_it_has_sealed_and_seals_no_more(keys, settings):
    old, first = keys
    sealed = sealing.seal(TEXT)
    settings.MFA_KEYS = [first, old]
    assert sealing.unseal(sealed) == TEXT
    new = sealing.seal(TEXT)
    settings.MFA_KEYS = [first]

    assert sealing.unseal(new) == TEXT


@pytest.fixture
def factors(db, keys, settings):
    """A second factor of the time of Fernet, one by the old key, recovery codes and a passkey."""
    people = UserFactory.create_batch(3)
    first = TOTP.activate(people[0], TEXT).instance
    first.data = {"secret": Fernet(keys[0]).encrypt(TEXT.encode()).decode()}
    first.save()
    codes = RecoveryCodes.activate(people[0])
    codes.validate_code(codes.get_unused_codes()[0])
    TOTP.activate(people[1], TEXT)
    passkey = {"name": "Key", "credential": {"id": "x"}}
    Authenticator.objects.create(user=people[2], type=Authenticator.Type.WEBAUTHN, data=passkey)
    return codes.get_unused_codes()


def secrets_of():
    return [each.data.get("secret") or each.data.get("seed") for each in apps_and_codes()]


def apps_and_codes():
    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")


def test_all_are_sealed_by_the_newest_key_and_the_old_one_can_go(factors, keys, settings, capsys):
    settings.MFA_KEYS = [keys[1], keys[0]]
    before = list(Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).values())
    call_command("seal_second_factors")
    settings.MFA_KEYS = keys[1:]

    app, codes, other = apps_and_codes()
    assert [sealing.unseal(each.data["secret"]) for each in (app, other)] == [TEXT, TEXT]
    # Those that were used stay so.
    assert RecoveryCodes(codes).get_unused_codes() == factors
    assert list(Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).values()) == before
    sealed = secrets_of()
    call_command("seal_second_factors")
    assert secrets_of() == sealed
    assert [line[:15] for line in capsys.readouterr().out.splitlines()] == [
        "Sealed anew: 3.",
        "Sealed anew: 0.",
    ]


def test_what_fernet_sealed_is_sealed_anew_without_a_new_key(factors, keys):
    call_command("seal_second_factors", verbosity=0)

    assert all(each.startswith("gcm:") for each in secrets_of())


def test_without_its_key_nothing_is_lost(factors, keys, settings):
    settings.MFA_KEYS = keys[1:]
    before = secrets_of()
    with pytest.raises(CommandError, match="MFA_KEYS lacks"):
        call_command("seal_second_factors")

    assert secrets_of() == before


def test_demonstration_needs_no_key(settings):
    settings.MFA_KEYS = []
    sealed = sealing.seal(TEXT)
    assert sealing.unseal(sealed) == TEXT
    settings.SECRET_KEY = "another one"
    with pytest.raises(NoKey):
        sealing.unseal(sealed)
