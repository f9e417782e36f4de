from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from members.models import Role
from objectives.models import Objective
from reporting.models import Extension
from tests.factories import (
    ExtensionFactory,
    MembershipFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, texts

PAGE = "/review/extensions/"
GRANT = f"{PAGE}grant/"
REASON = "Your letter of Monday."


@pytest.fixture
def late_round(framework):
    return ReportingRoundFactory(framework=framework, overdue=True, slug="late")


@pytest.fixture
def asked(late_round, france, reporter):
    return ExtensionFactory(round=late_round, country=france, asked_by=reporter)


def in_days(number):
    return (
        (timezone.now() + timedelta(days=number)).astimezone(UTC).replace(second=0, microsecond=0)
    )


def granted(until=None, **changed):
    until = until or in_days(3)
    return {"state": "granted", "until": until.strftime("%Y-%m-%dT%H:%M"), "answer": ""} | changed


def given(**changed):
    until = in_days(3).strftime("%Y-%m-%dT%H:%M")
    return {"country": "FR", "round": "late", "until": until, "reason": REASON} | changed


@pytest.mark.parametrize("number", [1, 3])
def test_extension_list_takes_the_same_queries_whatever_its_length(
    client_of, secretariat, late_round, django_assert_num_queries, number
):
    ExtensionFactory.create_batch(number, round=late_round)
    ExtensionFactory.create_batch(number, round=late_round, granted=True)
    client = client_of(secretariat)
    with django_assert_num_queries(5):
        page = client.get(PAGE)
    assert len(page.context["waiting"]) == len(page.context["page"]) == number


def test_extension_list_shows_the_answered_ones_a_page_at_a_time(
    client_of, secretariat, late_round, monkeypatch
):
    monkeypatch.setattr("reporting.views.extensions.ON_A_PAGE", 2)
    ExtensionFactory.create_batch(3, round=late_round, granted=True)
    client = client_of(secretariat)
    first, last = client.get(PAGE), client.get(f"{PAGE}?page=2")
    assert [len(page.context["page"]) for page in (first, last)] == [2, 1]
    assert "Page 1 of 2" in first.content.decode() and 'rel="prev"' in last.content.decode()
    assert client.get(f"{PAGE}?page=nonsense").status_code == 200


def test_extension_answer_grants(client_of, secretariat, asked):
    response = client_of(secretariat).post(f"{PAGE}{asked.pk}/", granted())
    asked.refresh_from_db()
    assert (response.status_code, response.url) == (302, PAGE)
    assert (asked.state, asked.granted_until, asked.answered_by) == (
        "granted",
        in_days(3),
        secretariat,
    )


def test_extension_answer_grants_the_very_instant_that_was_asked(client_of, secretariat, asked):
    client = client_of(secretariat)
    [shown] = elements(client.get(f"{PAGE}{asked.pk}/"), "input", class_="instant")
    posted = granted(until=None, until_shown="") | {"until": dict(shown.attributes)["value"]}
    client.post(f"{PAGE}{asked.pk}/", posted)
    assert Extension.objects.get().granted_until == asked.asked_until


def test_extension_answer_refuses_with_words(client_of, secretariat, asked):
    posted = {"state": "refused", "until": "nonsense", "answer": "The figures go to print."}
    client_of(secretariat).post(f"{PAGE}{asked.pk}/", posted)
    asked.refresh_from_db()
    assert (asked.state, asked.granted_until, asked.answer) == ("refused", None, posted["answer"])


@pytest.mark.parametrize(
    ("posted", "errors"),
    [
        ({}, ["state"]),
        (granted(until=in_days(-1)), ["until"]),
        (granted() | {"until": ""}, ["until"]),
        (granted() | {"until": "9999-12-31T23:59"}, ["until"]),
        ({"state": "refused", "answer": "No."}, ["answer"]),
        (granted(answer="x" * 10_001), ["answer"]),
    ],
)
def test_extension_answer_says_what_is_missing(client_of, secretariat, asked, posted, errors):
    page = client_of(secretariat).post(f"{PAGE}{asked.pk}/", posted)
    assert (page.status_code, list(page.context["form"].errors)) == (200, errors)
    assert Extension.objects.get().state == "asked"


def test_extension_answer_is_given_once(client_of, secretariat, asked):
    client = client_of(secretariat)
    client.post(f"{PAGE}{asked.pk}/", granted())
    late = {"state": "refused", "answer": "Rather not, I am sorry."}
    page = client.post(f"{PAGE}{asked.pk}/", late)
    assert (page.status_code, Extension.objects.get().state) == (409, "granted")
    assert "Rather not, I am sorry." in texts(page, "blockquote")
    assert client.post(f"{PAGE}{asked.pk}/", {}).status_code == 409


def test_nobody_answers_his_own_country(client_of, secretariat, asked, france):
    MembershipFactory(user=secretariat, role=Role.REPORTER, country=france)
    client = client_of(secretariat)
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}{asked.pk}/").status_code == 403
    assert client.post(f"{PAGE}{asked.pk}/", granted()).status_code == 403
    page = client.post(GRANT, given())
    assert list(page.context["form"].errors) == ["country"]
    assert Extension.objects.get().state == "asked"


