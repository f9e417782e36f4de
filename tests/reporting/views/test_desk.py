import datetime

import pytest
from django.utils import timezone

from tests.factories import ObjectiveFactory, ProgressReportFactory, ReportingRoundFactory

DESK = "/reporting/"


def states(page):
    return {row.objective.code: row.state for row in page.context["rows"]}


@pytest.mark.parametrize(
    ("trait", "state"),
    [({}, "due"), ({"overdue": True}, "overdue"), ({"closed": True}, "missed")],
)
def test_desk_says_what_a_missing_report_is(client_of, reporter, framework, trait, state):
    ReportingRoundFactory(framework=framework, **trait)
    page = client_of(reporter).get(DESK)
    assert states(page) == dict.fromkeys(["1.1", "1.2", "2.1", "2.2"], state)


def test_desk_of_a_round_ahead_says_not_due_yet(client_of, reporter, framework):
    ReportingRoundFactory(framework=framework, slug="next", ahead=True)
    page = client_of(reporter).get(DESK)
    assert set(states(page).values()) == {"not_due"}
    assert "Begin" not in page.content.decode()


def test_desk_counts_what_is_handed_in(client_of, reporter, submitted):
    other = submitted.round.framework.goals.get(number=2).objectives.get(number=2)
    ProgressReportFactory(round=submitted.round, objective=other, country=submitted.country)
    page = client_of(reporter).get(DESK)
    assert states(page) == {"1.1": "submitted", "1.2": "due", "2.1": "due", "2.2": "draft"}
    assert "<b>1 of 4</b> handed in" in page.content.decode()


def test_desk_shows_what_came_back_first(client_of, reporter, returned):
    page = client_of(reporter).get(DESK)
    assert [row.report for row in page.context["returned"]] == [returned]
    assert "Came back for correction" in page.content.decode()


def test_desk_shows_own_reports_only(client_of, neighbour, submitted):
    assert set(states(client_of(neighbour).get(DESK)).values()) == {"due"}


def test_desk_shows_the_last_answer(client_of, reporter, open_round, objective, france):
    for slug, year in [("2024-H2", 2024), ("2023-H2", 2023)]:
        before = ReportingRoundFactory(
            framework=open_round.framework,
            closed=True,
            slug=slug,
            starts_on=datetime.date(year, 7, 1),
        )
        ProgressReportFactory(round=before, objective=objective, country=france, approved=True)
    rows = client_of(reporter).get(DESK).context["rows"]
    assert [row.last_answer and row.last_answer.round.slug for row in rows] == [
        "2024-H2",
        None,
        None,
        None,
    ]


def test_desk_shows_the_due_date_in_the_readers_time_and_utc(client_of, reporter, framework):
    reporter.time_zone = "Asia/Tokyo"
    reporter.save()
    ReportingRoundFactory(
        framework=framework,
        overdue=True,
        due_at=datetime.datetime(2026, 1, 31, 17, 0, tzinfo=datetime.UTC),
        opens_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )
    text = client_of(reporter).get(DESK).content.decode()
    assert "1 February 2026, 02:00 (Asia/Tokyo)" in text
    assert "31 January 2026, 17:00 UTC" in text


def test_desk_opens_on_the_round_that_takes_reports(client_of, reporter, framework):
    ReportingRoundFactory(framework=framework, slug="next", ahead=True)
    ReportingRoundFactory(framework=framework, slug="past", closed=True)
    ReportingRoundFactory(framework=framework, slug="now")
    client = client_of(reporter)
    assert client.get(DESK).context["round"].slug == "now"
    assert client.get(DESK, {"round": "past"}).context["round"].slug == "past"


@pytest.mark.parametrize("slug", ["2031-H1", "x" * 5000, "' OR 1=1", "١"])
def test_desk_of_an_unknown_round_is_not_found(client_of, reporter, open_round, slug):
    page = client_of(reporter).get(DESK, {"round": slug})
    assert (page.status_code, page.templates[0].name) == (404, "404.html")


def test_desk_without_any_round_says_so(client_of, reporter):
    assert "There is no reporting round yet." in client_of(reporter).get(DESK).content.decode()


@pytest.mark.parametrize("person", ["secretariat", "viewer", "editor", "administrator"])
def test_desk_is_for_those_who_report(request, client_of, open_round, person):
    page = client_of(request.getfixturevalue(person)).get(DESK)
    assert page.status_code == 403
    assert "This page is for people who report for a member country." in page.content.decode()


def test_desk_asks_an_unknown_person_to_sign_in(client, open_round):
    assert client.get(DESK).url == "/accounts/login/?next=/reporting/"


@pytest.mark.parametrize("reports", [1, 3])
def test_desk_takes_the_same_queries_whatever_its_length(
    client_of, reporter, open_round, france, django_assert_num_queries, reports
):
    goal = open_round.framework.goals.get(number=1)
    for objective in ObjectiveFactory.create_batch(reports, goal=goal):
        ProgressReportFactory(round=open_round, objective=objective, country=france)
    client = client_of(reporter)
    with django_assert_num_queries(7):
        assert len(client.get(DESK).context["rows"]) == 4 + reports


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("reporter", "/reporting/"),
        ("secretariat", "/review/"),
        ("editor", "/admin/"),
        ("administrator", "/admin/"),
        ("viewer", "/"),
    ],
)
def test_start_leads_each_person_to_his_work(request, client_of, db, person, address):
    assert client_of(request.getfixturevalue(person)).get("/start/").url == address


def test_instants_are_compared_not_days(client_of, reporter, framework):
    now = timezone.now()
    ReportingRoundFactory(
        framework=framework,
        opens_at=now - datetime.timedelta(days=9),
        due_at=now - datetime.timedelta(seconds=1),
        closes_at=now + datetime.timedelta(days=9),
    )
    assert client_of(reporter).get(DESK).context["phase"] == "overdue"
