import datetime
import uuid
from decimal import Decimal

import pytest

from objectives.models import Indicator
from reporting import actions
from reporting.models import IndicatorValue, ProgressReport, SecretariatValue
from tests.factories import (
    ExtensionFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, texts
from tests.reporting.test_actions import COMMENT
from tests.reporting.views.test_desk import overdue
from tests.reporting.views.test_reports import EDIT, SUBMIT, TYPED

AUTOSAVE = f"{EDIT}autosave/"
CONFIRM = f"{EDIT}confirm/"


@pytest.fixture
def indicator(objective):
    """Indicator 1.1.1: how many; a change of more than 10 is asked about."""
    return IndicatorFactory(
        objective=objective, unit="persons", aggregation=Indicator.Aggregation.SUM, tolerance=10
    )


@pytest.fixture
def last_round(open_round):
    return ReportingRoundFactory(
        framework=open_round.framework,
        closed=True,
        slug="2025-H1",
        name="First half of 2025",
        starts_on=datetime.date(2025, 1, 1),
    )


@pytest.fixture
def previous(last_round, objective, france, indicator):
    """France's last approved report on objective 1.1, with 40 persons."""
    report = ProgressReportFactory(
        round=last_round, objective=objective, country=france, approved=True, lessons="Ask early."
    )
    IndicatorValueFactory(report=report, indicator=indicator, value=40, note="Of two schools.")
    return report


@pytest.fixture
def partly_returned(draft, indicator, focal_point, secretariat):
    """Version 3; open are the challenges and indicator 1.1.1."""
    actions.submit_report(report=draft, version=1, by=focal_point)
    comments = {"challenges": "Which authority?", "1.1.1": "Counted how?"}
    actions.return_report(
        report=draft,
        version=2,
        by=secretariat,
        comment="Two things, please.",
        field_comments=comments,
        only_commented=True,
    )
    return draft


def stored_values():
    values = IndicatorValue.objects.filter(report__round__slug="2025-H2")
    return list(values.values_list("kind", "value", "note"))


def test_report_edit_saves_values_with_the_text(client_of, reporter, indicator, open_round):
    typed = TYPED | {"version": "0", "1.1.1-value": "1,234.5", "1.1.1-note": "Since May."}
    client_of(reporter).post(EDIT, typed)
    assert stored_values() == [("number", Decimal("1234.5"), "Since May.")]
    form = client_of(reporter).get(EDIT).context["form"].answers["1.1.1"]
    assert form["value"].value() == "1234.5"


def test_report_edit_keeps_a_value_that_was_not_sent(client_of, reporter, draft, indicator):
    IndicatorValueFactory(report=draft, indicator=indicator, value=7, note="")
    client_of(reporter).post(EDIT, TYPED)
    assert stored_values() == [("number", 7, "")]
    client_of(reporter).post(EDIT, {"version": "2", "1.1.1-value": "", "1.1.1-note": ""})
    assert stored_values() == []


def test_report_edit_shows_a_value_that_it_cannot_read_again(client_of, reporter, draft, indicator):
    page = client_of(reporter).post(EDIT, TYPED | {"1.1.1-value": "1.234,5"})
    [error] = texts(page, "p", class_="field-error")
    assert error == "This cannot be read as a number for certain. Write it like this: 1,234.5"
    assert page.context["faults"] == [("1.1.1", "1.1.1", error)]
    form = page.context["form"]
    assert form.answers["1.1.1"]["value"].value() == "1.234,5"
    assert form["achievements"].value() == TYPED["achievements"]
    assert (page.status_code, stored_values(), ProgressReport.objects.get().version) == (200, [], 1)


@pytest.mark.parametrize("name", ["9.9.9-value", "1.1.1-", "1.1.1-splendid", "-value", "keep-"])
def test_report_edit_makes_nothing_of_fields_that_do_not_exist(
    client_of, reporter, draft, indicator, name
):
    response = client_of(reporter).post(EDIT, TYPED | {name: "1\0"})
    assert (response.status_code, stored_values()) == (302, [])


def test_jump_needs_a_note_before_submission_and_none_before(
    client_of, focal_point, draft, previous
):
    client = client_of(focal_point)
    hint = "The value was 40 before; a change of more than 10 needs a note."
    client.post(EDIT, TYPED | {"1.1.1-value": "60"})
    assert texts(client.get(EDIT), "p", class_="answer-hint") == [f"Before it is submitted: {hint}"]
    assert client.get(SUBMIT).context["missing"] == {"1.1.1": hint}
    page = client.post(SUBMIT, TYPED | {"version": "2", "1.1.1-value": "60"})
    assert page.context["form"].answers["1.1.1"].non_field_errors() == [hint]
    client.post(SUBMIT, TYPED | {"version": "2", "1.1.1-note": "A third school."})
    assert ProgressReport.objects.get(pk=draft.pk).status == "submitted"


def test_unanswered_indicator_does_not_block_and_is_named(client_of, focal_point, draft, indicator):
    client = client_of(focal_point)
    assert "Not answered" in texts(client.get(SUBMIT), "dd")
    client.post(SUBMIT, {"version": "1"})
    receipt = draft.submissions.get()
    assert receipt.content["not_answered"] == [{"indicator": "1.1.1", "name": indicator.name}]
    page = client.get(f"/reporting/submissions/{receipt.receipt_number}/")
    assert "Not answered" in page.content.decode()


def test_report_edit_shows_field_by_field_what_was_approved(client_of, reporter, draft, previous):
    page = client_of(reporter).get(EDIT)
    assert page.context["rows"]["lessons"].before == "Ask early."
    [answer] = page.context["answers"]
    assert (answer.before.value, answer.before.note) == (40, "Of two schools.")


def test_report_edit_folds_a_long_text_of_before(client_of, reporter, draft, previous):
    ProgressReport.objects.filter(pk=previous.pk).update(achievements="word " * 100)
    assert len(elements(client_of(reporter).get(EDIT), "details", class_="before-long")) == 1


def test_report_edit_takes_the_same_queries_whatever_the_number_of_indicators(
    client_of,
    reporter,
    draft,
    previous,
    indicator,
    django_assert_max_num_queries,
    django_assert_num_queries,
):
    client = client_of(reporter)
    IndicatorValueFactory(report=draft, indicator=indicator)
    with django_assert_max_num_queries(17) as one:
        client.get(EDIT)
    for _ in range(3):
        new = IndicatorFactory(objective=draft.objective)
        IndicatorValueFactory(report=draft, indicator=new)
        IndicatorValueFactory(report=previous, indicator=new)
        IndicatorFactory(objective=draft.objective, reporter=Indicator.Reporter.SECRETARIAT)
    with django_assert_num_queries(len(one)):
        client.get(EDIT)


def test_report_edit_shows_what_the_secretariat_holds(
    client_of, reporter, open_round, last_round, objective
):
    held = IndicatorFactory(objective=objective, reporter=Indicator.Reporter.SECRETARIAT)
    later = ReportingRoundFactory(
        framework=open_round.framework, ahead=True, starts_on=datetime.date(2026, 1, 1)
    )
    for each, value in [(last_round, 70), (later, 90)]:
        SecretariatValue.objects.create(round=each, indicator=held, value=value)
    page = client_of(reporter).get(EDIT)
    [(indicator, latest)] = page.context["held"]
    assert (indicator, latest.value, list(page.context["answers"])) == (held, 70, [])


def test_report_confirm_repeats_the_last_approved_report_and_is_marked(
    client_of, reporter, previous
):
    response = client_of(reporter).post(CONFIRM, {"version": "0"})
    report = ProgressReport.objects.get(round__slug="2025-H2")
    assert (response.status_code, response.url, report.confirms) == (302, SUBMIT, previous)
    assert (report.lessons, stored_values()) == (
        "Ask early.",
        [("number", 40, "Of two schools.")],
    )
    for address in (SUBMIT, f"/reporting/reports/{report.pk}/"):
        page = client_of(reporter).get(address)
        assert texts(page, "p", class_="confirms") == [
            "Confirmed unchanged since First half of 2025"
        ]


def test_receipt_says_that_it_was_confirmed(client_of, focal_point, previous):
    client = client_of(focal_point)
    client.post(CONFIRM, {"version": "0"})
    client.post(SUBMIT, {"version": "1"})
    page = client.get("/reporting/submissions/2025-H2-FR-1.1-1/")
    [line] = [line for line in page.context["lines"] if line.key == "confirms"]
    assert line.value == "2025-H1"


def test_report_confirm_twice_acts_once(client_of, reporter, previous):
    posted = {"version": "0", "token": str(uuid.uuid4())}
    answers = [client_of(reporter).post(CONFIRM, posted) for _ in range(2)]
    assert [answer.url for answer in answers] == [SUBMIT, SUBMIT]
    assert ProgressReport.objects.get(round__slug="2025-H2").version == 1


@pytest.mark.parametrize("version", ["1", "7", "", "abc"])
def test_report_confirm_of_what_is_not_as_it_was_does_nothing(
    client_of, reporter, previous, version
):
    response = client_of(reporter).post(CONFIRM, {"version": version})
    assert (response.status_code, ProgressReport.objects.count()) == (409, 1)


def test_report_confirm_never_replaces_a_text(client_of, reporter, previous, draft):
    response = client_of(reporter).post(CONFIRM, {"version": "1"})
    draft.refresh_from_db()
    assert (response.status_code, draft.version, draft.confirms) == (409, 1, None)


def test_report_confirm_without_an_approved_report_does_nothing(
    client_of, reporter, indicator, open_round
):
    response = client_of(reporter).post(CONFIRM, {"version": "0"})
    assert (response.status_code, ProgressReport.objects.count()) == (409, 0)


def test_report_confirm_is_for_the_country(client_of, client, neighbour, secretariat, previous):
    assert client_of(neighbour).post(CONFIRM, {"version": "0"}).status_code == 409
    assert client_of(secretariat).post(CONFIRM, {"version": "0"}).status_code == 403
    assert client.get(CONFIRM).status_code == 302
    assert client_of(neighbour).get(CONFIRM).status_code == 405
    assert ProgressReport.objects.count() == 1


def test_report_edit_takes_over_the_last_report_and_stores_nothing(client_of, reporter, previous):
    page = client_of(reporter).get(f"{EDIT}?from=last")
    form = page.context["form"]
    assert (form["lessons"].value(), form.answers["1.1.1"]["value"].value()) == ("Ask early.", "40")
    assert (form["version"].value(), ProgressReport.objects.count()) == (0, 1)


def test_report_edit_never_takes_over_where_there_is_a_text(client_of, reporter, previous, draft):
    page = client_of(reporter).get(f"{EDIT}?from=last")
    assert page.context["form"]["lessons"].value() == draft.lessons
    assert not page.context["can_begin_from_previous"]


def test_partial_return_closes_all_but_the_commented_fields(client_of, reporter, partly_returned):
    page = client_of(reporter).get(EDIT)
    rows = page.context["rows"]
    assert [name for name, row in rows.items() if row.is_open] == ["challenges"]
    assert (rows["challenges"].comment, page.context["answers"][0].comment) == (
        "Which authority?",
        "Counted how?",
    )
    open_ones = [
        dict(area.attributes)["name"]
        for area in elements(page, "textarea")
        if "disabled" not in dict(area.attributes)
    ]
    assert open_ones == ["challenges", "1.1.1-note"]


def test_partial_return_takes_what_is_open(client_of, reporter, partly_returned):
    typed = {"version": "3", "challenges": "The customs authority.", "1.1.1-value": "5"}
    assert client_of(reporter).post(EDIT, typed).status_code == 302
    assert ProgressReport.objects.get().challenges == "The customs authority."
    assert stored_values() == [("number", 5, "")]


@pytest.mark.parametrize("address", [EDIT, AUTOSAVE])
def test_partial_return_refuses_what_is_closed(client_of, reporter, partly_returned, address):
    typed = {"version": "3", "lessons": "Something else.", "challenges": "The customs authority."}
    page = client_of(reporter).post(address, typed)
    assert "Only the fields that the reviewer commented on can be changed." in page.content.decode()
    assert ProgressReport.objects.get().version == 3


def test_closed_indicator_is_refused_too(client_of, reporter, partly_returned):
    IndicatorFactory(objective=partly_returned.objective, aggregation="sum")
    page = client_of(reporter).post(EDIT, {"version": "3", "1.1.2-value": "5"})
    assert list(page.context["form"].refused_answers) == ["1.1.2"]
    assert stored_values() == []


def test_reason_stays_when_a_correction_was_withdrawn(client_of, focal_point, partly_returned):
    actions.submit_report(report=partly_returned, version=3, by=focal_point)
    actions.withdraw_report(report=partly_returned, version=4, by=focal_point)
    page = client_of(focal_point).get(EDIT)
    assert page.context["last_return"].comment == "Two things, please."


def test_reason_stays_when_a_correction_is_not_complete(client_of, focal_point, returned):
    """It is marked as handed in before its answers are looked at, and that is taken back."""
    IndicatorFactory(objective=returned.objective, denominator="cases", aggregation="ratio_of_sums")
    typed = TYPED | {"version": "3", "1.1.1-numerator": "5", "1.1.1-denominator": "3"}
    page = client_of(focal_point).post(SUBMIT, typed)
    assert page.context["report"].status == "returned"
    assert page.context["last_return"].comment == COMMENT
    assert page.context["form"].answers["1.1.1"].non_field_errors()
    assert ProgressReport.objects.get().version == 3


def test_first_report_that_is_not_complete_stays_a_new_one(
    client_of, focal_point, indicator, open_round
):
    page = client_of(focal_point).post(SUBMIT, TYPED | {"version": "0", "rating": ""})
    assert (page.context["report"].pk, page.context["report"].version) == (None, 0)
    assert not ProgressReport.objects.exists()


def test_what_was_withdrawn_is_not_too_late(client_of, focal_point, submitted):
    overdue(submitted.round)
    assert not client_of(focal_point).get(EDIT).context.get("is_too_late")
    actions.withdraw_report(report=submitted, version=2, by=focal_point)
    assert not client_of(focal_point).get(EDIT).context["is_too_late"]


@pytest.mark.parametrize("status", ["withdrawn", "returned"])
def test_what_was_handed_in_once_can_be_submitted_late(client_of, focal_point, request, status):
    report = request.getfixturevalue("returned" if status == "returned" else "submitted")
    if status == "withdrawn":
        actions.withdraw_report(report=report, version=2, by=focal_point)
    overdue(report.round)
    page = client_of(focal_point).get(SUBMIT)
    assert page.context["in_time"]
    assert "Submit to the secretariat" in page.content.decode()


def test_what_was_never_handed_in_is_too_late(client_of, focal_point, draft):
    overdue(draft.round)
    page = client_of(focal_point).get(EDIT)
    assert "your country needs more time" in page.content.decode()


def test_report_edit_of_a_closed_round_is_open_with_an_extension(
    client_of, reporter, framework, objective, france
):
    late = ReportingRoundFactory(framework=framework, slug="2025-H2", closed=True)
    assert elements(client_of(reporter).get(EDIT), "textarea") == []
    ExtensionFactory(round=late, country=france, granted=True)
    assert len(elements(client_of(reporter).get(EDIT), "textarea")) == 5
