"""What countries name most: from the report's form to the dashboards."""

import pytest

from members.models import Role
from reporting import actions
from reporting.models import ProgressReport, RatingTally, Snapshot
from reporting.tallies import differences
from tests.factories import MembershipFactory
from tests.pages import elements, text, texts, walk
from tests.reporting.views.figures import GOAL, OBJECTIVE, report

EDIT = "/reporting/2025-H2/1.1/"
SUBMIT = f"{EDIT}submit/"
TOO_FEW = "No kinds are shown: too few countries name one."


@pytest.fixture
def named(objective, open_round, europe):
    """Seven reports that are behind and name staff, six others that name money."""
    kinds = {"main_challenge": "staff", "main_next_step": "train"}
    report(objective, open_round, europe, *[20] * 7, rating="off_track", **kinds)
    report(objective, open_round, europe, *[80] * 6, main_challenge="money")


def test_form_takes_what_stands_in_the_way_and_what_comes_next(client_of, reporter, draft):
    typed = {"version": draft.version, "main_challenge": "law", "main_next_step": "regulate"}

    client_of(reporter).post(EDIT, typed)

    draft.refresh_from_db()
    assert (draft.main_challenge, draft.main_next_step) == ("law", "regulate")


def test_form_refuses_a_kind_that_is_not_in_the_list(client_of, reporter, draft):
    typed = {"version": draft.version, "main_challenge": "weather"}

    response = client_of(reporter).post(EDIT, typed)

    assert "“weather” is not in the list of answers." in texts(response, "p", class_="field-error")
    assert ProgressReport.objects.get().main_challenge == ""


@pytest.mark.parametrize(
    ("rating", "said"), [("off_track", 1), ("at_risk", 1), ("on_track", 0), ("completed", 0)]
)
def test_check_page_says_what_is_not_named_where_it_is_behind(
    client_of, focal_point, draft, rating, said
):
    ProgressReport.objects.update(rating=rating, challenges="None.", next_steps="None.")

    found = texts(client_of(focal_point).get(SUBMIT), "p", class_="quiet")

    expected = "Not named, which is no fault: what stands in the way above all, what comes next"
    assert len([text for text in found if text.startswith(expected)]) == said


def test_front_page_says_why_an_objective_is_behind(client, named):
    found = texts(client.get("/"), "dl", class_="attention-why")

    assert found == [
        "Reason named most Staff and training (7 of the 7 that name one)"
        " Next step named most Recruit or train (7 of the 7 that name one)"
    ]


@pytest.mark.parametrize("address", [GOAL, OBJECTIVE])
def test_page_shows_the_kinds_named_most_with_a_bar_each(client, named, address):
    response = client.get(address)

    tables = elements(response, "table", class_="theme-table")
    assert [texts_of(each, "th") for each in tables] == [
        ["Kind", "As a bar", "Reports", "Staff and training", "Money"],
        ["Kind", "As a bar", "Reports", "Recruit or train"],
    ]
    assert [texts_of(each, "caption") for each in tables] == [
        ["13 of 13 reports name a kind"],
        ["7 of 13 reports name a kind"],
    ]
    assert [texts_of(each, "desc") for each in tables] == [
        ["Staff and training: 7", "Money: 6"],
        ["Recruit or train: 7"],
    ]


def texts_of(element, name):
    return [text(each) for each in walk(element) if each.name == name]


@pytest.mark.parametrize("address", [GOAL, OBJECTIVE])
def test_kinds_that_fewer_than_five_name_are_withheld(
    client, objective, open_round, europe, address
):
    report(objective, open_round, europe, *[20] * 9)
    report(objective, open_round, europe, *[30] * 4, main_challenge="security")

    response = client.get(address)

    assert "The security situation" not in response.content.decode()
    assert [text for text in texts(response, "p", class_="quiet") if text.startswith(TOO_FEW)]


def test_reopened_report_is_counted_no_more(named, secretariat):
    chosen = ProgressReport.objects.filter(rating="off_track").first()
    actions.reopen_report(
        report=chosen, by=secretariat, version=chosen.version, comment="A wrong figure was given."
    )

    assert RatingTally.objects.get().themes["main_challenge"] == {"staff": [6, 0], "money": [0, 6]}
    assert list(differences()) == []


def test_snapshot_keeps_what_was_named(client, named, secretariat, open_round):
    colleague = MembershipFactory(role=Role.REVIEWER).user
    snapshot = actions.propose_snapshot(
        reporting_round=open_round, by=secretariat, reason="The Assembly"
    )
    actions.confirm_snapshot(snapshot=snapshot, by=colleague)
    before = texts(client.get(f"{GOAL}?snapshot=1"), "table", class_="theme-table")
    RatingTally.objects.update(themes={})

    assert texts(client.get(f"{GOAL}?snapshot=1"), "table", class_="theme-table") == before
    assert Snapshot.objects.get().is_unchanged
