import datetime

import pytest

from reporting import actions
from tests.factories import (
    EvidenceFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ProgressReportFactory,
    ReportEventFactory,
    ReportingRoundFactory,
    SubmissionFactory,
)
from tests.pages import links, texts
from tests.reporting.views.test_review import COMMENT, address


def row(page, name):
    [found] = [each for each in page.context["rows"] if each.name == name]
    return found


def marked(segments):
    return [(segment.kind.value, segment.text) for segment in segments]


@pytest.fixture
def last_approved(submitted):
    """What France said half a year before."""
    return ProgressReportFactory(
        round=ReportingRoundFactory(
            framework=submitted.round.framework, closed=True, starts_on=datetime.date(2025, 1, 1)
        ),
        objective=submitted.objective,
        country=submitted.country,
        approved=True,
        percent_complete=40,
        lessons="Begin with the best trainers.",
        achievements="Nothing was done.",
        challenges="",
    )


@pytest.fixture
def came_back(submitted, secretariat, focal_point):
    """The same again, with other lessons, after it was returned; version 5."""
    comments = {"lessons": "Which trainers?", "next_steps": "By when?"}
    actions.return_report(
        report=submitted, version=2, by=secretariat, comment=COMMENT, field_comments=comments
    )
    content = {"lessons": "Begin with ten trainers."}
    actions.save_draft(report=submitted, version=3, content=content, by=focal_point)
    EvidenceFactory(report=submitted, title="Timetable")
    actions.submit_report(report=submitted, version=4, by=focal_point)
    return submitted


def test_review_detail_marks_what_changed_since_the_return(
    client_of, secretariat, last_approved, came_back
):
    page = client_of(secretariat).get(address(came_back))
    assert (page.context["since"], marked(row(page, "lessons").now)) == (
        "return",
        [("same", "Begin with "), ("removed", "the "), ("added", "ten "), ("same", "trainers.")],
    )
    assert marked(row(page, "lessons").before) == [("same", "Begin with the best trainers.")]
    assert [each.is_added for each in page.context["evidence"]] == [True]


def test_review_detail_says_at_the_head_what_was_asked_for(client_of, secretariat, came_back):
    page = client_of(secretariat).get(address(came_back))
    [asked] = texts(page, "section", class_="review-asked")
    assert asked.startswith(
        f"What was asked for {COMMENT} Next steps commented on, not changed By when? "
        "Lessons learned commented on, changed Which trainers? "
        "Returned for correction by Selma Secretariat"
    )
    assert links(page, "section", class_="review-asked") == ["#field-next_steps", "#field-lessons"]


def test_review_detail_compares_with_the_copy_that_was_returned(
    client_of, secretariat, focal_point, came_back
):
    actions.withdraw_report(report=came_back, version=5, by=focal_point)
    actions.submit_report(report=came_back, version=6, by=focal_point)
    page = client_of(secretariat).get(address(came_back))
    assert [each.is_changed for each in page.context["returned"].asked] == [False, True]


def test_review_detail_marks_what_differs_from_the_last_approved(
    client_of, secretariat, last_approved, came_back
):
    page = client_of(secretariat).get(address(came_back), {"since": "approved"})
    percent, lessons = row(page, "percent_complete"), row(page, "lessons")
    assert (marked(percent.now), marked(percent.before)) == (
        [("added", "60\N{NO-BREAK SPACE}%")],
        [("removed", "40\N{NO-BREAK SPACE}%")],
    )
    assert marked(lessons.now) == [
        ("same", "Begin with "),
        ("added", "ten "),
        ("same", "trainers."),
    ]
    assert marked(lessons.before) == [
        ("same", "Begin with "),
        ("removed", "the best "),
        ("same", "trainers."),
    ]


def test_review_detail_leaves_a_text_unmarked_of_which_little_stayed(
    client_of, secretariat, last_approved, submitted
):
    page = client_of(secretariat).get(address(submitted))
    anew, new = row(page, "achievements"), row(page, "challenges")
    assert (anew.is_written_anew, marked(anew.now)) == (True, [("same", submitted.achievements)])
    assert (new.is_written_anew, marked(new.now)) == (False, [("same", submitted.challenges)])
    assert row(page, "next_steps").is_unchanged


def test_review_detail_sets_answers_beside_the_last_ones(
    client_of, secretariat, last_approved, submitted
):
    indicators = IndicatorFactory.create_batch(2, objective=submitted.objective, unit="persons")
    IndicatorValueFactory(report=submitted, indicator=indicators[0], value=5, note="")
    for indicator in indicators:
        IndicatorValueFactory(report=last_approved, indicator=indicator, value=4, note="")
    page = client_of(secretariat).get(address(submitted))
    sides = [(marked(each.now), marked(each.before)) for each in page.context["rows"][-3:-1]]
    assert sides == [
        (
            [("added", "5\u00a0"), ("same", "persons")],
            [("removed", "4\u00a0"), ("same", "persons")],
        ),
        ([], [("same", "4\u00a0persons")]),
    ]


@pytest.mark.parametrize("since", ["", "return", "nonsense", "x" * 5000])
def test_review_detail_marks_what_there_is_to_compare(
    client_of, secretariat, last_approved, submitted, since
):
    page = client_of(secretariat).get(address(submitted), {"since": since})
    assert (page.status_code, page.context["since"]) == (200, "approved")


def test_review_detail_says_at_the_top_that_it_came_late(
    client_of, secretariat, framework, objective, france
):
    late_round = ReportingRoundFactory(framework=framework, overdue=True)
    report = ProgressReportFactory(
        submitted=True, round=late_round, objective=objective, country=france
    )
    for at in [late_round.due_at, late_round.opens_at]:
        ReportEventFactory(
            report=report,
            kind="submitted",
            submission=SubmissionFactory(report=report, submitted_at=at),
        )
    page = client_of(secretariat).get(address(report))
    assert texts(page, "span", class_="tag-late") == ["late"]


@pytest.mark.parametrize("events", [1, 3])
def test_review_detail_takes_the_same_queries_whatever_its_history(
    client_of, secretariat, submitted, django_assert_num_queries, events
):
    ReportEventFactory.create_batch(events, report=submitted)
    client = client_of(secretariat)
    with django_assert_num_queries(14):
        client.get(address(submitted))
