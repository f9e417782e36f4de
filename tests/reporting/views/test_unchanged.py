import datetime

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone

from goals.models import Goal
from members.models import Region
from reporting import actions
from tests.reporting.views.figures import CSV, DASHBOARDS, GOAL, OBJECTIVE, numbers, report

pytestmark = pytest.mark.usefixtures("edit_history")


def again(client, response, address=GOAL, **options):
    """Asks as a browser does that has kept this answer; its status."""
    return client.get(address, headers={"If-None-Match": response["ETag"]} | options).status_code


@pytest.mark.parametrize("address", DASHBOARDS)
def test_page_that_has_not_changed_is_not_sent_again(
    client, objective, open_round, europe, address
):
    report(objective, open_round, europe, *[50] * 5)

    response = client.get(address)
    second = client.get(address, headers={"If-None-Match": response["ETag"]})

    assert (response.status_code, second.status_code, second.content) == (200, 304, b"")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert second["Cache-Control"] == response["Cache-Control"]
    assert set(second["Vary"].split(", ")) >= {"Cookie", "Accept-Language"}


def test_unchanged_page_costs_one_query(client, objective, open_round, django_assert_num_queries):
    response = client.get(GOAL)

    with django_assert_num_queries(1):
        assert again(client, response) == 304


def test_approval_changes_the_page(client, submitted, secretariat):
    response = client.get(GOAL)

    actions.approve_report(report=submitted, version=2, by=secretariat)

    assert again(client, response) == 200


def test_submission_alone_changes_no_page(client, draft, focal_point):
    response = client.get(GOAL)

    actions.submit_report(report=draft, version=1, by=focal_point)

    assert again(client, response) == 304


def test_edit_of_a_title_changes_the_page(client, objective, open_round):
    response = client.get(OBJECTIVE)

    goal = Goal.objects.get(pk=objective.goal_id)
    goal.title = "Another"
    goal.save()

    assert again(client, response, OBJECTIVE) == 200


def test_name_of_a_region_changes_the_page(client, objective, open_round, europe):
    response = client.get(GOAL)

    Region.objects.update(name="The continent")

    assert again(client, response) == 200


def test_round_that_falls_due_changes_the_page(client, objective, open_round):
    response = client.get(GOAL)
    # As time does, and no edit.
    type(open_round).objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))

    assert again(client, response) == 200


def test_other_filter_or_language_is_another_page(client, objective, open_round, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    response = client.get(GOAL)

    assert again(client, response) == 304
    assert again(client, response, f"{GOAL}?region=") == 200
    assert again(client, response, **{"Accept-Language": "ar"}) == 200


def test_signed_in_reader_gets_every_page_anew(client, client_of, viewer, objective, open_round):
    response = client.get(GOAL)
    client = client_of(viewer)

    assert again(client, response) == 200
    assert "ETag" not in client.get(GOAL)
    assert set(client.get(GOAL)["Cache-Control"].split(", ")) == {"no-store", "private"}


def test_reader_with_a_message_gets_the_page_anew(client, objective, open_round):
    response = client.get(GOAL)
    client.cookies["messages"] = "anything"

    assert again(client, response) == 200


def test_page_that_is_not_there_is_never_unchanged(client, objective, open_round):
    response = client.get(f"{GOAL}?round=nope")

    assert (response.status_code, "ETag" in response) == (404, False)


# One page for all strangers


@pytest.fixture
def kept(settings):
    """Keeps pages as in production, from none on."""
    settings.KEEP_PAGES = True
    caches["pages"].clear()
    yield caches["pages"]
    caches["pages"].clear()


@pytest.mark.parametrize("address", [*DASHBOARDS, CSV])
def test_second_stranger_is_shown_the_page_of_the_first(
    client, objective, open_round, europe, kept, address, django_assert_num_queries
):
    report(objective, open_round, europe, *[50] * 5)
    first = client.get(address)

    with django_assert_num_queries(1):
        second = Client().get(address)

    assert (second.status_code, second.content) == (200, first.content)
    for each in (first, second):
        del each.headers["X-Request-ID"]
    assert first.headers == second.headers


def test_kept_page_goes_with_the_first_change(client, objective, open_round, europe, kept):
    report(objective, open_round, europe, *[50] * 5)
    client.get(GOAL)

    with transaction.atomic():
        report(objective, open_round, europe, *[90] * 5)

    assert numbers(client.get(GOAL))[0].startswith("10 of 10 reported 70.0 %")


def test_page_is_kept_for_each_filter(client, objective, open_round, europe, africa, kept):
    report(objective, open_round, europe, *[50] * 5)
    report(objective, open_round, africa, *[70] * 5)

    found = {code: client.get(f"{GOAL}?region={code}").content for code in ("EUR", "AFR")}

    assert found["EUR"] != found["AFR"]
    assert client.get(f"{GOAL}?region=AFR").content == found["AFR"]


def test_nothing_is_kept_of_whoever_is_known(
    client_of, viewer, objective, open_round, kept, monkeypatch
):
    client_of(viewer).get(GOAL)
    stranger = Client()
    stranger.cookies["messages"] = "something"
    stranger.get(GOAL)
    Client().get(f"{GOAL}?region=nope")

    assert kept._cache == {}


def test_page_of_a_stranger_is_not_shown_to_whoever_is_signed_in(
    client, client_of, viewer, objective, open_round, kept
):
    client.get(GOAL)

    response = client_of(viewer).get(GOAL)

    assert viewer.name in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
