import datetime

import pytest

from members.models import Role
from reporting import actions
from reporting.models import ProgressReport, ReportEvent
from tests.factories import (
    MembershipFactory,
    ProgressReportFactory,
    ReportEventFactory,
    ReportingRoundFactory,
    SubmissionFactory,
)

COMMENT = "Please name the training courses."


def address(report, verb=""):
    return f"/review/{report.pk}/{verb}"


def submitted_reports(number, **fields):
    reports = ProgressReportFactory.create_batch(number, submitted=True, **fields)
    for report in reports:
        SubmissionFactory(report=report)
    return reports


def test_review_queue_lists_what_waits_the_oldest_first(client_of, secretariat, open_round):
    [newer] = submitted_reports(1, round=open_round)
    older = ProgressReportFactory(submitted=True, round=open_round)
    SubmissionFactory(report=older, submitted_at=open_round.opens_at)
    for status in ["draft", "returned", "approved"]:
        ProgressReportFactory(round=open_round, status=status)
    page = client_of(secretariat).get("/review/")
    assert list(page.context["page"]) == [older, newer]


def test_review_queue_filters(client_of, secretariat, submitted):
    other = ReportingRoundFactory(framework=submitted.round.framework)
    [elsewhere] = submitted_reports(1, round=other)
    client = client_of(secretariat)
    for query, found in [
        ({"round": "2025-H2"}, [submitted]),
        ({"region": "EUR"}, [submitted]),
        ({"country": "FR"}, [submitted]),
        ({"round": other.slug}, [elsewhere]),
        ({"round": other.slug, "country": "FR"}, []),
    ]:
        assert list(client.get("/review/", query).context["page"]) == found


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"round": "nope"}, "round", "There is no round “nope” here."),
        ({"region": "ZZZ"}, "region", "There is no region “ZZZ”."),
        ({"country": "00"}, "country", "There is no country “00”."),
    ],
)
def test_review_queue_answers_an_unknown_filter_at_the_field(
    client_of, secretariat, submitted, query, field, message
):
    page = client_of(secretariat).get("/review/", query)
    assert (page.status_code, page.context["form"].errors) == (404, {field: [message]})
    assert list(page.context["page"]) == []


@pytest.mark.parametrize("number", ["0", "2", "-1", "abc", "9" * 30, ""])
def test_review_queue_without_such_a_page_is_not_found(client_of, secretariat, db, number):
    assert client_of(secretariat).get("/review/", {"page": number}).status_code == 404


@pytest.mark.parametrize("reports", [1, 3])
def test_review_queue_takes_the_same_queries_whatever_its_length(
    client_of, secretariat, open_round, django_assert_num_queries, reports
):
    submitted_reports(reports, round=open_round)
    client = client_of(secretariat)
    with django_assert_num_queries(8):
        assert len(client.get("/review/").context["page"]) == reports


def test_review_detail_stands_beside_the_last_approved(client_of, secretariat, submitted):
    before = ReportingRoundFactory(
        framework=submitted.round.framework, closed=True, starts_on=datetime.date(2025, 1, 1)
    )
    last = ProgressReportFactory(
        round=before, objective=submitted.objective, country=submitted.country, approved=True
    )
    page = client_of(secretariat).get(address(submitted))
    assert (page.context["report"], page.context["previous"]) == (submitted, last)


def test_report_approve_takes_it_into_the_figures(client_of, secretariat, submitted):
    response = client_of(secretariat).post(address(submitted, "approve/"), {"version": "2"})
    submitted.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/review/")
    assert (submitted.status, submitted.events.last().by) == ("approved", secretariat)


def test_report_return_gives_it_back_with_the_comment(client_of, secretariat, submitted):
    client_of(secretariat).post(
        address(submitted, "return/"), {"version": "2", "comment": f"  {COMMENT}  "}
    )
    submitted.refresh_from_db()
    assert (submitted.status, submitted.events.last().comment) == ("returned", COMMENT)


@pytest.mark.parametrize("comment", ["", "too short", "    ", "ten chars \0", "x" * 100_000])
def test_report_return_needs_a_comment_and_shows_what_was_typed(
    client_of, secretariat, submitted, comment
):
    page = client_of(secretariat).post(
        address(submitted, "return/"), {"version": "2", "comment": comment}
    )
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["comment"])
    assert page.context["form"]["comment"].value() == comment
    assert ProgressReport.objects.get().status == "submitted"


def test_report_reopen_takes_it_out_of_the_figures(client_of, secretariat, approved):
    client_of(secretariat).post(address(approved, "reopen/"), {"version": "3", "comment": COMMENT})
    approved.refresh_from_db()
    assert (approved.status, approved.events.last().kind) == ("returned", "reopened")


