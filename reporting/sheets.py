"""Figures as a workbook: a sheet of figures, and one that says what they are.

Text is always written as text: what begins with = + - @ is no formula. A row is written and
forgotten, so that the number of rows costs no memory.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reporting.sources import Source
from reporting.workbook.layout import speakable
from reporting.workbook.writing import NAVY, set_up_print, sheet_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes in one cell.
LONGEST = 32_767
NARROW, WIDE, WIDEST = 13, 24, 90


def sheet_bytes(
    *,
    title: str,
    source: Source,
    tables: Sequence[tuple[str, Iterable[Sequence[object]]]],
    right_to_left: bool = False,
    notes: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A sheet for each of `tables`, (its name, its rows); the first row names the columns.

    A last one says what they are; `notes`, (label, words), stand there for those of figures.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    book.set_properties({"title": speakable(title), "created": source.made_at.replace(tzinfo=None)})
    header = book.add_format(
        {"bold": True, "bg_color": NAVY, "font_color": "#FFFFFF", "text_wrap": True}
    )
    bold = book.add_format({"bold": True, "valign": "top"})
    for number, (name, rows) in enumerate(tables, start=1):
        sheet = add_sheet(book, name, number, title, right_to_left)
        write_figures(sheet, rows, header)
    about = add_sheet(book, _("About this file"), len(tables) + 1, title, right_to_left)
    facts = [(_("About"), title), *source.facts(), *(notes or notes_of_figures())]
    write_facts(about, facts, bold, book.add_format({"text_wrap": True}))
    book.close()
    return out.getvalue()


def add_sheet(
    book: xlsxwriter.Workbook, name: str, number: int, title: str, right_to_left: bool
) -> Worksheet:
    sheet = book.add_worksheet(sheet_name(name, str(number)))
    if right_to_left:
        sheet.right_to_left()
    set_up_print(sheet, title)
    return sheet


def write_figures(sheet: Worksheet, rows: Iterable[Sequence[object]], header: Format) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    lines = iter(rows)
    names = next(lines)
    sheet.set_column(0, len(names) - 1, NARROW)
    for column, name in enumerate(names):
        write(sheet, 0, column, name, header)
    last = 0
    for last, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            write(sheet, last, column, value)
    sheet.autofilter(0, 0, last, len(names) - 1)


def notes_of_figures() -> list[tuple[str, str]]:
    withheld = _(
        "Figures about fewer than five countries, and those they could be worked out from, are "
        "withheld: their cells are empty, and the last column says so."
    )
    return [(_("Withheld"), withheld), (_("What counts"), _("Only approved reports count."))]


def write_facts(
    sheet: Worksheet, facts: Sequence[tuple[str, str]], bold: Format, wrapped: Format
) -> None:
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 1, WIDEST)
    for row, (label, value) in enumerate(facts):
        write(sheet, row, 0, label, bold)
        write(sheet, row, 1, value, wrapped)


def write(
    sheet: Worksheet, row: int, column: int, value: object, shape: Format | None = None
) -> None:
    """Numbers as numbers, nothing as an empty cell, and all else as the text that it is."""
    if isinstance(value, (int, float, Decimal)):
        sheet.write_number(row, column, value, shape)
    elif value not in (None, ""):
        sheet.write_string(row, column, speakable(str(value))[:LONGEST], shape)
