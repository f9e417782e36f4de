"""How long a session lasts, and what ends it."""

import logging
import time

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from members import actions
from members.models import Role
from tests.members.signing_in import PASSWORD, attempt, set_up, signed_in
from tests.pages import elements, text, texts, walk


def test_session_ends_after_half_an_hour_without_a_request(client_of, rosa):
    client = client_of(rosa)
    begun = time.time()
    with time_machine.travel(begun + 29 * 60):
        assert signed_in(client)
    with time_machine.travel(begun + 58 * 60):
        assert signed_in(client)
    with time_machine.travel(begun + 58 * 60 + 31 * 60):
        assert not signed_in(client)
    assert not Session.objects.exists()


def test_session_ends_after_twelve_hours_in_any_case(client_of, rosa):
    client = client_of(rosa)
    begun = time.time()
    for minutes in range(0, 12 * 60, 20):
        with time_machine.travel(begun + 60 * minutes):
            assert signed_in(client)
    with time_machine.travel(begun + 12 * 60 * 60 + 1):
        assert not signed_in(client)


@pytest.mark.parametrize(("minutes", "lasts"), [(14, True), (16, False)])
def test_administrators_have_a_quarter_of_an_hour(client_of, administrator, minutes, lasts):
    client = client_of(administrator)
    with time_machine.travel(time.time() + 60 * minutes):
        assert signed_in(client) == lasts


def test_administrators_have_eight_hours(client_of, administrator):
    client = client_of(administrator)
    begun = time.time()
    for minutes in range(0, 8 * 60, 10):
        with time_machine.travel(begun + 60 * minutes):
            assert signed_in(client)
    with time_machine.travel(begun + 8 * 60 * 60 + 1):
        assert not signed_in(client)


def test_asking_how_long_is_left_is_no_activity(client_of, rosa):
    client, page = client_of(rosa), reverse("members:session")
    begun = time.time()
    with time_machine.travel(begun + 25 * 60, tick=False):
        left = client.get(page).json()["seconds_left"]
    with time_machine.travel(begun + 29 * 60, tick=False):
        later = client.get(page).json()["seconds_left"]
        client.post(page)
        extended = client.get(page).json()["seconds_left"]

    assert 299 <= left <= 301
    assert 59 <= later <= 61
    assert 1799 <= extended <= 1800


def change_role(user):
    user.memberships.update(role=Role.VIEWER, country=None)


def change_password(user):
    user.set_password("another long sentence")
    user.save()


def deactivate(user):
    user.is_active = False
    user.save()


def give_power(user):
    user.is_superuser = True
    user.save()


@pytest.mark.parametrize(
    "change",
    [
        change_role,
        change_password,
        deactivate,
        give_power,
        lambda user: user.memberships.all().delete(),
        lambda user: actions.end_all_sessions(user=user),
    ],
)
def test_change_ends_every_session(client_of, reporter, change):
    client = client_of(reporter)
    assert signed_in(client)
    change(reporter)

    assert not signed_in(client)
    assert not signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_new_factor_ends_the_other_sessions(rosa):
    here, there = Client(), Client()
    for client in (here, there):
        attempt(PASSWORD, client=client)
    set_up(here)

    assert [signed_in(here), signed_in(there)] == [True, False]


def test_sessions_are_listed_and_ended(rosa):
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        attempt(PASSWORD, client=client)
    page = here.get(reverse("members:session_list"))
    ends = [dict(form.attributes).get("action", "") for form in elements(page, "form")]
    ends = [action for action in ends if action.endswith("/end/")]
    assert len(ends) == 2

    here.post(ends[0])
    assert [signed_in(here), signed_in(there), signed_in(third)] == [True, True, False]
    here.post(reverse("members:sessions_end"))
    assert [signed_in(here), signed_in(there)] == [True, False]


def test_session_can_be_ended_that_has_changed_the_password(rosa):
    there, here, new = Client(), Client(), "another long sentence"
    attempt(PASSWORD, client=there)
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    there.post(reverse("members:password_change"), form)
    attempt(new, client=here)
    assert signed_in(there)

    here.post(reverse("members:sessions_end"))
    assert [signed_in(here), signed_in(there)] == [True, False]