@pytest.mark.parametrize("version", ["1", "3", "", "abc", "9" * 40, None])
@pytest.mark.parametrize("verb", ["approve/", "return/"])
def test_a_decision_on_another_version_is_not_recorded(
    client_of, secretariat, submitted, verb, version
):
    posted = {"comment": COMMENT} | ({} if version is None else {"version": version})
    page = client_of(secretariat).post(address(submitted, verb), posted)
    assert (page.status_code, ProgressReport.objects.get().status) == (409, "submitted")
    assert COMMENT in page.content.decode()
    assert submitted.achievements in page.content.decode()


def test_the_slower_reviewer_sees_both_comments(client_of, secretariat, returned):
    page = client_of(secretariat).post(
        address(returned, "return/"), {"version": "2", "comment": "Which courses, please?"}
    )
    text = page.content.decode()
    assert page.status_code == 409
    assert "Which courses, please?" in text
    assert COMMENT in text
    assert returned.achievements not in text  # it is with its country again


def test_a_short_comment_on_a_report_that_has_gone_is_a_conflict(client_of, secretariat, returned):
    page = client_of(secretariat).post(address(returned, "return/"), {"comment": "no"})
    assert page.status_code == 409
    assert returned.achievements not in page.content.decode()


def test_nobody_decides_on_a_report_of_his_own_country(client_of, secretariat, submitted, france):
    MembershipFactory(user=secretariat, role=Role.REPORTER, country=france)
    client = client_of(secretariat)
    assert list(client.get("/review/").context["page"]) == []
    assert client.get(address(submitted)).context["can_decide"] is False
    for verb in ["approve/", "return/", "reopen/"]:
        posted = {"version": "2", "comment": COMMENT}
        assert client.post(address(submitted, verb), posted).status_code == 403
    assert ProgressReport.objects.get().status == "submitted"


@pytest.mark.parametrize("person", ["reporter", "focal_point", "neighbour", "viewer", "editor"])
def test_the_review_is_the_secretariats(request, client_of, submitted, person):
    client = client_of(request.getfixturevalue(person))
    events = ReportEvent.objects.count()
    for page in [client.get("/review/"), client.get(address(submitted))]:
        assert page.status_code == 403
        assert submitted.achievements not in page.content.decode()
    for verb in ["approve/", "return/", "reopen/"]:
        posted = {"version": "2", "comment": COMMENT}
        assert client.post(address(submitted, verb), posted).status_code == 403
    assert ReportEvent.objects.count() == events


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_a_report_with_its_country_cannot_be_opened(request, client_of, secretariat, state):
    report = request.getfixturevalue(state)
    page = client_of(secretariat).get(address(report))
    assert page.status_code == 404
    assert report.achievements not in page.content.decode()


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 40])
def test_a_report_that_does_not_exist_is_not_found(client_of, secretariat, submitted, pk):
    client = client_of(secretariat)
    codes = [client.get(f"/review/{pk}/").status_code]
    codes += [
        client.post(f"/review/{pk}/{verb}/", {"version": "2", "comment": COMMENT}).status_code
        for verb in ["approve", "return", "reopen"]
    ]
    assert codes == [404] * 4


def marked(lines, label):
    [segments] = [segments for found, segments, _changed in lines if found == label]
    return [(segment.kind.value, segment.text) for segment in segments]


def test_review_detail_marks_what_changed_since_the_return(
    client_of, secretariat, focal_point, returned
):
    ProgressReport.objects.update(lessons="Begin with ten trainers.")
    returned.refresh_from_db()
    actions.submit_report(report=returned, version=3, by=focal_point)
    page = client_of(secretariat).get(address(returned))
    assert marked(page.context["since_return"], "lessons learned") == [
        ("same", "Begin with "),
        ("removed", "the "),
        ("added", "ten "),
        ("same", "trainers."),
    ]


def test_review_detail_marks_what_differs_from_the_last_approved(client_of, secretariat, submitted):
    before = ReportingRoundFactory(
        framework=submitted.round.framework, closed=True, starts_on=datetime.date(2025, 1, 1)
    )
    ProgressReportFactory(
        round=before,
        objective=submitted.objective,
        country=submitted.country,
        approved=True,
        percent_complete=40,
    )
    page = client_of(secretariat).get(address(submitted))
    assert marked(page.context["since_previous"], "percent complete") == [
        ("removed", "40\N{NO-BREAK SPACE}%"),
        ("added", "60\N{NO-BREAK SPACE}%"),
    ]


@pytest.mark.parametrize("events", [1, 3])
def test_review_detail_takes_the_same_queries_whatever_its_history(
    client_of, secretariat, submitted, django_assert_num_queries, events
):
    ReportEventFactory.create_batch(events, report=submitted)
    client = client_of(secretariat)
    with django_assert_num_queries(9):
        client.get(address(submitted))


def test_approved_reports_can_be_found_again(client_of, secretariat, approved):
    page = client_of(secretariat).get(address(approved))
    assert "The report then no longer counts in the figures" in page.content.decode()


def test_approve_by_get_is_not_allowed(client_of, secretariat, submitted):
    assert client_of(secretariat).get(address(submitted, "approve/")).status_code == 405
    assert actions.ProgressReport.objects.get().status == "submitted"
