"""Signing in: who is slowed down, and what a second factor is good for."""

import os
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from members import actions, devices
from members.models import Role
from tests.factories import MembershipFactory, UserFactory
from tests.members.signing_in import (
    ACTIVATE,
    AUTHENTICATE,
    HERE,
    LOGIN,
    PASSWORD,
    PROFILE,
    START,
    attempt,
    code,
    set_up,
    signed_in,
)
from tests.pages import elements

ELSEWHERE = "192.0.2.2"
GUESSES = int(os.environ.get("GUESSES", "100"))


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED = True


def code_of(response):
    [error] = response.context["form"].errors.get_json_data()["__all__"]
    return error["code"]


@pytest.fixture
def rosas_secret(rosa):
    """Rosa has a second factor; her codes of now were not used."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(rosa, secret)
    return secret


# Who guesses


def test_sixth_attempt_from_one_address_is_not_looked_at(rosa):
    codes = [code_of(attempt(f"guess {number}")) for number in range(6)]

    assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"]
    assert code_of(attempt(PASSWORD)) == "too_many_login_attempts"


def test_guesses_from_one_address_lock_nobody_out_elsewhere(rosa):
    for number in range(200):
        attempt(f"guess {number}")

    assert attempt(PASSWORD, ELSEWHERE).url == START


def test_many_addresses_together_have_twenty_guesses(rosa):
    codes = [
        code_of(attempt(f"guess {number}", f"198.51.100.{number % 50}")) for number in range(200)
    ]

    assert codes.count("email_password_mismatch") == 20


def test_known_browser_is_let_in_whatever_others_guess(rosa):
    known = Client()
    attempt(PASSWORD, client=known)
    known.logout()
    known.cookies[devices.COOKIE] = Client().cookies.get(devices.COOKIE, "")
    again = Client()
    attempt(PASSWORD, client=again)
    cookie = again.cookies[devices.COOKIE].value
    for number in range(30):
        attempt(f"guess {number}", f"198.51.100.{number}")

    stranger, known = Client(), Client()
    known.cookies[devices.COOKIE] = cookie
    assert code_of(attempt(PASSWORD, ELSEWHERE, stranger)) == "too_many_login_attempts"
    assert attempt(PASSWORD, ELSEWHERE, known).url == START


def test_browser_known_for_one_account_is_not_for_another(rosa):
    UserFactory(email="other@example.org", password=PASSWORD)
    client = Client()
    attempt(PASSWORD, client=client, email="other@example.org")
    client.post(reverse("account_logout"))
    for number in range(30):
        attempt(f"guess {number}", f"198.51.100.{number}")

    assert code_of(attempt(PASSWORD, ELSEWHERE, client)) == "too_many_login_attempts"


@pytest.mark.parametrize("value", ["x", "eyJ4IjoxfQ:1abc:forged"])
def test_forged_mark_of_a_browser_is_none(rosa, value):
    client = Client()
    client.cookies[devices.COOKIE] = value

    assert code_of(attempt("wrong", client=client)) == "email_password_mismatch"


def test_new_password_by_mail_is_a_way_in_while_others_guess(rosa):
    for number in range(30):
        attempt(f"guess {number}", f"198.51.100.{number}")
    client, new = Client(), "another long sentence"
    client.post(reverse("members:password_reset"), {"email": "rosa@example.org"})
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    form = client.get(link).url
    client.post(form, {"new_password1": new, "new_password2": new})

    assert attempt(new, ELSEWHERE, client).url == START


def test_nobody_waits_longer_than_a_quarter_of_an_hour(rosa):
    for number in range(60):
        attempt(f"guess {number}", f"198.51.100.{number}")
    with time_machine.travel(time.time() + 15 * 60 + 1):
        assert attempt(PASSWORD).url == START


def test_an_address_that_tries_many_accounts_is_told_to_wait(db):
    statuses = {
        attempt("wrong", email=f"person{number}@example.org").status_code for number in range(31)
    }

    assert statuses == {200, 429}


def test_limits_are_the_same_for_accounts_that_do_not_exist(db):
    codes = [code_of(attempt("wrong", email="nobody@example.org")) for _number in range(6)]

    assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"]


def test_only_the_trusted_proxy_says_where_somebody_is(rosa, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    codes = [
        code_of(
            Client().post(
                LOGIN,
                {"login": "rosa@example.org", "password": "wrong"},
                headers={"X-Forwarded-For": f"203.0.113.{number}, {HERE}"},
            )
        )
        for number in range(6)
    ]

    assert codes[-1] == "too_many_login_attempts"


def test_links_to_set_a_password_are_five_an_hour(rosa):
    for _number in range(8):
        answer = Client().post(reverse("members:password_reset"), {"email": "rosa@example.org"})

    assert (answer.url, len(mail.outbox)) == (LOGIN, 5)


# The second factor


@pytest.mark.parametrize("role", [*Role.values, "superuser"])
def test_every_role_sets_up_a_second_factor_first(db, required, client_of, role):
    if role == "superuser":
        user = UserFactory(is_superuser=True)
    else:
        user = MembershipFactory(role=role).user
    client = client_of(user)

    assert [client.get(page).url for page in (START, PROFILE, "/admin/")] == [ACTIVATE] * 3
    assert client.post(reverse("account_logout")).url == reverse("reporting:home")


def test_a_demonstration_does_without(client_of, rosa):
    assert signed_in(client_of(rosa))


def test_whoever_has_set_one_up_goes_on(rosa, required):
    client = Client()
    attempt(PASSWORD, client=client)
    set_up(client)

    assert signed_in(client)


def test_setting_up_needs_the_password_again_after_a_while(rosa):
    client = Client()
    attempt(PASSWORD, client=client)
    with time_machine.travel(time.time() + 11 * 60):
        page = client.get(ACTIVATE)

    assert page.url.startswith(reverse("account_reauthenticate"))


def test_password_alone_opens_nothing(rosa, rosas_secret):
    client = Client()

    assert attempt(PASSWORD, client=client).url == AUTHENTICATE
    assert not signed_in(client)


def test_admin_has_no_door_of_its_own(db, quick_passwords):
    admin = UserFactory(email="rosa@example.org", password=PASSWORD, is_superuser=True)
    totp.TOTP.activate(admin, totp.generate_totp_secret())
    client = Client()
    attempt(PASSWORD, client=client)
    client.post("/admin/login/", {"username": admin.email, "password": PASSWORD})

    assert client.get("/admin/").status_code == 302


def test_code_signs_in(rosa, rosas_secret):
    client = Client()
    attempt(PASSWORD, client=client)

    assert client.post(AUTHENTICATE, {"code": code(rosas_secret)}).url == START
    assert signed_in(client)


def test_code_works_once(rosa, rosas_secret):
    now = time.time() // 30 * 30
    with time_machine.travel(now, tick=False):
        clients = [Client(), Client()]
        for client in clients:
            attempt(PASSWORD, client=client)
            client.post(AUTHENTICATE, {"code": code(rosas_secret)})

    assert [signed_in(client) for client in clients] == [True, False]


@pytest.mark.parametrize("ago", [1, -1])
def test_code_of_another_half_minute_is_wrong(rosa, rosas_secret, ago):
    client = Client()
    with time_machine.travel(time.time() // 30 * 30, tick=False):
        attempt(PASSWORD, client=client)
        client.post(AUTHENTICATE, {"code": code(rosas_secret, ago)})

    assert not signed_in(client)


@pytest.mark.parametrize("addresses", [1, 100])
def test_of_many_guesses_of_a_code_ten_a_quarter_of_an_hour_are_looked_at(
    rosa, rosas_secret, monkeypatch, addresses
):
    looked_at = []
    monkeypatch.setattr(totp.TOTP, "validate_code", lambda self, code: looked_at.append(code))
    client = Client()
    begun = time.time()
    attempt(PASSWORD, client=client)
    for number in range(GUESSES):
        address = f"198.51.100.{number % addresses}"
        with time_machine.travel(begun + 850 * number / GUESSES, tick=False):
            client.post(AUTHENTICATE, {"code": f"{number:06}"}, REMOTE_ADDR=address)

    assert len(looked_at) == 10


@pytest.fixture
def known(rosa, rosas_secret):
    """A browser in which Rosa has signed in, and out again."""
    client = Client()
    attempt(PASSWORD, client=client)
    with time_machine.travel(time.time() - 60):
        attempt(PASSWORD, client=client)
        client.post(AUTHENTICATE, {"code": code(rosas_secret)})
    assert signed_in(client)
    client.post(reverse("account_logout"))
    return client


def test_known_browser_is_let_in_whatever_codes_others_guess(known, rosas_secret):
    thief = Client()
    attempt(PASSWORD, ELSEWHERE, thief)
    for number in range(12):
        thief.post(AUTHENTICATE, {"code": f"{number:06}"}, REMOTE_ADDR=ELSEWHERE)
    attempt(PASSWORD, client=known)
    known.post(AUTHENTICATE, {"code": code(rosas_secret)})

    assert signed_in(known)


def by_mail(client, new):
    """Sets a new password by the link in a mail."""
    client.post(reverse("members:password_reset"), {"email": "rosa@example.org"})
    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    client.post(client.get(link).url, {"new_password1": new, "new_password2": new})


def test_known_browser_stays_so_when_a_password_is_set_by_mail_in_it(known, rosas_secret):
    """What one does about a thief who has the password, and guesses codes."""
    thief, new = Client(), "another long sentence"
    attempt(PASSWORD, ELSEWHERE, thief)
    for number in range(12):
        thief.post(AUTHENTICATE, {"code": f"{number:06}"}, REMOTE_ADDR=ELSEWHERE)
    by_mail(known, new)
    attempt(new, client=known)
    known.post(AUTHENTICATE, {"code": code(rosas_secret)})

    assert signed_in(known)


def test_password_by_mail_begins_no_new_count_in_a_known_browser(known, monkeypatch):
    looked_at = []
    monkeypatch.setattr(totp.TOTP, "validate_code", lambda self, code: looked_at.append(code))
    for turn in range(3):
        by_mail(known, f"another long sentence {turn}")
        attempt(f"another long sentence {turn}", client=known)
        for number in range(6):
            known.post(AUTHENTICATE, {"code": f"{turn}{number:05}"})

    assert len(looked_at) == 5


def test_password_by_mail_works_at_once_in_a_known_browser(known):
    for number in range(6):
        attempt(f"wrong {number}", client=known)
    by_mail(known, "another long sentence")

    assert attempt("another long sentence", client=known).url == AUTHENTICATE


def test_known_browser_guesses_as_few_codes(known, monkeypatch):
    looked_at = []
    monkeypatch.setattr(totp.TOTP, "validate_code", lambda self, code: looked_at.append(code))
    attempt(PASSWORD, client=known)
    for number in range(12):
        known.post(AUTHENTICATE, {"code": f"{number:06}"})

    assert len(looked_at) == 5


def test_new_password_by_mail_gives_no_guesses_of_a_code_beside(rosa, rosas_secret, monkeypatch):
    """Who reads somebody's mails could set passwords in one browser after the other."""
    looked_at, new = [], "another long sentence"
    monkeypatch.setattr(totp.TOTP, "validate_code", lambda self, code: looked_at.append(code))
    for turn in range(3):
        client = Client()
        by_mail(client, new)
        attempt(new, client=client)
        for number in range(6):
            client.post(AUTHENTICATE, {"code": f"{turn}{number:05}"})

    assert len(looked_at) == 5


