import contextlib
import datetime
import os
import random
import time

import pytest

from reporting.workbook.layout import ANSWER, HIDDEN_SHEET, KEY
from reporting.workbook.limits import Unreadable
from reporting.workbook.reading import read
from tests.workbooks import answer_cells, answers_in, fill, opened, repacked, saved, with_fact

# Damaged files to try; `FUZZ=500 pytest tests/reporting/workbook -k bytes` tries more.
FUZZ = int(os.environ.get("FUZZ", "12"))


def problems(content):
    return [(each.row, each.column, each.message) for each in read(content).problems]


def refusal(content):
    with pytest.raises(Unreadable) as refused:
        read(content)
    return str(refused.value)


def test_it_says_whose_answers_to_what_these_are(workbook):
    identity = read(workbook).identity
    assert (identity.framework, identity.round, identity.country) == ("2022-2025", "2025-H2", "FR")
    assert identity.versions == {"1.1": 3}


def test_choice_is_read_by_its_label_in_the_language_it_was_written_in(workbook):
    cells = {cell.key: cell for cell in read(fill(workbook, {"1.1/rating": " at RISK "})).cells}
    assert (cells["1.1/rating"].value, cells["1.1/rating"].is_touched) == ("at_risk", True)


def test_percentage_as_a_spreadsheet_stores_it_is_read_as_it_is_shown(workbook):
    book = opened(workbook)
    cell = answer_cells(book)["1.1/percent_complete"]
    cell.value, cell.number_format = 0.75, "0%"
    cells = {each.key: each.value for each in read(saved(book)).cells}
    assert cells["1.1/percent_complete"] == 75


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("=1+1", "This cell holds a formula. Please put its result there instead."),
        ("#REF!", "This cell holds an error of the spreadsheet (#…). Please correct it."),
        (
            datetime.date(2025, 1, 2),
            "This cell holds a date or a time. Please write it as text, or as a number.",
        ),
    ],
)
def test_cell_of_another_kind_is_refused_by_its_place(workbook, value, message):
    assert problems(fill(workbook, {"1.1/achievements": value})) == [(8, "D", message)]


def test_columns_may_be_moved_and_sheets_renamed(workbook):
    book = opened(workbook)
    sheet = answers_in(book)
    sheet.title = "Mes réponses"
    sheet.move_range("D1:D9", cols=4)
    sheet["H8"] = "Moved."
    cells = {cell.key: cell for cell in read(saved(book)).cells}
    moved = cells["1.1/achievements"]
    assert (moved.sheet, moved.row, moved.column, moved.value) == (
        "Mes réponses",
        8,
        "H",
        "Moved.",
    )


def test_row_that_is_there_twice_is_refused(workbook):
    book = opened(workbook)
    answers_in(book).cell(9, KEY + 1).value = "1.1/rating"
    assert problems(saved(book)) == [(9, "D", "This row is there twice: the first is row 6.")]


def test_answer_in_a_row_of_no_question_is_refused(workbook):
    book = opened(workbook)
    answers_in(book).cell(12, ANSWER + 1).value = "Where does this belong?"
    message = "This row is not one of the portal's; please empty it."
    assert problems(saved(book)) == [(12, "D", message)]


def test_row_that_was_deleted_changes_nothing(workbook):
    book = opened(workbook)
    answers_in(book).delete_rows(7)
    filled = read(saved(book))
    assert [cell.key for cell in filled.cells if cell.is_touched] == []
    assert (len(filled.cells), filled.problems) == (3, [])


def test_sheet_of_another_version_is_refused(workbook):
    assert "older version" in refusal(with_fact(workbook, HIDDEN_SHEET, "0"))


@pytest.mark.parametrize("gone", [HIDDEN_SHEET, "Answers"])
def test_workbook_without_a_sheet_it_needs_is_refused(workbook, gone):
    book = opened(workbook)
    del book[gone]
    assert "Please download" in refusal(saved(book))


def test_workbook_without_its_hidden_row_is_refused(workbook):
    book = opened(workbook)
    answers_in(book).delete_rows(1)
    assert "Please download" in refusal(saved(book))


def test_workbook_without_its_column_of_answers_is_refused(workbook):
    book = opened(workbook)
    answers_in(book).delete_cols(ANSWER + 1)
    assert "The column of answers is gone" in refusal(saved(book))


def test_number_that_is_none_is_left_to_be_refused(workbook):
    huge = b"<v>" + b"9" * 400 + b"</v>"
    sheet = "xl/worksheets/sheet1.xml"
    content = repacked(workbook, {sheet: lambda text: text.replace(b"<v>60</v>", huge)})
    cells = {cell.key: cell.value for cell in read(content).cells}
    assert cells["1.1/percent_complete"] == "9" * 50


def test_more_rows_than_there_can_be_are_refused(workbook, monkeypatch):
    monkeypatch.setattr("reporting.workbook.reading.MAX_ROWS", 9)
    assert len(read(workbook).cells) == 4
    monkeypatch.setattr("reporting.workbook.reading.MAX_ROWS", 8)
    assert "much larger" in refusal(workbook)


def damaged(content, rng):
    """A copy with a few bytes changed, a piece cut out or doubled."""
    spoilt = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at, length = rng.randrange(len(spoilt)), rng.randint(1, 200)
        match rng.randrange(4):
            case 0:
                spoilt[at] ^= 1 << rng.randrange(8)
            case 1:
                del spoilt[at : at + length]
            case 2:
                spoilt[at:at] = spoilt[at : at + length]
            case _:
                spoilt[at : at + length] = rng.randbytes(length)
        if not spoilt:
            break
    return bytes(spoilt)


def test_damaged_bytes_are_refused_or_read_and_never_more(workbook):
    rng = random.Random(2025)
    slowest = 0.0
    for _ in range(FUZZ):
        content = damaged(workbook, rng)
        began = time.monotonic()
        with contextlib.suppress(Unreadable):
            read(content)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 5
