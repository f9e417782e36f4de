from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from reporting.sheets import LONGEST, sheet_bytes
from reporting.sources import Source

SOURCE = Source(
    framework="Framework 2022-2025",
    slug="2022-2025",
    round="Second half of 2025",
    round_slug="2025-H2",
    region="",
    region_code="",
    made_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    address="https://portal.example/frameworks/2022-2025/goals/1/",
)


def book(*rows, source=SOURCE, title="Goal 1"):
    content = sheet_bytes(
        title=title, source=source, tables=[("Figures", [["name", "figure"], *rows])]
    )
    return openpyxl.load_workbook(BytesIO(content))


def cells(sheet):
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "1.10", "{=1}", "http://x.example"])
def test_text_stays_text(text):
    assert cells(book([text, 1]).worksheets[0])[1][0] == (text, "s")


def test_numbers_are_numbers_and_nothing_is_empty():
    sheet = book([0, Decimal("48.5")], [None, 1]).worksheets[0]

    assert cells(sheet)[1:] == [[(0, "n"), (48.5, "n")], [(None, "n"), (1, "n")]]


def test_text_that_no_file_takes_is_let_go():
    sheet = book(["a\x00b\x0b", "x" * (LONGEST + 1)]).worksheets[0]

    assert [cell.value for cell in sheet[2]] == ["a b ", "x" * LONGEST]


def test_second_sheet_says_what_the_figures_are():
    about = {row[0].value: row[1].value for row in book([1, 2]).worksheets[1].iter_rows()}

    assert list(about.items())[:7] == [
        ("About", "Goal 1"),
        ("Framework", "Framework 2022-2025"),
        ("Round", "Second half of 2025"),
        ("Region", "all regions"),
        ("Snapshot", "none: the figures as they were when this was made"),
        ("Made at", "2026-01-05 09:30 UTC"),
        ("From", "https://portal.example/frameworks/2022-2025/goals/1/"),
    ]
    assert "fewer than five" in about["Withheld"]
