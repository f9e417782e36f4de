"""Reads a workbook that came back: the answer cells by their keys, and what is wrong with them."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from reporting.workbook.layout import (
    FORMAT,
    HEADER_ROW,
    HIDDEN_SHEET,
    KEYS_OF_COLUMNS,
    KEYS_ROW,
    Cell,
    Filled,
    Identity,
    Problem,
    Value,
    read_back,
)
from reporting.workbook.limits import (
    MAX_SIZE,
    OLD_OR_ENCRYPTED,
    Unreadable,
    not_a_workbook,
    require_harmless,
    too_large,
)

MAX_ROWS, MAX_COLUMNS = 5_000, 60
# Beyond it a spreadsheet's numbers are inexact; they are left to be refused as text.
LARGEST = 1e15


class Note:
    """What the hidden sheet says."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.choices: dict[tuple[str, str], str] = {}
        # What each cell held, and from which list it is chosen.
        self.cells: dict[str, tuple[str, str]] = {}


def read(content: bytes) -> Filled:
    """Raises Unreadable for a file that is no workbook of this portal; never anything else."""
    if len(content) > MAX_SIZE:
        raise Unreadable(_("This file is larger than 5 MB."))
    if content.startswith(OLD_OR_ENCRYPTED):
        raise Unreadable(
            _(
                "This file is protected by a password or in an old format. "
                "Please save it as .xlsx, without a password."
            )
        )
    with warnings.catch_warnings():
        # openpyxl warns of what it leaves out; we only want the cells.
        warnings.simplefilter("ignore")
        try:
            return opened(content)
        except Unreadable:
            raise
        except Exception as error:
            # A damaged file makes zipfile and openpyxl fail in too many ways to name.
            raise not_a_workbook() from error


def opened(content: bytes) -> Filled:
    with ZipFile(BytesIO(content)) as archive:
        require_harmless(archive)
    book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    try:
        return filled(book.worksheets)
    finally:
        book.close()


def filled(sheets: list[ReadOnlyWorksheet]) -> Filled:
    first_cells = {first_cell(sheet): sheet for sheet in sheets}
    hidden, answers = first_cells.get(HIDDEN_SHEET), first_cells.get(KEYS_OF_COLUMNS[0])
    if hidden is None:
        raise Unreadable(
            _(
                "This workbook was not made by the portal, or its hidden sheet is gone. "
                "Please download it once more and copy your answers into that."
            )
        )
    note = read_note(hidden)
    if answers is None:
        raise Unreadable(
            _(
                "The sheet of answers is gone, or its first row or column is. "
                "Please download the workbook once more and copy your answers into that."
            )
        )
    identity = Identity(
        note.facts.get("framework", ""),
        note.facts.get("round", ""),
        note.facts.get("country", ""),
        note.versions,
    )
    return Filled(identity, *read_answers(answers, note))


def first_cell(sheet: ReadOnlyWorksheet) -> str:
    for row in sheet.iter_rows(max_row=1, max_col=1):
        return str(row[0].value)
    return ""


def read_note(sheet: ReadOnlyWorksheet) -> Note:
    note = Note()
    for row in sheet.iter_rows(max_row=2 * MAX_ROWS, max_col=4):
        kind, first, second, third = (str(text_of(cell.value) or "") for cell in row)
        if kind == "version":
            note.versions[first] = int(second) if second.isdecimal() else 0
        elif kind == "choice":
            note.choices[first, third.strip().casefold()] = second
        elif kind == "cell":
            note.cells[first] = (second, third)
        elif kind:
            note.facts[kind] = first
    if note.facts[HIDDEN_SHEET] != str(FORMAT):
        raise Unreadable(
            _(
                "This workbook is from an older version of the portal. "
                "Please download it once more and copy your answers into that."
            )
        )
    return note


def read_answers(sheet: ReadOnlyWorksheet, note: Note) -> tuple[list[Cell], list[Problem]]:
    rows = numbered_rows(sheet)
    columns = columns_of(next(rows, (KEYS_ROW, ()))[1])
    letter = get_column_letter(columns["answer"] + 1)
    cells: list[Cell] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        key, cell = str(row[columns["key"]].value or "").strip(), row[columns["answer"]]
        if wrong := what_is_wrong(number, key, cell, seen):
            problems.append(Problem(sheet.title, number, letter, wrong, key))
        elif key:
            base, choices = note.cells.get(key, ("", ""))
            value = value_of(cell.value, cell.number_format or "")
            value = note.choices.get((choices, str(value).strip().casefold()), value)
            cells.append(Cell(key, sheet.title, number, letter, value, base))
        seen.setdefault(key, number)
    return cells, problems


def what_is_wrong(number: int, key: str, cell: ReadOnlyCell, seen: dict[str, int]) -> str:
    """Why a cell cannot be read, in words, or nothing."""
    if not key:
        if number > HEADER_ROW and cell.value not in (None, ""):
            return _("This row is not one of the portal's; please empty it.")
        return ""
    if key in seen:
        return _("This row is there twice: the first is row %(row)d.") % {"row": seen[key]}
    return WRONG_KINDS[cell.data_type]() if cell.data_type in WRONG_KINDS else ""


def numbered_rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, tuple]]:
    """At most so many rows and columns, whatever size the sheet says that it has."""
    rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
    for number, row in enumerate(rows, start=1):
        # Some programs end a sheet with its very last row, empty.
        if number > MAX_ROWS and any(cell.value is not None for cell in row):
            raise too_large()
        yield number, row


def columns_of(row: tuple) -> dict[str, int]:
    """Where each column is now; people move them."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        columns.setdefault(str(cell.value), index)
    missing = [key for key in ("key", "answer") if key not in columns]
    if missing:
        raise Unreadable(
            _(
                "The column of answers is gone, or the hidden first row is. "
                "Please download the workbook once more and copy your answers into that."
            )
        )
    return columns


def text_of(value: object) -> Value:
    if isinstance(value, bool):
        return str(value).upper()
    if value is None or isinstance(value, (int, float)):
        return value
    return read_back(str(value))


def value_of(value: object, number_format: str) -> Value:
    """A number formatted as a percentage is stored as its hundredth part."""
    value = text_of(value)
    if not isinstance(value, (int, float)):
        return value
    if not abs(value) < LARGEST:
        return f"{value}"[:50]
    return float(f"{value * 100:.15g}") if "%" in number_format else value


WRONG_KINDS = {
    "f": lambda: _("This cell holds a formula. Please put its result there instead."),
    "e": lambda: _("This cell holds an error of the spreadsheet (#…). Please correct it."),
    "d": lambda: _("This cell holds a date or a time. Please write it as text, or as a number."),
}
