import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.exports import cell, csv_text


def read(text):
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_begins_with_the_mark_for_utf_8():
    assert csv_text([["é"]]) == "\ufeffé\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_cell_quotes_what_a_spreadsheet_would_run(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text",
    ["Done;=1+1", "Done\n=1+1\nMore", "Done\t@SUM(A1)", "=1;=1", 'Said "so", done;+1', "a;\n-1"],
)
def test_no_cell_begins_a_formula_whatever_parts_the_cells(text, separator):
    """A spreadsheet goes by its country, and not by the comma that is in the file."""
    found = csv.reader(StringIO(csv_text([["2025-H2", text, "FR"]])[1:]), delimiter=separator)

    starts = {cell.strip()[:1] for line in found for cell in line}
    assert not starts & {*"=+-@"}


@pytest.mark.parametrize("text", ["", "1.1", "a=b", " words", "−1.0", "a; b", "A - B"])
def test_cell_leaves_other_text_alone(text):
    assert cell(text) == text


@pytest.mark.parametrize("number", [0, -1.5, 112])
def test_cell_leaves_numbers_alone(number):
    assert cell(number) == number


def test_cell_of_nothing_is_empty():
    assert cell(None) == ""


def test_zero_and_nothing_stay_apart():
    assert read(csv_text([[0, None]])) == [["0", ""]]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")))))
def test_csv_keeps_every_word(rows):
    rows = [["first", *row] for row in rows]

    kept = [[value.replace("'", "") for value in row] for row in read(csv_text(rows))]

    assert kept == [[value.replace("'", "") for value in row] for row in rows]
