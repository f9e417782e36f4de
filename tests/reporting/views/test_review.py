import datetime

import pytest

from members.models import Role
from reporting.models import ProgressReport, ReportEvent
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    ProgressReportFactory,
    ReportEventFactory,
    ReportingRoundFactory,
    SubmissionFactory,
)
from tests.pages import elements, links, text, texts, walk

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


def test_review_queue_says_which_indicators_have_no_answer(client_of, secretariat, submitted):
    IndicatorFactory(objective=submitted.objective)
    page = client_of(secretariat).get("/review/")
    assert texts(page, "span", class_="gaps") == ["1 of 1 indicator not answered"]


@pytest.mark.parametrize("reports", [1, 3])
def test_review_queue_takes_the_same_queries_whatever_its_length(
    client_of, secretariat, open_round, django_assert_num_queries, reports
):
    submitted_reports(reports, round=open_round)
    client = client_of(secretariat)
    with django_assert_num_queries(9):
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


@pytest.mark.parametrize("typed", [{"comment-lessons": "For whom?"}, {"comment": "No."}])
def test_report_approve_asks_before_it_drops_a_comment(client_of, secretariat, submitted, typed):
    client = client_of(secretariat)
    page = client.post(address(submitted, "approve/"), {"version": "2"} | typed)
    shown = {dict(each.attributes)["name"]: text(each) for each in elements(page, "textarea")}
    assert (page.status_code, ProgressReport.objects.get().status) == (200, "submitted")
    assert [*typed.values()] == texts(page, "dd")[:1] == [shown[name] for name in typed]
    client.post(address(submitted, "approve/"), {"version": "2", "without_comments": "1"} | typed)
    assert ProgressReport.objects.get().status == "approved"


def test_report_approve_minds_no_empty_comment(client_of, secretariat, submitted):
    posted = {"version": "2", "comment": " ", "comment-lessons": "", "open_for": "all"}
    client_of(secretariat).post(address(submitted, "approve/"), posted)
    assert ProgressReport.objects.get().status == "approved"


def test_comments_go_along_with_every_decision(client_of, secretariat, submitted):
    page = client_of(secretariat).get(address(submitted))
    [approve] = [each for each in elements(page, "button") if text(each) == "Approve"]
    said = dict(approve.attributes)
    assert (said["form"], said["formaction"]) == ("return-form", address(submitted, "approve/"))
    # The first button is the one that Enter presses.
    buttons = [text(each) for each in elements(page, "button")]
    assert buttons.index("Return to the country") < buttons.index("Approve")


def test_approved_reports_can_be_found_again(client_of, secretariat, approved):
    page = client_of(secretariat).get(address(approved))
    assert "The report then no longer counts in the figures" in page.content.decode()


def test_approve_by_get_is_not_allowed(client_of, secretariat, submitted):
    assert client_of(secretariat).get(address(submitted, "approve/")).status_code == 405
    assert ProgressReport.objects.get().status == "submitted"


def return_with(client, report, **posted):
    fields = {"version": str(report.version), "comment": COMMENT}
    return client.post(address(report, "return/"), fields | posted)


def test_report_return_says_what_is_wrong_at_single_fields(client_of, secretariat, submitted):
    [asked, ours] = [
        IndicatorFactory(objective=submitted.objective, reporter=who)
        for who in ["country", "secretariat"]
    ]
    comments = {
        "comment-lessons": "  For whom?\r\nSay so.  ",
        f"comment-{asked.code}": "Which year?",
        f"comment-{ours.code}": "Nobody asks you.",
        "comment-status": "approved",
        "comment-challenges": "   ",
    }
    return_with(client_of(secretariat), submitted, **comments)
    submitted.refresh_from_db()
    said = {"lessons": "For whom?\nSay so.", asked.code: "Which year?"}
    assert submitted.events.last().field_comments == said
    assert submitted.open_fields is None


def test_report_return_opens_only_the_commented_fields(client_of, secretariat, submitted):
    posted = {"comment-lessons": "For whom?", "comment-rating": "Why?", "open_for": "commented"}
    return_with(client_of(secretariat), submitted, **posted)
    submitted.refresh_from_db()
    assert submitted.open_fields == [
        "challenges",
        "lessons",
        "next_steps",
        "not_applicable_reason",
        "percent_complete",
        "rating",
    ]


