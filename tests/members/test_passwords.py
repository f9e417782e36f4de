"""What ASVS 5.0 asks of passwords (6.2), as far as no other test does."""

import math

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import get_default_password_validators
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from framework_portal import settings as written
from members import devices
from members.passwords import ContextWordValidator
from tests.members.signing_in import LOGIN, PASSWORD, attempt, signed_in
from tests.pages import elements

CHANGE = reverse("members:password_change")


def change(browser, new, old=PASSWORD):
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return browser.post(CHANGE, form)


@pytest.mark.parametrize(("new", "taken"), [("mnbvcxzlkjh", False), ("mnbvcxzlkjhg", True)])
def test_password_of_eleven_characters_is_refused(rosa, client_of, new, taken):
    change(client_of(rosa), new)

    rosa.refresh_from_db()
    assert rosa.check_password(new) is taken


@pytest.mark.parametrize("old", ["", "wrong horse battery"])
def test_change_needs_the_old_password(rosa, client_of, old):
    response = change(client_of(rosa), "another long sentence", old)

    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)
    assert list(response.context["form"].errors) == ["old_password"]


def test_old_password_is_guessed_no_oftener_than_at_the_door(rosa):
    browser = Client()
    attempt(PASSWORD, client=browser)
    said = [
        change(browser, "another long sentence", f"guess {number}").context["form"].errors.as_data()
        for number in range(6)
    ]

    codes = [errors["old_password"][0].code for errors in said]
    assert codes == ["password_incorrect"] * 5 + ["too_many_login_attempts"]
    change(browser, "another long sentence")
    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)


@pytest.mark.parametrize(
    "new", ["zqjxkvbpwmfy", "zq jx kv bp wm", "ждлорпавыфйц", "!§$%&/()=?*'", "zqjxkvbp" * 8]
)
def test_any_signs_will_do(rosa, client_of, new):
    change(client_of(rosa), new)

    rosa.refresh_from_db()
    assert rosa.check_password(new)


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        (" Zqjx" * 20, True),
        ((" Zqjx" * 20).strip(), False),
        (" zqjx" * 20, False),
        ((" Zqjx" * 20)[:-1], False),
    ],
)
def test_password_is_compared_to_the_last_sign(rosa, typed, is_right):
    rosa.set_password(" Zqjx" * 20)
    rosa.save()
    browser = Client()

    attempt(typed, client=browser)

    assert signed_in(browser) is is_right


@pytest.mark.parametrize("new", ["1qaz2wsx3edc4rfv", "LeaveMeAlone", " finalfantasy"])
def test_breached_password_is_refused(rosa, client_of, new):
    response = change(client_of(rosa), new)

    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)
    assert "This password is too common." in response.content.decode()


def test_list_of_breached_passwords_is_of_those_that_our_rules_let_through():
    [common] = [each for each in get_default_password_validators() if hasattr(each, "passwords")]
    assert len(common.passwords) == 44_018
    assert min(map(len, common.passwords)) == 12


@pytest.mark.parametrize(
    "new",
    [
        "my Framework is long",
        "P-o-r-t-a-l keys 77",
        "ÍNTERPOL in winter",
        "walks with rosa 1999",
        "the example I gave",
    ],
)
def test_password_with_a_word_of_the_place_is_refused(rosa, client_of, new):
    response = change(client_of(rosa), new)

    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)
    assert "Leave out" in response.content.decode()


def test_password_with_the_country_is_refused(reporter, client_of):
    reporter.set_password(PASSWORD)
    reporter.save()
    name = reporter.country.name_en.split("(")[0].strip()
    response = change(client_of(reporter), f"summer {name.lower()} rain 12")

    reporter.refresh_from_db()
    assert reporter.check_password(PASSWORD)
    assert f"Leave out “{name}”" in response.content.decode()


def test_words_come_from_the_settings(rosa, settings):
    assert settings.AUTH_PASSWORD_VALIDATORS[-1]["OPTIONS"] == {"words": settings.PASSWORD_WORDS}
    validator = ContextWordValidator(["Secretariat", "of"])
    validator.validate("a cup of tea at noon", rosa)
    with pytest.raises(ValidationError, match="Secretariat"):
        validator.validate("our secretariat 2026", None)


@pytest.mark.parametrize("typed", ["mysorensen25", "My Só-ren_sen 25", "SØRENSEN"])
def test_word_is_found_however_it_is_written(typed):
    with pytest.raises(ValidationError, match="Sørensen"):
        ContextWordValidator(["Sørensen"]).validate(typed)


@pytest.mark.parametrize(("address", "count"), [(LOGIN, 1), (CHANGE, 3)])
def test_password_fields_are_masked_and_can_be_filled_in(rosa, client_of, address, count):
    browser = client_of(rosa) if address == CHANGE else Client()

    fields = [dict(each.attributes) for each in elements(browser.get(address), "input")]

    masked = [each for each in fields if "password" in each.get("name", "")]
    assert [each["type"] for each in masked] == count * ["password"]
    assert {each["autocomplete"] for each in masked} <= {"current-password", "new-password"}
    assert not any("onpaste" in each for each in masked)


def test_passwords_are_hashed_by_argon2id_as_advised():
    hasher = Argon2PasswordHasher()

    assert written.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    kept = hasher.decode(hasher.encode(PASSWORD, hasher.salt()))
    assert kept["variety"] == "argon2id"
    # RFC 9106 with OWASP's least: 19 MiB where it goes over the memory twice.
    assert kept["time_cost"] >= 2
    assert kept["memory_cost"] >= 19 * 1024


def test_mark_of_a_browser_has_128_bits(rosa):
    browser = Client()
    attempt(PASSWORD, client=browser)

    [mark] = signing.loads(browser.cookies[devices.COOKIE].value, salt=devices.SALT).values()
    assert len(mark) * math.log2(62) >= 128
