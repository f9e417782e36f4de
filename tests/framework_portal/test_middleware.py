from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import ReportingRoundFactory, UserFactory
from tests.pages import texts

NOT_FOUND = (404, ["There is no such page"])
PAGES = ["/", "/frameworks/", "/frameworks/2022-2025/", "/frameworks/2022-2025/goals/1/"]
PAGES += ["/frameworks/2022-2025/objectives/1.1/", "/frameworks/2022-2025/indicators/", "/about/"]
CSV = "/frameworks/2022-2025/goals/1/progress.csv"


def outcome(response):
    return response.status_code, texts(response, "h1")


@pytest.mark.parametrize(
    "address",
    ["/%00", "/frameworks/%00/", "/frameworks/2022-2025%00/", "/frameworks/2022-2025/goals/1%00/"]
    + ["/frameworks/2022-2025/objectives/1.1%00/", "/accounts/login%00/", "/admin/%00"],
)
def test_nul_in_the_path_is_not_found(client, open_round, address):
    assert outcome(client.get(address)) == NOT_FOUND


@pytest.mark.parametrize("address", [*PAGES, CSV, "/accounts/login/"])
@pytest.mark.parametrize("query", ["round=%00", "region=A%00", "next=%00", "%00=1", "x=1&x=%00"])
def test_nul_in_the_query_is_not_found(client, open_round, address, query):
    assert outcome(client.get(f"{address}?{query}")) == NOT_FOUND


@pytest.mark.parametrize("cookie", ["session", "csrf", "other"])
@pytest.mark.parametrize("value", ['"\\000"', '"abc\\000def"'])
def test_nul_in_a_cookie_is_not_found(client, open_round, cookie, value):
    response = client.get("/", headers={"cookie": f"{cookie}={value}"})

    assert outcome(response) == NOT_FOUND


def test_no_nul_no_objection(client, open_round):
    response = client.get("/", {"x": "\x01é"}, headers={"cookie": 'other="\\001"'})

    assert outcome(response) == (200, ["Strategic Framework 2022-2025"])


@pytest.mark.parametrize("address", [*PAGES, CSV, "/accounts/profile/", "/no-such-page/"])
def test_pages_for_somebody_signed_in_stay_out_of_every_cache(
    client_of, viewer, open_round, address
):
    response = client_of(viewer).get(address)

    assert set(response.headers["Cache-Control"].split(", ")) == {"no-store", "private"}


@pytest.mark.parametrize("address", [*PAGES, CSV, "/no-such-page/"])
def test_pages_for_everybody_may_be_kept(client, open_round, address):
    response = client.get(address)

    assert "no-store" not in response.headers.get("Cache-Control", "")


def test_reading_anonymously_sets_no_cookie(client, open_round):
    assert [client.get(address).cookies.output() for address in PAGES] == [""] * len(PAGES)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "30 June 2025, 23:30"),
        ("Asia/Tokyo", "1 July 2025, 08:30"),
        ("America/Sao_Paulo", "30 June 2025, 20:30"),
    ],
)
def test_instants_are_in_the_readers_time(client_of, reporter, framework, france, zone, shown):
    due_at = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    ReportingRoundFactory(
        framework=framework, due_at=due_at, opens_at=due_at - timezone.timedelta(9)
    )
    reporter.time_zone = zone
    reporter.save()

    response = client_of(reporter).get(reverse("reporting:desk"))

    assert shown in response.content.decode()


def test_time_zone_ends_with_the_request(client_of, db, framework):
    client_of(UserFactory(time_zone="Asia/Tokyo")).get("/")

    assert timezone.get_current_timezone_name() == "UTC"
