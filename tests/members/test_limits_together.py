"""All that somebody asks for in a minute, whatever it is, counts together."""

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.members.asking import API, ELSEWHERE, HERE, MOST, PAGES, asked
from tests.members.signing_in import LOGIN, PASSWORD, attempt
from tests.pages import texts

NOON = 1_800_014_400


@pytest.fixture
def few(settings):
    """Three pages and two forms a minute, of whatever kind."""
    settings.LIMIT_REQUESTS = True
    settings.REQUESTS_A_MINUTE = {
        "pages": 3,
        "pages_signed_out": 3,
        "forms": 2,
        "forms_signed_out": 2,
    }
    caches["counts"].clear()
    with time_machine.travel(NOON, tick=False):
        yield


def test_all_pages_together_have_a_limit(client_of, reporter, framework, few):
    ours = client_of(reporter)
    found = [ours.get(page).status_code for page in ["/", *PAGES[2:], "/nowhere/"]]

    assert found == [200, 200, 200, 429, 429]
    assert texts(ours.get("/"), "h1") == ["Too often in a short time"]
    assert ours.get("/").headers["Retry-After"] == "60"


def test_forms_have_one_of_their_own_and_keep_what_was_typed(client_of, reporter, draft, few):
    ours, address = client_of(reporter), "/reporting/2025-H2/1.1/"
    typed = {"version": "9", "achievements": "Two more courses were held."}
    found = [ours.post(address, typed) for _time in range(3)]

    assert [each.status_code for each in found] == [409, 409, 429]
    assert typed["achievements"] in found[2].content.decode()
    assert ours.get(address).status_code == 200


def test_person_and_stranger_at_one_address_are_counted_apart(client, client_of, reporter, few):
    asked(client, "/about/", 4)
    others = client_of(reporter)

    assert client.get("/about/").status_code == 429
    assert asked(others, "/about/", 3) == [200] * 3
    assert asked(Client(), "/about/", 1, REMOTE_ADDR=ELSEWHERE) == [200]


def test_known_browser_is_not_held_up_by_others_at_its_address(client, rosa, framework, few):
    known = Client()
    assert attempt(PASSWORD, client=known).status_code == 302
    known.post("/accounts/logout/")
    assert [attempt("wrong").status_code for _time in range(2)] == [200, 429]
    asked(client, "/about/", REMOTE_ADDR=HERE)

    assert asked(client, LOGIN, 1, REMOTE_ADDR=HERE) == [429]
    assert asked(known, LOGIN, 1, REMOTE_ADDR=HERE) == [200]
    assert attempt(PASSWORD).status_code == 429
    assert attempt(PASSWORD, client=known).status_code == 302


def test_what_watches_the_portal_and_files_of_pages_are_not_counted(framework, few, settings):
    settings.WHITENOISE_USE_FINDERS, client = True, Client()

    assert asked(client, "/healthz", 9) == [200] * 9
    assert asked(client, "/static/css/portal.css", 9) == [200] * 9
    assert asked(client, "/about/", 4) == [200] * 3 + [429]
    assert asked(client, "/healthz", 1) == [200]


def test_address_is_what_the_proxy_says(client, framework, few, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [f"203.0.113.{number}, {HERE}" for number in range(MOST + 1)]
    found = [client.get("/about/", headers={"X-Forwarded-For": each}) for each in forged]
    elsewhere = client.get("/about/", headers={"X-Forwarded-For": f"{HERE}, {ELSEWHERE}"})

    assert [each.status_code for each in found] == [200] * MOST + [429]
    assert elsewhere.status_code == 200


def test_next_minute_begins_anew(client_of, reporter, few):
    ours = client_of(reporter)
    assert asked(ours, "/about/", 4)[-1] == 429
    with time_machine.travel(NOON + 60, tick=False):
        assert asked(ours, "/about/", 1) == [200]


def test_program_is_told_in_json_of_this_limit_too(client, framework, few):
    asked(client, API, 3)
    response = client.get(API)

    assert response.status_code == 429
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "60"
    assert response.json()["detail"] == "The portal was asked too often. Ask again in a minute."


def test_counting_pages_asks_the_data_base_nothing(client_of, reporter, framework, few):
    ours = client_of(reporter)
    counts = []
    for limits_are_on in (False, True):
        with override_settings(LIMIT_REQUESTS=limits_are_on):
            ours.get("/about/")
            with CaptureQueriesContext(connection) as queries:
                ours.get("/about/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
