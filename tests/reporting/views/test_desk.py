import datetime

import pytest
from django.utils import timezone

from objectives.models import Indicator
from reporting import actions
from reporting.models import ReportingRound
from tests.factories import (
    DelegationFactory,
    ExtensionFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportEventFactory,
    ReportingRoundFactory,
    days,
)
from tests.pages import links, texts

DESK = "/reporting/"


def overdue(reporting_round):
    """The due date has passed, the round has not closed."""
    reporting_round.due_at = timezone.now() - datetime.timedelta(seconds=1)
    reporting_round.save()


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
    assert texts(page, "p", class_="desk-ready") == ["1 draft is complete and ready to submit."]


def test_desk_says_which_indicators_of_complete_drafts_have_no_answer(client_of, reporter, draft):
    IndicatorValueFactory(report=draft)
    IndicatorFactory(objective=draft.objective)
    IndicatorFactory(objective=draft.objective, reporter=Indicator.Reporter.SECRETARIAT)
    page = client_of(reporter).get(DESK)
    assert texts(page, "p", class_="desk-ready") == [
        "1 draft is complete and ready to submit. Indicators not answered: 1 of 2."
    ]
    assert texts(page, "span", class_="small-print")[0] == "1 of 2 indicators not answered"


def test_desk_says_what_came_back_and_why_first(client_of, reporter, submitted, secretariat):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment="Please name the training courses.",
        field_comments={"achievements": "Which?", "lessons": "Whose?"},
    )
    page = client_of(reporter).get(DESK)
    [notice] = texts(page, "ul", class_="came-back")
    assert texts(page, "q", class_="reason") == ["Please name the training courses."]
    assert "Selma Secretariat" in notice
    assert "2 fields with comments" in notice


def test_desk_gives_the_reviewers_reason_after_a_withdrawal(client_of, focal_point, returned):
    actions.submit_report(report=returned, version=3, by=focal_point)
    actions.withdraw_report(report=returned, version=4, by=focal_point)
    page = client_of(focal_point).get(DESK)
    assert texts(page, "q", class_="reason") == ["Please name the training courses."]


def test_desk_is_narrowed_to_a_state(client_of, reporter, submitted):
    other = submitted.round.framework.goals.get(number=2).objectives.get(number=2)
    ProgressReportFactory(round=submitted.round, objective=other, country=submitted.country)
    client = client_of(reporter)
    shown = {
        state: [*states(client.get(DESK, {"state": state}))]
        for state in ("due", "draft", "ready", "submitted", "overdue")
    }
    assert shown == {
        "due": ["1.2", "2.1"],
        "draft": ["2.2"],
        "ready": ["2.2"],
        "submitted": ["1.1"],
        "overdue": [],
    }


@pytest.mark.parametrize("state", ["splendid", "x" * 5000, "٣"])
def test_desk_of_an_unknown_state_says_so_at_the_field(client_of, reporter, open_round, state):
    page = client_of(reporter).get(DESK, {"state": state})
    assert page.status_code == 404
    assert texts(page, "p", class_="filter-error") == [f"There is no state “{state}”."]


def test_desk_says_which_drafts_are_overdue(client_of, reporter, draft):
    overdue(draft.round)
    page = client_of(reporter).get(DESK, {"state": "overdue"})
    assert states(page) == {"1.1": "draft", "1.2": "overdue", "2.1": "overdue", "2.2": "overdue"}
    assert page.context["desk"].ready == []
    assert links(page, "p", class_="notice") == ["/reporting/2025-H2/extension/"]


def test_desk_of_a_country_with_an_extension_says_until_when(client_of, reporter, draft):
    overdue(draft.round)
    until = timezone.now() + days(2)
    ExtensionFactory(round=draft.round, country=draft.country, granted=True, asked_until=until)
    page = client_of(reporter).get(DESK)
    assert (page.context["desk"].phase, page.context["extension"]["last_instant"]) == (
        "open",
        until,
    )
    assert [row.report for row in page.context["desk"].ready] == [draft]


@pytest.mark.parametrize(
    ("due_in", "closes_in", "is_offered"),
    [(13, 60, True), (15, 60, False), (-20, -13, True), (-20, -15, False)],
)
def test_desk_offers_to_ask_for_time_around_the_due_date(
    client_of, reporter, open_round, due_in, closes_in, is_offered
):
    now = timezone.now()
    ReportingRound.objects.update(due_at=now + days(due_in), closes_at=now + days(closes_in))
    page = client_of(reporter).get(DESK)
    assert ("/reporting/2025-H2/extension/" in links(page, "p", class_="notice")) == is_offered


def test_desk_shows_what_became_of_the_request(client_of, reporter, open_round, france):
    ExtensionFactory(round=open_round, country=france, asked_by=reporter)
    page = client_of(reporter).get(DESK)
    assert "The secretariat has not answered yet." in texts(page, "section", class_="notice")[0]


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("focal_point", "Submit all that are complete (1)"),
        ("reporter", "Who submits for your country"),
    ],
)
def test_desk_leads_to_submitting_what_is_complete(request, client_of, draft, person, words):
    page = client_of(request.getfixturevalue(person)).get(DESK)
    assert texts(page, "p", class_="button-row")[0].startswith(words)
    assert links(page, "p", class_="button-row")[0] == "/reporting/2025-H2/submit/"


def test_desk_tells_a_delegate_until_when(client_of, reporter, focal_point, draft):
    given = DelegationFactory(given_by=focal_point, given_to=reporter)
    page = client_of(reporter).get(DESK)
    assert page.context["delegation"] == given
    assert "You may submit in the focal point's place until" in page.content.decode()


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
        report = ProgressReportFactory(
            round=open_round, objective=objective, country=france, returned=True
        )
        IndicatorValueFactory(report=report)
        ReportEventFactory(report=report, kind="returned", comment="Why?")
        before = ReportingRoundFactory(framework=open_round.framework, closed=True)
        last = ProgressReportFactory(
            round=before, objective=objective, country=france, approved=True
        )
        IndicatorValueFactory(report=last)
    client = client_of(reporter)
    with django_assert_num_queries(12):
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
    assert client_of(reporter).get(DESK).context["desk"].phase == "overdue"