@pytest.mark.parametrize(
    ("posted", "errors"),
    [
        ({"open_for": "commented"}, ["open_for"]),
        ({"open_for": "nothing", "comment-lessons": "For whom?"}, ["open_for"]),
        ({"open_for": "commented", "comment-lessons": "x" * 2001}, ["comment-lessons"]),
        ({"comment": "short", "comment-evidence": "Which annex?"}, ["comment"]),
    ],
)
def test_report_return_shows_every_comment_again(client_of, secretariat, submitted, posted, errors):
    page = return_with(client_of(secretariat), submitted, **posted)
    assert (page.status_code, list(page.context["form"].errors)) == (200, errors)
    shown = {dict(each.attributes)["name"]: text(each) for each in elements(page, "textarea")}
    typed = {name: value for name, value in posted.items() if name.startswith("comment")}
    assert typed.items() <= shown.items()
    fields = [each for each in elements(page, "details") if elements_in(each, "textarea")]
    opened = [each for each in fields if "open" in dict(each.attributes)]
    assert len(opened) == len([name for name in typed if name != "comment"])


def elements_in(element, name):
    return [each for each in walk(element) if each.name == name]


def test_the_slower_reviewer_sees_his_comments_on_fields(client_of, secretariat, returned):
    posted = {"version": "2", "comment-lessons": "Which lessons do you mean?"}
    page = return_with(client_of(secretariat), returned, **posted)
    assert page.status_code == 409
    assert texts(page, "dl", class_="field-comments") == [
        "Lessons learned Which lessons do you mean?"
    ]


def test_history_names_the_fields_that_were_commented_on(client_of, reporter, secretariat, draft):
    said = {"evidence": "Which annex?", "1.1.10": "Ten?", "1.1.2": "Two?", "rating": "Why?"}
    ReportEventFactory(report=draft, kind="returned", field_comments=said)
    page = client_of(reporter).get("/reporting/2025-H2/1.1/history/")
    assert texts(page, "dl", class_="field-comments") == [
        "Rating Why? Indicator 1.1.2 Two? Indicator 1.1.10 Ten? Evidence Which annex?"
    ]


def test_who_entered_a_report_does_not_decide_on_it(client_of, secretariat, submitted):
    ProgressReport.objects.update(entered_by=secretariat)
    client = client_of(secretariat)
    page = client.get(address(submitted))
    assert texts(page, "p", class_="notice") == [
        "You cannot decide on this report: you have entered it yourself. A colleague decides."
    ]
    assert client.post(address(submitted, "approve/"), {"version": "2"}).status_code == 403
    pair = {"report": f"{submitted.pk}:2"}
    assert client.post("/review/approve/", pair).status_code == 404
    assert ProgressReport.objects.get().status == "submitted"


def test_review_leads_to_the_next_report_of_the_narrowed_queue(client_of, secretariat, open_round):
    first, second, third = submitted_reports(3, round=open_round)
    third.country = first.country
    third.save()
    query = f"?country={first.country.iso2}"
    client = client_of(secretariat)
    page = client.get(address(first) + query)
    assert page.context["next"] == third
    assert client.get(address(first)).context["next"] == second
    assert client.get(address(third)).context["next"] == first
    response = client.post(address(first, "approve/") + query, {"version": "2"}, follow=True)
    assert response.redirect_chain == [(f"/review/{query}", 302)]
    assert links(response, "div", class_="alert") == [
        f"/review/{first.pk}/",
        f"/review/{third.pk}/{query}",
    ]


def test_review_queue_marks_what_came_late_and_what_came_by_post(
    client_of, secretariat, france, framework
):
    late_round = ReportingRoundFactory(framework=framework, overdue=True)
    late, corrected = ProgressReportFactory.create_batch(2, submitted=True, round=late_round)
    by_post = ProgressReportFactory(
        submitted=True, entered_by=MembershipFactory(role=Role.REVIEWER).user
    )
    SubmissionFactory(report=by_post, submitted_at=by_post.round.opens_at)
    SubmissionFactory(report=late, submitted_at=late_round.due_at)
    SubmissionFactory(report=corrected, submitted_at=late_round.opens_at)
    SubmissionFactory(report=corrected)
    page = client_of(secretariat).get("/review/")
    assert texts(page, "span", class_="tag") == ["entered by the secretariat", "late"]


def test_approved_ones_are_those_of_one_round(client_of, secretariat, approved, round_before):
    earlier = ProgressReportFactory(
        round=round_before, objective=approved.objective, country=approved.country, approved=True
    )
    ours = client_of(secretariat)

    page = ours.get("/review/?state=approved")

    assert [each.pk for each in page.context["page"]] == [approved.pk]
    assert page.context["form"]["round"].value() == "2025-H2"
    older = ours.get("/review/?state=approved&round=2025-H1")
    assert [each.pk for each in older.context["page"]] == [earlier.pk]