def test_extension_grant_gives_time_unasked(client_of, secretariat, late_round, france):
    client = client_of(secretariat)
    options = elements(client.get(f"{GRANT}?round=late&country=FR"), "option")
    chosen = [dict(each.attributes) for each in options]
    assert [each["value"] for each in chosen if "selected" in each] == ["FR", "late"]
    assert client.post(GRANT, given()).url == PAGE
    extension = Extension.objects.get()
    assert (extension.state, extension.granted_until, extension.reason) == (
        "granted",
        in_days(3),
        REASON,
    )


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"country": "ZZ", "round": "none"}, ["country", "round"]),
        ({"country": "\0", "reason": "short"}, ["country", "reason"]),
        ({"until": "2001-01-01T00:00"}, ["until"]),
        ({"until": ""}, ["until"]),
    ],
)
def test_extension_grant_says_what_is_wrong(
    client_of, secretariat, late_round, france, changed, errors
):
    page = client_of(secretariat).post(GRANT, given(**changed))
    assert (page.status_code, sorted(page.context["form"].errors)) == (200, errors)
    assert not Extension.objects.exists()


def test_an_extension_not_longer_than_the_round_is_none(client_of, secretariat, open_round, france):
    page = client_of(secretariat).post(GRANT, given(round="2025-H2"))
    assert list(page.context["form"].errors) == ["until"]


def test_extension_grant_leads_to_what_waits_for_an_answer(client_of, secretariat, asked):
    page = client_of(secretariat).post(GRANT, given())
    assert (page.status_code, page.context["waiting"]) == (409, asked)
    assert REASON in texts(page, "textarea")


@pytest.mark.parametrize("name", ["reporter", "focal_point", "neighbour", "editor", "viewer"])
def test_answers_are_the_secretariats(request, client_of, asked, name):
    client = client_of(request.getfixturevalue(name))
    addresses = [PAGE, GRANT, f"{PAGE}{asked.pk}/"]
    codes = {client.get(address).status_code for address in addresses}
    codes |= {client.post(address, given() | granted()).status_code for address in addresses}
    assert codes == {403}
    assert Extension.objects.get().state == "asked"


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_an_extension_that_does_not_exist_is_not_found(client_of, secretariat, asked, pk):
    client = client_of(secretariat)
    assert client.get(f"{PAGE}{pk}/").status_code == 404
    assert client.post(f"{PAGE}{pk}/", granted()).status_code == 404


def test_extensions_ask_to_sign_in(client, asked):
    assert {client.get(each).status_code for each in [PAGE, GRANT, f"{PAGE}{asked.pk}/"]} == {302}


def test_extension_answer_says_how_many_of_how_many_are_handed_in(
    client_of, secretariat, asked, objective
):
    ProgressReportFactory(
        round=asked.round, objective=objective, country=asked.country, submitted=True
    )
    all_of_them = Objective.objects.of(asked.round.framework).count()
    page = client_of(secretariat).get(f"{PAGE}{asked.pk}/")
    assert f"1 of {all_of_them} reports" in texts(page, "dd")
