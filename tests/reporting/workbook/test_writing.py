import os
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.workbook.layout import HIDDEN_SHEET, Takes
from reporting.workbook.reading import read
from tests.reporting.workbook.conftest import RATINGS, asked, written
from tests.workbooks import answer_cells, answers_in, fill, opened


def test_text_that_looks_like_a_formula_is_text():
    starts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://evil.example/"]
    content = written(*(asked(f"text{n}", Takes.TEXT, text) for n, text in enumerate(starts)))
    cells = answer_cells(opened(content)).values()
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [
        (text, "s", None) for text in starts
    ]


def test_only_what_is_to_be_filled_in_is_unlocked(workbook):
    book = opened(workbook)
    unlocked = [
        cell.coordinate
        for row in answers_in(book).iter_rows()
        for cell in row
        if not cell.protection.locked
    ]
    assert unlocked == ["D6", "D7", "D8"]
    assert [sheet.protection.sheet for sheet in book] == [True] * 3


def test_keys_are_hidden_and_the_header_stays_in_sight(workbook):
    book = opened(workbook)
    sheet = answers_in(book)
    assert (sheet.column_dimensions["A"].hidden, sheet.row_dimensions[1].hidden) == (True, True)
    assert book[HIDDEN_SHEET].sheet_state == "hidden"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A5", "$4:$4")


def test_each_cell_says_what_it_takes(workbook):
    validations = answers_in(opened(workbook)).data_validations.dataValidation
    assert [(str(each.sqref), each.type) for each in validations] == [
        ("D6", "list"),
        ("D7", "whole"),
        ("D8", "textLength"),
    ]
    assert validations[0].formula1 == f"'{HIDDEN_SHEET}'!$D$6:$D$7"


def test_sheets_run_from_right_to_left_where_the_language_does():
    book = opened(written(asked("lessons", Takes.TEXT), right_to_left=True))
    views = [bool(sheet.sheet_view.rightToLeft) for sheet in book.worksheets]
    assert views == [True, True, False]


SPEAKABLE = st.text(max_size=60)
# `EXAMPLES=200 pytest tests/reporting/workbook` looks longer.
EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
NUMBERS = st.decimals(min_value=-(10**10), max_value=10**10, places=4)


@given(st.tuples(SPEAKABLE, SPEAKABLE, NUMBERS | st.none(), st.integers(0, 100) | st.none()))
@settings(max_examples=EXAMPLES)
def test_what_was_written_comes_back_untouched_from_another_program(values):
    text, other, number, percent = values
    content = written(
        asked("rating", Takes.CHOICE, "at_risk", choices=RATINGS),
        asked("achievements", Takes.TEXT, text),
        asked("lessons", Takes.TEXT, other),
        asked("value", Takes.NUMBER, number),
        asked("percent_complete", Takes.PERCENT, percent),
    )
    for again in (content, fill(content, {})):
        filled = read(again)
        assert [cell.key for cell in filled.cells if cell.is_touched] == []
        assert (len(filled.cells), filled.problems) == (5, [])


@given(st.dictionaries(st.sampled_from(["achievements", "lessons", "challenges"]), SPEAKABLE))
@settings(max_examples=EXAMPLES)
def test_exactly_the_cells_that_were_changed_are_touched(changes):
    content = written(
        *(asked(name, Takes.TEXT, "Before.") for name in ["achievements", "lessons", "challenges"]),
        asked("value", Takes.NUMBER, Decimal("61.5000")),
    )
    typed = {f"1.1/{name}": f"A{text}B" for name, text in changes.items()}
    # openpyxl writes no control characters, and takes "=" for a formula.
    typed = {key: "".join(filter(str.isprintable, text)) for key, text in typed.items()}
    cells = read(fill(content, typed)).cells
    assert {cell.key: cell.value for cell in cells if cell.is_touched} == typed