def change_password(user):
    user.set_password("another long sentence")
    user.save()


@pytest.mark.parametrize(
    "change",
    [
        change_password,
        lambda user: MembershipFactory(user=user, role=Role.REVIEWER),
        lambda user: actions.end_all_sessions(user=user),
    ],
)
def test_sign_in_that_waits_for_its_second_factor_ends_too(rosa, rosas_secret, change):
    client = Client()
    attempt(PASSWORD, client=client)
    change(rosa)
    answer = client.post(AUTHENTICATE, {"code": code(rosas_secret)})

    assert (answer.url, signed_in(client)) == (LOGIN, False)
    assert "Your account has changed" in client.get(LOGIN).content.decode()


@pytest.mark.django_db(transaction=True)
def test_who_takes_his_second_factor_away_sets_up_another(rosa, required):
    client = Client()
    attempt(PASSWORD, client=client)
    set_up(client)
    assert signed_in(client)
    client.post(reverse("mfa_deactivate_totp"))

    assert client.get(PROFILE).url == ACTIVATE


def test_recovery_code_works_once(rosa):
    owner = Client()
    attempt(PASSWORD, client=owner)
    set_up(owner)
    page = owner.get(reverse("mfa_view_recovery_codes"))
    [recovery, *others] = page.context["unused_codes"]
    clients = [Client(), Client()]
    for client in clients:
        attempt(PASSWORD, client=client)
        client.post(AUTHENTICATE, {"code": recovery})

    assert len(others) == 9
    assert [signed_in(client) for client in clients] == [True, False]


