"""Fills in a workbook as its reader does: `fill(content, {"1.1/rating": "On track"})`."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from reporting.workbook.layout import ANSWER, HIDDEN_SHEET, KEY


def opened(content):
    return load_workbook(BytesIO(content))


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def answers_in(book):
    return book.worksheets[0]


def answer_cells(book):
    """{key: cell of the answer}"""
    rows = answers_in(book).iter_rows(min_row=5)
    return {row[KEY].value: row[ANSWER] for row in rows if row[KEY].value}


def fill(content, answers):
    """The workbook with these answers in it, saved by another program than ours."""
    book = opened(content)
    cells = answer_cells(book)
    for key, value in answers.items():
        cells[key].value = value
    return saved(book)


def place(content, key):
    """Where the answer to a key stands, as messages name it: ("Answers", 6, "D")."""
    book = opened(content)
    cell = answer_cells(book)[key]
    return answers_in(book).title, cell.row, cell.column_letter


def with_fact(content, name, value):
    """The workbook with another fact in its hidden sheet."""
    book = opened(content)
    for row in book[HIDDEN_SHEET].iter_rows():
        if row[0].value == name:
            row[1].value = value
    return saved(book)


def file_of(content, name="2025-H2-FR.xlsx"):
    return SimpleUploadedFile(name, content)


def zipped(parts, compression=ZIP_DEFLATED):
    out = BytesIO()
    with ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def repacked(content, changes):
    """The workbook with other parts: {name: text, or a function of the text it had}."""
    with ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name]) if callable(change) else change
    return zipped(parts)
