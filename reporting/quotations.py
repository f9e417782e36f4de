"""Whether a passage can be shown without a name: what stands in the report, and tells of nobody.

Pure: texts in, reasons against it out. A reader decides all the same, and a second one; this only
refuses what no reader should have to find.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.translation import gettext as _

from members.folding import fold, without_what_follows

LEFT_OUT = "[…]"
SHORTEST_NAME = 4
E_MAIL = re.compile(r"\S@\S")
ADDRESS = re.compile(r"https?:|www\.|\w\.(?:com|org|net|int|gov|example)\b", re.IGNORECASE)
# Between the parts of a name, whether they are joined by a space, a hyphen or a word.
JOINING = ["and", "et", "las", "les", "the", "y"]
BETWEEN = rf"(?:[\W_]+(?:{'|'.join(JOINING)})\b)*[\W_]+"
SAINTS = ["st", "ste", "saint", "sainte"]
SAINT = f"(?:{'|'.join(SAINTS)})"
# What is derived in English, French and Spanish: Kenyan, gabonais, chileno. Nothing else may
# follow: Mali does not stand in malicious, nor Niger in Nigeria.
ENDINGS = (
    r"(?:s|(?<=[ae])(?:n|ne|nne|no|na|in|ine)s?|(?<=y)[ao]s?|(?:a|[nv]?ia|ie|e)n(?:e|ne|o|a)?s?"
    r"|l?ese|i|ish|ic|er|l?aise?s?|e?oise?s?|aine?s?|es(?:a|as|es)?|en[oa]s?)?\b"
)
# Arabic writes these together with the word that follows: and, so, in, for, as.
PREFIXES = r"\b[وف]?[بلك]?"
# The article makes a name of its own part of it, and an adjective of what is derived.
ARTICLE, NISBA = "ال", "(?:ي|يه|يين|يون|يات)"
ARABIC = re.compile(r"[\u0600-\u06ff]")
NO_MORE = r"\b"
NOTHING = re.compile(r"(?!)")
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


def names_one_of(passage: str, names: Iterable[str]) -> str | None:
    """The first of the names that the passage says; what is derived from it too: Kenyan."""
    words = fold(passage)
    return next((name for name in names if said_as(name).search(words)), None)


@lru_cache(maxsize=2_000)
def said_as(name: str) -> re.Pattern[str]:
    """The ways in which a folded text can say the name."""
    parts = [each for each in re.findall(r"[\w']+", fold(name)) if each not in JOINING]
    if not parts:
        return NOTHING
    if ARABIC.match(parts[0]):
        return in_arabic(parts)
    written = BETWEEN.join(SAINT if each in SAINTS else re.escape(each) for each in parts)
    return re.compile(rf"\b{written}{ENDINGS if len(name) >= SHORTEST_NAME else NO_MORE}")


def in_arabic(parts: list[str]) -> re.Pattern[str]:
    first = parts[0].removeprefix(ARTICLE)
    name = BETWEEN.join(re.escape(each) for each in [first, *parts[1:]])
    if first != parts[0]:
        return re.compile(rf"{PREFIXES}(?:ال|ل)?{name}{NISBA}?\b")
    # Mali with the article would be "the financial".
    return re.compile(rf"{PREFIXES}(?:{name}|{ARTICLE}?{name}{NISBA})\b")


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
    named = names_one_of(passage, map(without_what_follows, names)) or says_code(passage, codes)
    if named:
        yield _("This names the country or its region: “%(name)s”.") % {"name": named}
    person = names_one_of(passage, people)
    if person:
        yield _("This names a person: “%(name)s”.") % {"name": person}
    if E_MAIL.search(passage) or ADDRESS.search(passage) or TELEPHONE.search(passage):
        yield _("This holds an address or a telephone number.")