def test_recovery_codes_are_shown_once(rosa):
    client = Client()
    attempt(PASSWORD, client=client)
    set_up(client)
    page = reverse("mfa_view_recovery_codes")
    # Whoever asks in another way has not seen them.
    for method in [client.head, client.options, client.post]:
        assert method(page).status_code == 405
    shown = client.get(page)
    [recovery, *_others] = shown.context["unused_codes"]

    assert elements(shown, "h1")
    for again in [page, reverse("mfa_index")]:
        assert recovery not in client.get(again).content.decode()


def test_secrets_are_stored_encrypted(rosa, rosas_secret, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        [[stored]] = cursor.fetchall()

    assert rosas_secret not in str(stored)


def test_keys_are_changed_without_asking_anybody(rosa, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.MFA_KEYS = [old]
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(rosa, secret)
    settings.MFA_KEYS = [new, old]
    client = Client()
    attempt(PASSWORD, client=client)
    client.post(AUTHENTICATE, {"code": code(secret)})

    assert signed_in(client)


def test_new_password_by_mail_leaves_the_second_factor(rosa, rosas_secret):
    client, new = Client(), "another long sentence"
    client.post(reverse("members:password_reset"), {"email": "rosa@example.org"})
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    client.post(client.get(link).url, {"new_password1": new, "new_password2": new})

    assert attempt(new, client=client).url == AUTHENTICATE
    assert not signed_in(client)


def test_lost_factor_is_taken_away_by_an_operator(rosa, rosas_secret, required):
    owner = Client()
    attempt(PASSWORD, client=owner)
    owner.post(AUTHENTICATE, {"code": code(rosas_secret)})
    assert signed_in(owner)
    call_command("forget_second_factor", "Rosa@example.org", verbosity=0)

    assert not signed_in(owner)
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].to == ["rosa@example.org"]


def test_lost_factor_of_nobody(db):
    with pytest.raises(CommandError, match="nobody@example.org"):
        call_command("forget_second_factor", "nobody@example.org")


def test_nobody_signs_up(db):
    assert Client().get("/accounts/signup/").status_code == 404


def test_qr_code_names_portal_and_account(rosa):
    client = Client()
    attempt(PASSWORD, client=client)
    address = urlsplit(client.get(ACTIVATE).context["totp_url"])

    assert parse_qs(address.query)["issuer"] == ["Framework Portal"]
    assert "rosa%40example.org" in address.path
