"""Text as it is compared: without case, accents and what a keyboard leaves out.

Each character is folded by itself, so a place in the folded text leads back to the
character that a reader sees. The same on every database, for no database has a part in it.
docs/decisions/0008 says what counts as the same. Folded texts are stored: where the rules
change, `manage.py fold_texts` folds all anew.
"""

import re
import unicodedata

# Letters that have no decomposition, and marks of which there are several.
SAME = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ـ": "",
        **dict.fromkeys("‘’ʼ´", "'"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
    }
)
# Classes of accents and of Hebrew and Arabic vowel points. Vowels that are letters of their
# own, as in Thai or Hindi, have others and stay.
ACCENTS = {1, *range(10, 37), *range(200, 241)}


class _Folds(dict):
    """What each character becomes; few are ever met, and no reader can fill the memory."""

    def __missing__(self, number: int) -> str:
        folded = _fold_character(chr(number))
        if len(self) < 5_000:
            self[number] = folded
        return folded


FOLDS = _Folds()


def fold(text: str) -> str:
    return text.translate(FOLDS)


def _fold_character(character: str) -> str:
    character = character.translate(SAME)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_digit(each) for each in text.translate(SAME) if not _is_left_out(each))


def _is_left_out(character: str) -> bool:
    """Accents, and what no reader sees: directions, joiners, soft hyphens, variants."""
    return (
        unicodedata.combining(character) in ACCENTS
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
    )


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character, character))


def without_what_follows(name: str) -> str:
    """A country's name up to a bracket or a comma: a republic is a word of many."""
    return re.split(r"[(,]", name)[0].strip()
