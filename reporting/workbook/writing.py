"""Writes a round as a workbook to be filled in offline.

Text is always written as text: what begins with = + - @ is no formula. Whatever is not to be
filled in is locked, without a password: against mistakes, not against anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reporting.workbook.layout import (
    ANSWER,
    CODE,
    FORMAT,
    HEADER_ROW,
    HELP,
    HIDDEN_SHEET,
    HOW_ROW,
    KEY,
    KEYS_OF_COLUMNS,
    KEYS_ROW,
    LAST,
    QUESTION,
    TITLE_ROW,
    Definition,
    Heading,
    Identity,
    Question,
    Takes,
    Value,
    fingerprint,
    speakable,
)

A4 = 9
WIDTHS = {CODE: 7, QUESTION: 26, ANSWER: 70, LAST: 45, HELP: 32}
LINE, ROOM, HIGHEST = 15, 60, 400
NAVY, WASH, SHADE, EDGE, GREY = "#12324A", "#E8ECEF", "#F4F6F7", "#C4CDD5", "#4A5D6E"
LONGEST_TEXT, LARGEST_NUMBER = 10_000, 10**14
# What a country may still do in a sheet that is locked: make room to read and write.
MAY = {"format_rows": True, "format_columns": True, "format_cells": True}


@dataclass(frozen=True)
class Formats:
    title: Format
    how: Format
    header: Format
    objective: Format
    indicator: Format
    label: Format
    quiet: Format
    open: dict[Takes, Format]
    closed: dict[Takes, Format]
    last: dict[Takes, Format]


def workbook_bytes(
    *,
    title: str,
    identity: Identity,
    rows: Iterable[Heading | Question],
    definitions: Iterable[Definition],
    right_to_left: bool,
) -> bytes:
    rows = list(rows)
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": speakable(title)})
    formats = formats_of(book, right_to_left)
    answers = book.add_worksheet(sheet_name(_("Answers"), "1"))
    meanings = book.add_worksheet(sheet_name(_("Definitions"), "2"))
    hidden = book.add_worksheet(HIDDEN_SHEET)
    for sheet in (answers, meanings):
        if right_to_left:
            sheet.right_to_left()
        set_up_print(sheet, title)
    lists = write_hidden(hidden, identity, rows)
    write_answers(answers, formats, title, rows, lists)
    write_definitions(meanings, formats, definitions)
    book.close()
    return out.getvalue()


def sheet_name(name: str, number: str) -> str:
    """A name that a spreadsheet takes; a translation may be too long or hold a slash."""
    kept = "".join(character for character in name if character not in "[]:*?/\\'")
    return kept[:31] or number


def formats_of(book: xlsxwriter.Workbook, right_to_left: bool) -> Formats:
    start = "right" if right_to_left else "left"
    plain = {"valign": "top", "text_wrap": True, "border": 1, "border_color": EDGE, "align": start}
    open_cell = plain | {"locked": False}
    closed_cell = plain | {"bg_color": WASH, "font_color": GREY}

    def answers(cell: dict[str, object]) -> dict[Takes, Format]:
        # "@" keeps what is typed as it is typed: a dash at the beginning starts no formula.
        shown = {Takes.TEXT: "@", Takes.CHOICE: "@", Takes.PERCENT: "0", Takes.NUMBER: "0.####"}
        return {takes: book.add_format(cell | {"num_format": shown[takes]}) for takes in Takes}

    return Formats(
        title=book.add_format({"bold": True, "font_size": 14, "font_color": NAVY, "align": start}),
        how=book.add_format({"font_color": GREY, "align": start}),
        header=book.add_format(
            plain | {"bold": True, "bg_color": NAVY, "font_color": "#FFFFFF", "valign": "vcenter"}
        ),
        objective=book.add_format(plain | {"bold": True, "bg_color": "#D5E1E8"}),
        indicator=book.add_format(plain | {"italic": True, "bg_color": SHADE}),
        label=book.add_format(plain),
        quiet=book.add_format(plain | {"font_color": GREY}),
        open=answers(open_cell),
        closed=answers(closed_cell),
        last=answers(plain | {"font_color": GREY}),
    )


def set_up_print(sheet: Worksheet, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{speakable(title)[:150].replace('&', '&&')}&R&P / &N")
    sheet.hide_gridlines(2)


def write_hidden(
    sheet: Worksheet, identity: Identity, rows: list[Heading | Question]
) -> dict[str, str]:
    """What the portal needs to know when the file comes back; returns where each list stands."""
    sheet.hide()
    sheet.protect()
    lines: list[list[str]] = [
        [HIDDEN_SHEET, str(FORMAT)],
        ["framework", identity.framework],
        ["round", identity.round],
        ["country", identity.country],
    ]
    lines += [["version", code, str(version)] for code, version in identity.versions.items()]
    questions = [row for row in rows if isinstance(row, Question)]
    lists = {}
    for name, choices in {
        question.choice_list: question.choices for question in questions if question.choices
    }.items():
        first = len(lines) + 1
        lines += [["choice", name, value, label] for value, label in choices]
        lists[name] = f"='{HIDDEN_SHEET}'!$D${first}:$D${len(lines)}"
    lines += [["cell", each.key, fingerprint(each.value), each.choice_list] for each in questions]
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text)
    return lists


def write_answers(
    sheet: Worksheet,
    formats: Formats,
    title: str,
    rows: list[Heading | Question],
    lists: dict[str, str],
) -> None:
    sheet.protect("", MAY)
    for column, width in WIDTHS.items():
        sheet.set_column(column, column, width)
    sheet.set_column(KEY, KEY, None, None, {"hidden": True})
    sheet.set_row(KEYS_ROW - 1, None, None, {"hidden": True})
    for column, key in enumerate(KEYS_OF_COLUMNS):
        sheet.write_string(KEYS_ROW - 1, column, key)
    sheet.write_string(TITLE_ROW - 1, CODE, speakable(title), formats.title)
    how = _("Fill in the white cells and upload the file. The second sheet explains the rest.")
    sheet.write_string(HOW_ROW - 1, CODE, how, formats.how)
    labels = [_("Code"), _("Question"), _("Your answer"), _("Last answer"), _("How to answer")]
    for column, label in enumerate(labels, start=CODE):
        sheet.write_string(HEADER_ROW - 1, column, label, formats.header)
    sheet.freeze_panes(HEADER_ROW, 0)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.print_area(0, CODE, HEADER_ROW + len(rows) - 1, HELP)
    for number, row in enumerate(rows, start=HEADER_ROW):
        if isinstance(row, Heading):
            write_heading(sheet, formats, number, row)
        else:
            write_question(sheet, formats, number, row, lists)


def write_heading(sheet: Worksheet, formats: Formats, number: int, row: Heading) -> None:
    shape = formats.indicator if row.is_indicator else formats.objective
    sheet.write_string(number, CODE, row.code, shape)
    # Merging writes what it is given as it thinks best; only the line below makes it text.
    sheet.merge_range(number, QUESTION, number, LAST, "", shape)
    sheet.write_string(number, QUESTION, speakable(row.text), shape)
    sheet.write_string(number, HELP, row.note, shape)
    across = WIDTHS[QUESTION] + WIDTHS[ANSWER] + WIDTHS[LAST]
    sheet.set_row(number, height((row.text, across), (row.note, WIDTHS[HELP])))


def write_question(
    sheet: Worksheet, formats: Formats, number: int, row: Question, lists: dict[str, str]
) -> None:
    sheet.write_string(number, KEY, row.key)
    sheet.write_string(number, CODE, row.indicator or row.objective, formats.quiet)
    sheet.write_string(number, QUESTION, row.label, formats.label)
    shape = (formats.closed if row.closed else formats.open)[row.takes]
    write_value(sheet, number, ANSWER, row.in_words(row.value), shape)
    write_value(sheet, number, LAST, row.in_words(row.last), formats.last[row.takes])
    sheet.write_string(number, HELP, row.closed or row.help, formats.quiet)
    cells = [(row.label, QUESTION), (row.value, ANSWER), (row.last, LAST)]
    needed = height(
        *((str(text or ""), WIDTHS[column]) for text, column in cells),
        (row.closed or row.help, WIDTHS[HELP]),
    )
    # Room to write in. A spreadsheet makes no row higher whose height is given.
    is_text = row.takes is Takes.TEXT and not row.closed
    sheet.set_row(number, max(needed, ROOM) if is_text else needed)
    if not row.closed:
        sheet.data_validation(number, ANSWER, number, ANSWER, validation(row, lists))


def height(*cells: tuple[str, int]) -> int:
    """How high a row must be so that these texts, wrapped at these widths, can be read."""
    lines = [
        sum(1 + int(len(paragraph) / (0.95 * width)) for paragraph in text.split("\n"))
        for text, width in cells
    ]
    return min(LINE * max(lines), HIGHEST)


def write_value(sheet: Worksheet, number: int, column: int, value: Value, shape: Format) -> None:
    if isinstance(value, (int, float, Decimal)):
        sheet.write_number(number, column, value, shape)
    elif value:
        sheet.write_string(number, column, speakable(value), shape)
    else:
        sheet.write_blank(number, column, None, shape)


def validation(row: Question, lists: dict[str, str]) -> dict[str, object]:
    if row.takes is Takes.CHOICE:
        rule: dict[str, object] = {"validate": "list", "source": lists[row.choice_list]}
        message = _("Please choose from the list.")
    elif row.takes is Takes.PERCENT:
        rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100}
        message = _("Please enter a whole number from 0 to 100.")
    elif row.takes is Takes.NUMBER:
        largest = {"minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
        rule = {"validate": "decimal", "criteria": "between", **largest}
        message = _("Please enter a number.")
    else:
        rule = {"validate": "length", "criteria": "<=", "value": LONGEST_TEXT}
        message = _("Please enter at most 10,000 characters.")
    return {**rule, "error_message": message[:255]}


def write_definitions(
    sheet: Worksheet, formats: Formats, definitions: Iterable[Definition]
) -> None:
    sheet.protect("", MAY)
    widths = [45, 110]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, each in enumerate(definitions):
        shapes = [formats.objective] * 2 if each.is_heading else [formats.label, formats.quiet]
        sheet.write_string(number, 0, speakable(each.term), shapes[0])
        sheet.write_string(number, 1, speakable(each.meaning), shapes[1])
        sheet.set_row(number, height((each.term, widths[0]), (each.meaning, widths[1])))
