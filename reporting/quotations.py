"""Whether a passage can be shown without a name: what stands in the report, and tells of nobody.

Pure: texts in, reasons against it out. A reader decides all the same, and a second one; this only
refuses what no reader should have to find.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

LEFT_OUT = "[…]"
SHORTEST_NAME = 4
E_MAIL = re.compile(r"\S@\S")
ADDRESS = re.compile(r"https?:|www\.|\w\.(?:com|org|net|int|gov|example)\b", re.IGNORECASE)
TELEPHONE = re.compile(r"\+?\d(?:[\s().\-/]*\d){6,}")


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def stands_in(passage: str, text: str) -> bool:
    """Whether the passage is of the text, word for word; `[…]` leaves something out."""
    at, source = 0, in_one_line(text)
    for piece in (in_one_line(each) for each in passage.split(LEFT_OUT)):
        found = source.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return bool(in_one_line(passage.replace(LEFT_OUT, "")))


def folded(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def names_one_of(passage: str, names: Iterable[str]) -> str | None:
    """The first of the names that the passage says; what is derived from it too: Kenyan."""
    words = folded(passage)
    for name in names:
        wanted = re.escape(folded(name).strip())
        ending = r"\w*" if len(name) >= SHORTEST_NAME else r"\b"
        if wanted and re.search(rf"\b{wanted}{ending}", words):
            return name
    return None


def says_code(passage: str, codes: Iterable[str]) -> str | None:
    """A country's code as it is written, in capitals: IT is one and it is none."""
    return next((code for code in codes if re.search(rf"\b{code}\b", passage)), None)


def reasons_against(
    passage: str, *, text: str, names: Iterable[str], codes: Iterable[str], people: Iterable[str]
) -> Iterator[str]:
    """`names` and `codes` are those of the report's country and region, `people` its officers."""
    if not stands_in(passage, text):
        yield _(
            "This does not stand so in the report. Copy the passage word for word; “[…]” marks "
            "what you leave out."
        )
    named = names_one_of(passage, names) or says_code(passage, codes)
    if named:
        yield _("This names the country or its region: “%(name)s”.") % {"name": named}
    person = names_one_of(passage, people)
    if person:
        yield _("This names a person: “%(name)s”.") % {"name": person}
    if E_MAIL.search(passage) or ADDRESS.search(passage) or TELEPHONE.search(passage):
        yield _("This holds an address or a telephone number.")
