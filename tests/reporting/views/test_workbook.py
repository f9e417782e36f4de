"""A round goes out as a workbook and comes back: looked at first, then stored whole."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.serializers import serialize
from django.db import connection

from reporting import actions
from reporting.models import (
    Extension,
    IndicatorValue,
    ProgressReport,
    ReportEvent,
    ReportingRound,
    WorkbookUpload,
)
from tests.factories import (
    ExtensionFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    ProgressReportFactory,
)
from tests.pages import elements, texts
from tests.reporting.test_actions import COMMENT
from tests.workbooks import answer_cells, file_of, fill, opened, place, saved, with_fact

DOWNLOAD = "/reporting/2025-H2/workbook.xlsx"
UPLOAD = "/reporting/2025-H2/workbook/"
STORED = [ProgressReport, IndicatorValue, ReportEvent]


@pytest.fixture
def sheet(client_of, reporter, draft):
    """The reporter's workbook, with France's draft on 1.1 in it."""
    return client_of(reporter).get(DOWNLOAD).content


@pytest.fixture
def shares(objective):
    """An indicator that is asked as numerator and denominator."""
    return IndicatorFactory(objective=objective, aggregation="ratio_of_sums")


def upload(client, content, name="2025-H2-FR.xlsx"):
    return client.post(UPLOAD, {"file": file_of(content, name)})


def upload_answers(client, answers):
    """Downloads, fills in, uploads; returns what was looked at."""
    response = upload(client, fill(client.get(DOWNLOAD).content, answers))
    assert response.status_code == 302, texts(response, "div", class_="invalid-feedback")
    return WorkbookUpload.objects.latest("pk")


def accept(client, found, **fields):
    return client.post(f"/reporting/workbooks/{found.pk}/accept/", fields)


def everything():
    return [serialize("json", model.objects.order_by("pk")) for model in STORED]


def errors(found):
    return [(each["row"], each["column"], each["message"]) for each in found.errors]


def cells_of(found):
    return [
        (cell["key"], cell["before"], cell["after"])
        for change in found.changes
        for cell in change["cells"]
    ]


def test_workbook_is_a_file_to_keep(client_of, reporter, open_round):
    response = client_of(reporter).get(DOWNLOAD)
    assert response["Content-Disposition"] == 'attachment; filename="2025-H2-FR.xlsx"'
    assert response["Content-Type"].endswith("spreadsheetml.sheet")


def test_workbook_asks_for_every_objective_and_indicator(sheet, client_of, reporter, shares):
    IndicatorFactory(objective=shares.objective, reporter="secretariat")
    cells = answer_cells(opened(client_of(reporter).get(DOWNLOAD).content))
    assert len(cells) == 4 * 10 + 4
    assert [cells[f"1.1/{name}"].value for name in ["rating", "percent_complete", "lessons"]] == [
        "On track",
        60,
        "Begin with the trainers.",
    ]
    assert [key for key in cells if key.startswith("1.1.1/")] == [
        "1.1.1/numerator",
        "1.1.1/denominator",
        "1.1.1/kind",
        "1.1.1/note",
    ]


def test_last_approved_answer_stands_beside(client_of, reporter, draft, round_before):
    ProgressReportFactory(
        round=round_before,
        objective=draft.objective,
        country=draft.country,
        approved=True,
        lessons="Said before.",
    )
    book = opened(client_of(reporter).get(DOWNLOAD).content)
    cell = answer_cells(book)["1.1/lessons"]
    assert cell.offset(column=1).value == "Said before."


def test_untouched_workbook_changes_nothing(client_of, reporter, sheet):
    client = client_of(reporter)
    found = upload_answers(client, {})
    assert (found.changes, found.errors) == ([], [])
    page = client.get(f"/reporting/workbooks/{found.pk}/")
    assert "This workbook changes nothing" in texts(page, "p", class_="notice")[0]


def test_upload_shows_every_change_and_stores_none(client_of, reporter, sheet):
    before = everything()
    client = client_of(reporter)
    found = upload_answers(
        client,
        {"1.1/rating": "At risk", "1.1/lessons": None, "1.2/percent_complete": 15},
    )
    page = client.get(f"/reporting/workbooks/{found.pk}/")
    assert texts(page, "td") == [
        "On track",
        "At risk",
        "Begin with the trainers.",
        "emptied",
        "–",
        "15",
    ]
    assert everything() == before


def test_accepted_workbook_is_stored_as_drafts(client_of, reporter, sheet):
    client = client_of(reporter)
    answers = {"1.1/rating": "At risk", "1.1/lessons": None, "1.2/percent_complete": 15}
    found = upload_answers(client, answers)
    response = accept(client, found)
    assert (response.status_code, response.url) == (302, f"/reporting/workbooks/{found.pk}/")
    first, second = ProgressReport.objects.order_by("objective__number")
    assert (first.rating, first.lessons, first.version) == ("at_risk", "", 2)
    assert (second.percent_complete, second.status, second.version) == (15, "draft", 1)
    assert first.achievements == "Two training courses were held."
    assert second.changed_by == reporter


def test_answers_about_indicators_are_stored(client_of, reporter, sheet, shares, objective):
    yes = IndicatorFactory(objective=objective, aggregation="share_yes")
    number = IndicatorFactory(objective=objective, aggregation="mean", unit="score")
    client = client_of(reporter)
    typed = {"1.1.1/numerator": 39, "1.1.1/denominator": 72, "1.1.2/kind": "Yes"}
    accept(client, upload_answers(client, typed | {"1.1.3/value": 3.5}))
    answers = {each.indicator: each for each in IndicatorValue.objects.all()}
    assert answers[shares].value == Decimal("54.1667")
    assert (answers[yes].kind, answers[yes].value) == ("number", 1)
    assert answers[number].value == Decimal("3.5")


def test_answer_that_is_emptied_is_taken_back(client_of, reporter, sheet, draft):
    number = IndicatorFactory(objective=draft.objective)
    IndicatorValueFactory(report=draft, indicator=number, note="")
    client = client_of(reporter)
    accept(client, upload_answers(client, {"1.1.1/value": None}))
    assert IndicatorValue.objects.count() == 0


def test_cells_that_are_wrong_are_named_and_nothing_can_be_accepted(client_of, reporter, sheet):
    IndicatorFactory(objective=ProgressReport.objects.get().objective)
    client = client_of(reporter)
    before = everything()
    found = upload_answers(
        client,
        {
            "1.1/rating": "Splendid",
            "1.1/percent_complete": 101,
            "1.1/lessons": "x" * 10_001,
            "1.1/challenges": "=1+1",
            "1.1.1/value": "many",
            "1.2/lessons": "This one is right.",
        },
    )
    assert [(row, column) for row, column, _ in errors(found)] == [
        (6, "D"),
        (7, "D"),
        (10, "D"),
        (14, "D"),
        (17, "D"),
    ]
    messages = {row: message for row, _, message in errors(found)}
    assert messages[6] == "“Splendid” is not in the list of answers."
    assert messages[14] == "At most 10000 characters, and this has 10001."
    page = client.get(f"/reporting/workbooks/{found.pk}/")
    assert texts(page, "h2")[0] == "5 cells to correct"
    assert texts(page, "b", class_="nowrap")[0] == "Answers, row 6, column D:"
    assert "Save all of this as drafts" not in texts(page, "button")
    assert accept(client, found).status_code == 409
    assert everything() == before


def test_report_with_the_secretariat_is_locked_and_refused(client_of, reporter, submitted):
    client = client_of(reporter)
    content = client.get(DOWNLOAD).content
    assert answer_cells(opened(content))["1.1/lessons"].protection.locked
    found = upload_answers(client, {"1.1/lessons": "Later."})
    assert errors(found) == [
        (14, "D", "The report is with the secretariat (Submitted) and cannot be changed.")
    ]


def test_fields_that_the_reviewer_left_closed_are_refused(
    client_of, reporter, submitted, secretariat
):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment=COMMENT,
        field_comments={"lessons": "Which?"},
        only_commented=True,
    )
    client = client_of(reporter)
    cells = answer_cells(opened(client.get(DOWNLOAD).content))
    locked = [cells[f"1.1/{name}"].protection.locked for name in ["lessons", "challenges"]]
    assert locked == [False, True]
    found = upload_answers(client, {"1.1/lessons": "These.", "1.1/challenges": "Others."})
    assert errors(found) == [
        (10, "D", "Only the fields that the reviewer commented on can be changed.")
    ]


MISTAKEN = [
    ("country", "JP", "This workbook is another country's (JP)."),
    ("round", "2024-H1", "This workbook is for another round (2024-H1), not for 2025-H2."),
    ("framework", "other", "This workbook is for another framework (other)."),
]


def test_workbook_of_another_is_refused(client_of, reporter, sheet):
    client = client_of(reporter)
    for fact, value, message in MISTAKEN:
        response = upload(client, with_fact(sheet, fact, value))
        assert texts(response, "div", class_="invalid-feedback") == [message]
    assert WorkbookUpload.objects.count() == 0


def test_what_is_no_workbook_is_refused_at_the_form(client_of, reporter, open_round):
    client = client_of(reporter)
    for content in [b"", b"no workbook", b"PK\x03\x04" + bytes(99)]:
        response = upload(client, content)
        assert response.status_code == 200
        assert len(texts(response, "div", class_="invalid-feedback")) == 1


def test_form_without_a_file_is_shown_again(client_of, reporter, open_round):
    response = client_of(reporter).post(UPLOAD, {"file": "no file"})
    assert texts(response, "div", class_="invalid-feedback") == ["This field is required."]


def test_row_of_an_objective_that_is_not_asked_is_refused(client_of, reporter, sheet):
    book = opened(sheet)
    title, row, column = place(sheet, "1.2/lessons")
    book[title].cell(row, 1).value = "9.9/lessons"
    book[title].cell(row, 4).value = "Who asked?"
    response = upload(client_of(reporter), saved(book))
    assert response.status_code == 302
    assert errors(WorkbookUpload.objects.get()) == [
        (row, column, "The portal does not ask this (9.9/lessons).")
    ]


def test_file_name_from_afar_does_no_harm(client_of, reporter, sheet):
    client = client_of(reporter)
    for name in ["../<b>x</b>.xlsx", "\u202e" + "a" * 150 + ".xlsx"]:
        page = client.get(upload(client, sheet, name).url)
        assert (page.status_code, texts(page, "h1")) == (200, ["What the workbook changes"])


# Somebody writes meanwhile


def test_answer_of_a_colleague_stays_unless_one_takes_the_workbooks(
    client_of, reporter, focal_point, sheet, draft
):
    client = client_of(reporter)
    content = fill(sheet, {"1.1/lessons": "Mine.", "1.1/challenges": "None."})
    actions.save_draft(report=draft, version=1, content={"lessons": "His."}, by=focal_point)
    upload(client, content)
    found = WorkbookUpload.objects.get()
    assert [(each["key"], each["conflict"]) for each in found.changes] == [
        ("1.1/challenges", False),
        ("1.1/lessons", True),
    ]
    page = client.get(f"/reporting/workbooks/{found.pk}/")
    choices = [dict(each.attributes)["value"] for each in elements(page, "input", type="checkbox")]
    assert choices == ["1.1/lessons"]
    page = client.get(accept(client, found).url)
    assert "left as it is on the portal" in texts(page, "th")[-1]
    report = ProgressReport.objects.get()
    assert (report.lessons, report.challenges) == ("His.", "None.")


def test_answer_of_a_colleague_is_replaced_by_choice(
    client_of, reporter, focal_point, sheet, draft
):
    client = client_of(reporter)
    content = fill(sheet, {"1.1/lessons": "Mine."})
    actions.save_draft(report=draft, version=1, content={"lessons": "His."}, by=focal_point)
    upload(client, content)
    accept(client, WorkbookUpload.objects.get(), replace="1.1/lessons")
    assert ProgressReport.objects.get().lessons == "Mine."


def test_report_that_changed_since_the_check_stops_all_of_it(
    client_of, reporter, focal_point, sheet, draft
):
    client = client_of(reporter)
    found = upload_answers(client, {"1.1/lessons": "Mine.", "1.2/lessons": "New."})
    actions.save_draft(report=draft, version=1, content={"lessons": "His."}, by=focal_point)
    before = everything()
    response = accept(client, found)
    assert response.status_code == 409
    assert texts(response, "li")[-1].startswith("1.1 ")
    assert everything() == before
    client.post(f"/reporting/workbooks/{found.pk}/again/")
    again = WorkbookUpload.objects.latest("pk")
    assert cells_of(again) == [("1.1/lessons", "His.", "Mine."), ("1.2/lessons", "", "New.")]
    assert [change["conflict"] for change in again.changes] == [True, False]
    accept(client, again, replace="1.1/lessons")
    assert [report.lessons for report in ProgressReport.objects.order_by("objective")] == [
        "Mine.",
        "New.",
    ]


def test_accepting_twice_acts_once(client_of, reporter, sheet):
    """R21."""
    client = client_of(reporter)
    found = upload_answers(client, {"1.1/lessons": "Mine.", "1.2/lessons": "New."})
    token = str(uuid.uuid4())
    answers = [accept(client, found, token=token), accept(client, found, token=token)]
    before = everything()
    answers.append(accept(client, found))
    assert [answer.url for answer in answers] == [f"/reporting/workbooks/{found.pk}/"] * 3
    assert everything() == before


def test_importing_twice_changes_nothing_more(client_of, reporter, sheet):
    """R21."""
    client = client_of(reporter)
    content = fill(sheet, {"1.1/lessons": "Mine.", "1.2/lessons": "New."})
    for _ in range(2):
        upload(client, content)
    first, second = WorkbookUpload.objects.order_by("pk")
    accept(client, first)
    before = everything()
    assert accept(client, second).status_code == 409
    upload(client, content)
    assert WorkbookUpload.objects.latest("pk").changes == []
    assert everything() == before


# Rounds, rights, methods


def test_closed_round_locks_all_and_takes_nothing(client_of, reporter, sheet):
    client = client_of(reporter)
    found = upload_answers(client, {"1.1/lessons": "Late."})
    now = datetime.datetime.now(datetime.UTC)
    ReportingRound.objects.update(
        due_at=now - datetime.timedelta(days=1), closes_at=now - datetime.timedelta(hours=1)
    )
    content = client.get(DOWNLOAD).content
    assert answer_cells(opened(content))["1.1/lessons"].protection.locked
    assert upload(client, content).status_code == 409
    before = everything()
    assert accept(client, found).status_code == 409
    assert everything() == before


def test_extension_keeps_the_round_open(client_of, reporter, sheet, open_round, france):
    ReportingRound.objects.update(
        due_at=open_round.opens_at + datetime.timedelta(days=1),
        closes_at=open_round.opens_at + datetime.timedelta(days=2),
    )
    ExtensionFactory(round=open_round, country=france, granted=True)
    assert Extension.objects.count() == 1
    client = client_of(reporter)
    accept(client, upload_answers(client, {"1.1/lessons": "Late."}))
    assert ProgressReport.objects.get().lessons == "Late."


def test_upload_is_its_uploaders_alone(client_of, reporter, focal_point, neighbour, sheet):
    found = upload_answers(client_of(reporter), {"1.1/lessons": "Mine."})
    pages = [f"/reporting/workbooks/{found.pk}/{verb}" for verb in ["", "accept/", "again/"]]
    for person in (focal_point, neighbour):
        client = client_of(person)
        answers = [client.get(pages[0]), client.post(pages[1]), client.post(pages[2])]
        assert [answer.status_code for answer in answers] == [404] * 3
    assert ProgressReport.objects.get().version == 1


def test_workbook_holds_ones_own_country_only(client_of, neighbour, sheet):
    cells = answer_cells(opened(client_of(neighbour).get(DOWNLOAD).content))
    assert {cell.value for cell in cells.values()} == {None}


def test_only_countries_have_workbooks(client, client_of, secretariat, viewer, open_round):
    pages = [DOWNLOAD, UPLOAD, "/reporting/workbooks/1/"]
    for person in (secretariat, viewer):
        assert [client_of(person).get(page).status_code for page in pages] == [403] * 3
    assert [client.get(page).status_code for page in pages] == [302] * 3
    assert client.post(UPLOAD).status_code == 302


def test_wrong_methods_and_rounds(client_of, reporter, open_round):
    client = client_of(reporter)
    assert client.post(DOWNLOAD).status_code == 405
    assert client.get("/reporting/workbooks/1/accept/").status_code == 405
    assert client.get("/reporting/none/workbook.xlsx").status_code == 404
    assert client.get(f"/reporting/workbooks/{10**30}/").status_code == 404


def test_number_of_queries_does_not_grow(
    client_of, reporter, open_round, draft, django_assert_num_queries
):
    client = client_of(reporter)
    # PostgreSQL is asked for the time.
    clock = connection.vendor == "postgresql"
    for number in (1, 3):
        for objective in ObjectiveFactory.create_batch(number, goal=draft.objective.goal):
            report = ProgressReportFactory(
                round=open_round, objective=objective, country=draft.country
            )
            IndicatorValueFactory(report=report)
        with django_assert_num_queries(9 + clock):
            content = client.get(DOWNLOAD).content
    keys = [key for key in answer_cells(opened(content)) if key.endswith("lessons")]
    content = fill(content, dict.fromkeys(keys, "Now."))
    with django_assert_num_queries(10 + clock):
        upload(client, content)