def test_each_button_and_time_of_the_list_can_be_told_from_the_others(rosa):
    rosa.time_zone = "Asia/Tokyo"
    rosa.save()
    here = Client()
    with time_machine.travel("2026-03-01T23:00:00Z"):
        for name in ("Firefox", "Chrome"):
            attempt(PASSWORD, client=Client(headers={"user-agent": name}))
        attempt(PASSWORD, client=here)
        page = here.get(reverse("members:session_list"))
    [table] = elements(page, "table")
    assert [text(each) for each in walk(table) if each.name == "button"] == [
        "End Chrome, 2 March 2026, 08:00",
        "End Firefox, 2 March 2026, 08:00",
    ]
    both_zones = "2 March 2026, 08:00 (Asia/Tokyo) · 1 March 2026, 23:00 UTC"
    assert texts(page, "time") == [both_zones] * 3


def test_who_ends_sessions_has_shown_again_who_he_is(rosa):
    """Who sits down at an open machine does not shut out its owner everywhere else."""
    here, there = Client(), Client()
    for client in (here, there):
        attempt(PASSWORD, client=client)
    session = rosa.usersession_set.exclude(session_key=here.session.session_key).get()
    ends = [reverse("members:session_end", args=[session.pk]), reverse("members:sessions_end")]
    with time_machine.travel(time.time() + 11 * 60):
        asked = [here.post(end).url for end in ends]
        still = signed_in(there)
        here.post(asked[0], {"password": PASSWORD})
        here.post(ends[0])

        assert [url.split("?")[0] for url in asked] == [reverse("account_reauthenticate")] * 2
        assert (still, signed_in(there)) == (True, False)


def test_nobody_ends_the_sessions_of_others(rosa, client_of, reporter):
    own = Client()
    attempt(PASSWORD, client=own)
    [session] = rosa.usersession_set.all()

    answer = client_of(reporter).post(reverse("members:session_end", args=[session.pk]))
    assert (answer.status_code, signed_in(own)) == (404, True)


def test_password_typed_again_gives_the_session_a_new_key(rosa):
    here = Client()
    attempt(PASSWORD, client=here)
    csrf = here.get(reverse("members:profile")).context["csrf_token"]
    before = here.session.session_key
    with time_machine.travel(time.time() + 11 * 60):
        here.post(reverse("account_reauthenticate"), {"password": "wrong horse battery"})
        assert here.session.session_key == before
        here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        after = here.session.session_key
        page = here.get(reverse("members:session_list"))

    assert after != before
    assert not Session.objects.filter(pk=before).exists()
    assert [each.session_key for each in page.context["sessions"]] == [after]
    # What is open on other pages can still be sent: their forms' token holds.
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = here.cookies
    answer = strict.post(reverse("members:session"), headers={"X-CSRFToken": str(csrf)})
    assert answer.status_code == 200


def end_in_the_admin(client, *people):
    form = {"action": "end_sessions", "_selected_action": [each.pk for each in people]}
    return client.post(reverse("admin:members_user_changelist"), form)


def test_administrator_ends_sessions_of_one(rosa, client_of, administrator, reporter, caplog):
    caplog.set_level(logging.INFO, logger="portal.accounts")
    own, other, admin = client_of(rosa), client_of(reporter), client_of(administrator)
    end_in_the_admin(admin, rosa)

    assert [signed_in(own), signed_in(other), signed_in(admin)] == [False, True, True]
    [line] = [each for each in caplog.records if each.message == "sessions ended"]
    assert (line.actor, line.person) == (administrator.pk, rosa.pk)


@pytest.mark.parametrize("chosen", ["\0", "x", "9" * 30, ""])
def test_what_is_nobody_ends_no_sessions(rosa, client_of, administrator, chosen):
    own, admin = client_of(rosa), client_of(administrator)
    form = {"action": "end_sessions", "_selected_action": [rosa.pk, chosen]}
    answer = admin.post(reverse("admin:members_user_changelist"), form, follow=True)

    assert "Nothing was done" in answer.content.decode()
    assert signed_in(own)


def test_editor_ends_no_sessions(rosa, client_of, editor):
    own = client_of(rosa)
    end_in_the_admin(client_of(editor), rosa)

    assert signed_in(own)


def test_session_says_whose_it_is(client_of, rosa):
    assert client_of(rosa).get(reverse("members:session")).json()["reader"] == rosa.pk
