from pathlib import PurePosixPath
from unicodedata import category, normalize

MAX_LENGTH = 200
# Controls, and what changes the direction or is not seen at all: `annual<U+202E>fdp.exe`.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def plain_line(text: str) -> str:
    """One line of what can be seen."""
    text = normalize("NFC", text)
    seen = "".join(each for each in text if each.isspace() or category(each) not in UNSEEN)
    return " ".join(seen.split())


def plain_name(name: str) -> str:
    """A name without folders: nothing unseen, at most 200 characters and its extension."""
    name = plain_line(name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:MAX_LENGTH] or "file"
    return f"{stem[: MAX_LENGTH - len(extension) - 1].rstrip()}.{extension}"[-MAX_LENGTH:]


def extension_of(name: str) -> str:
    """`pdf` of `Annex.PDF`."""
    return PurePosixPath(name).suffix[1:].lower()
