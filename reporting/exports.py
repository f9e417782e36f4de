"""Figures as CSV, as a spreadsheet program opens them without harm."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# A cell that begins with one of these is taken for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV, led by the mark that makes Excel read it as UTF-8."""
    out = StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def cell(value: object) -> object:
    """Text that a spreadsheet would run is quoted; numbers stay numbers; None is empty."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
