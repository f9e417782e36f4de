"""The words by which a text tells whose it is, wherever it turns up: `zqxjqfrdtqjxqz`.

Letters only, so that no escaping, folding or shortening to a word changes one, and so many that no
token made by chance holds one. It names the country, the state of the report, and the kind of text.
"""

import re
from typing import NamedTuple

DRAFT, RETURNED, SUBMITTED = "d", "r", "s"
# Approved, in a framework whose results are aggregate, for members, or public.
APPROVED = {"aggregate": "a", "members": "m", "public": "p"}
TEXT, NOTE, EVIDENCE, COMMENT, EXTENSION = "t", "n", "e", "c", "x"
LIVE_QUOTATION, HELD_QUOTATION, WORKBOOK, OFFICER = "q", "u", "w", "o"
KINDS = {
    TEXT: "text of a report",
    NOTE: "note of an indicator's value",
    EVIDENCE: "evidence: title, file name, link, content",
    COMMENT: "reviewer's comment",
    EXTENSION: "reason for an extension, and the answer",
    LIVE_QUOTATION: "passage that is shown",
    HELD_QUOTATION: "passage that is not shown",
    WORKBOOK: "workbook that waits to be accepted, book",
    OFFICER: "name and address of an officer",
}
STATES = {
    DRAFT: "draft",
    RETURNED: "returned",
    SUBMITTED: "submitted",
    "a": "approved, shown to nobody else",
    "m": "approved, shown to members",
    "p": "approved, shown to all",
}
MARK = re.compile(r"zqxjq([a-z]{2})([a-z])([a-z])qjxqz", re.IGNORECASE)
# What a search finds is marked in the middle of words.
EMPHASIS = re.compile(r"</?(?:mark|b|strong|em|ins|del|wbr)\b[^>]*>")


class Mark(NamedTuple):
    country: str
    state: str
    kind: str

    def __str__(self):
        return f"zqxjq{self.country}{self.state}{self.kind}qjxqz".lower()

    @property
    def stem(self):
        """What finds it in a search without being one, where the words of a query are shown."""
        return str(self)[:-1]


def marks_in(text):
    found = MARK.findall(EMPHASIS.sub("", text))
    return {Mark(country.upper(), state.lower(), kind.lower()) for country, state, kind in found}


def may_see(reader, mark):
    """The table of docs/roles.md, for one text and one reader."""
    if reader.country == mark.country or mark.kind == LIVE_QUOTATION:
        return True
    if mark.kind == WORKBOOK:
        return False
    if mark.kind == OFFICER:
        return reader.works_for_the_secretariat
    if mark.kind in (COMMENT, EXTENSION):
        return reader.is_reviewer
    handed_in = mark.state not in (DRAFT, RETURNED)
    if reader.is_reviewer and handed_in:
        return True
    if mark.kind == EVIDENCE or mark.state in (DRAFT, RETURNED, SUBMITTED):
        return False
    if reader.works_for_the_secretariat or mark.state == APPROVED["public"]:
        return True
    return mark.state == APPROVED["members"] and reader.is_signed_in
