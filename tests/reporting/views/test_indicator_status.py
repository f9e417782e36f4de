"""A status that the secretariat sets beside the computed one."""

import uuid

import pytest

from reporting import actions
from reporting.models import FiguresVersion, StatusOverride
from tests.factories import IndicatorFactory
from tests.pages import links, texts
from tests.reporting.views.figures import OBJECTIVE

PAGE = "/frameworks/2022-2025/indicators/1.1.1/status/"
REASON = "The register counts late; see <the> letter of May."
SENT = {"standing": "on_track", "reason": REASON}


@pytest.fixture
def indicator(objective, open_round):
    return IndicatorFactory(objective=objective)


def said(client):
    return texts(client.get(OBJECTIVE), "div", class_="indicator-said")


@pytest.mark.parametrize("person", ["secretariat", "editor"])
def test_status_stands_beside_the_computed_one(request, client, client_of, indicator, person):
    response = client_of(request.getfixturevalue(person)).post(PAGE, SENT)

    assert response["Location"] == f"{OBJECTIVE}?round=2025-H2#indicator-1"
    assert said(client) == [f"On track set by the secretariat, because: {REASON}"]
    marks = texts(client.get(OBJECTIVE), "p", class_="indicator-standing")
    assert marks[0] == "No data computed"


def test_latest_counts_and_all_stay_on_record(client, client_of, secretariat, indicator):
    browser = client_of(secretariat)
    browser.post(PAGE, SENT)
    browser.post(PAGE, SENT | {"standing": "at_risk"})

    assert said(client)[0].startswith("At risk ")
    assert len(texts(browser.get(PAGE), "blockquote")) == 2


def test_status_is_taken_back_with_a_reason(client, client_of, secretariat, indicator):
    browser = client_of(secretariat)
    browser.post(PAGE, SENT)
    browser.post(PAGE, SENT | {"standing": "computed"})

    assert said(client) == []
    assert [each.standing for each in StatusOverride.objects.all()] == ["", "on_track"]


def test_status_is_of_its_round(client, client_of, secretariat, indicator, round_before):
    client_of(secretariat).post(f"{PAGE}?round=2025-H1", SENT)

    assert said(client) == []
    assert "On track" in texts(client.get(f"{OBJECTIVE}?round=2025-H1"), "article")[0]


def test_status_makes_kept_pages_out_of_date(indicator, open_round, secretariat):
    version = FiguresVersion.objects.filter(framework=open_round.framework)
    before = sum(version.values_list("number", flat=True))

    actions.set_status(indicator=indicator, reporting_round=open_round, by=secretariat, **SENT)

    assert version.get().number == before + 1


def test_same_form_twice_sets_it_once(client_of, secretariat, indicator):
    browser, form = client_of(secretariat), SENT | {"token": str(uuid.uuid4())}

    assert [browser.post(PAGE, form).status_code for _ in range(2)] == [302, 302]
    assert StatusOverride.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"standing": ""},
        {"standing": "no_data"},
        {"reason": ""},
        {"reason": "short"},
        {"reason": "x" * 10_001},
        {"reason": "NUL \0 in the middle"},
    ],
)
def test_bad_form_sets_nothing(client_of, secretariat, indicator, change):
    assert client_of(secretariat).post(PAGE, SENT | change).status_code == 200
    assert StatusOverride.objects.count() == 0


@pytest.mark.parametrize("query", ["?round=nowhere", "?region=EUR", "?snapshot=9"])
def test_status_needs_a_round_and_all_regions(client_of, secretariat, indicator, europe, query):
    assert client_of(secretariat).post(f"{PAGE}{query}", SENT).status_code == 404
    assert StatusOverride.objects.count() == 0


@pytest.mark.parametrize("person", ["viewer", "reporter", "neighbour"])
def test_others_set_no_status(request, client_of, indicator, person):
    browser = client_of(request.getfixturevalue(person))

    assert [browser.get(PAGE).status_code, browser.post(PAGE, SENT).status_code] == [403, 403]
    assert StatusOverride.objects.count() == 0
    assert f"{PAGE}?round=2025-H2" not in links(browser.get(OBJECTIVE), "article")


def test_stranger_signs_in_first(client, indicator):
    client.post(PAGE, SENT)

    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert StatusOverride.objects.count() == 0


def test_page_leads_there(client_of, secretariat, indicator):
    found = links(client_of(secretariat).get(OBJECTIVE), "article")

    assert f"{PAGE}?round=2025-H2" in found
