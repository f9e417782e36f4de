"""What a workbook is made of: shared by who writes it and who reads it.

Labels are in the reader's language and only for him. What comes back is matched by keys:
row 1 and column A of the sheet of answers, and a sheet of their own, all of them hidden.
"""

import hashlib
import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

FORMAT = 1
# Also what the hidden sheet is found by: names of sheets are translated, and people rename them.
HIDDEN_SHEET = "framework-portal"
KEYS_OF_COLUMNS = ["key", "code", "question", "answer", "last", "help"]
KEY, CODE, QUESTION, ANSWER, LAST, HELP = range(len(KEYS_OF_COLUMNS))
# Rows, from 1, as the reader counts them.
KEYS_ROW, TITLE_ROW, HOW_ROW, HEADER_ROW = range(1, 5)

# What XML cannot hold, and what spreadsheets write in its place.
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_|_xFFF[EF]_")

# What a cell holds: a spreadsheet makes a number of much that was typed as text.
Value = str | int | float | Decimal | None


class Takes(StrEnum):
    """What a cell is filled in with."""

    TEXT = "text"
    PERCENT = "percent"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True)
class Heading:
    """A line above the questions on one objective, or on one of its indicators."""

    code: str
    text: str
    note: str = ""
    is_indicator: bool = False


@dataclass(frozen=True)
class Question:
    """A row to be answered: a field of a report, or of the answer about an indicator."""

    objective: str
    name: str
    label: str
    takes: Takes
    value: Value = None
    last: Value = None
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    indicator: str = ""
    # Why it cannot be answered now; empty: it can.
    closed: str = ""

    @property
    def key(self) -> str:
        return f"{self.indicator or self.objective}/{self.name}"

    @property
    def choice_list(self) -> str:
        """The name of the list that it is answered from."""
        return "+".join(value for value, _ in self.choices)

    def in_words(self, value: Value) -> Value:
        """A value as the reader sees it: choices by their labels."""
        return dict(self.choices).get(str(value), value)


@dataclass(frozen=True)
class Identity:
    """Whose answers to what a workbook holds, and in which versions of the reports."""

    framework: str
    round: str
    country: str
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    term: str
    meaning: str
    is_heading: bool = False


@dataclass(frozen=True)
class Cell:
    """An answer cell as it came back."""

    key: str
    sheet: str
    row: int
    column: str
    value: Value
    # What the cell held when it was written, by its fingerprint.
    base: str = ""
    # Shown already as changed by somebody else meanwhile.
    conflict: bool = False

    @property
    def is_touched(self) -> bool:
        return fingerprint(self.value) != self.base


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where."""

    sheet: str
    row: int
    column: str
    message: str
    key: str = ""


@dataclass(frozen=True)
class Filled:
    """A workbook that came back."""

    identity: Identity
    cells: list[Cell]
    problems: list[Problem]


def speakable(text: str) -> str:
    return UNSPEAKABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def read_back(text: str) -> str:
    """Text as it was typed, without what Excel and openpyxl do to rare characters in it."""
    return speakable(ESCAPED.sub(" ", text.replace("_x000D_", "")))


def fingerprint(value: Value) -> str:
    """The same for a value before it went out and after it came back untouched.

    A spreadsheet keeps fifteen digits of a number, and trades rare characters for others.
    """
    if value is None:
        text = ""
    elif isinstance(value, str):
        text = read_back(value.replace("x005F_", "")).strip()
    else:
        text = f"{float(value):.15g}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
