"""On the page with both texts a person chooses, field by field, which of them stays.

Each form carries a short hash of what a field said as it was opened. It tells whose change a
difference is; a missing or garbled one tells nothing.
"""

import hashlib
import re

PREFIX = "keep-"
OPENED = "opened-"
SAVED, MINE, BOTH = "saved", "mine", "both"


def fingerprint(value):
    """The same for what a browser sends back of a text as for the text."""
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def opened(data, stored):
    """(name of the input, hash) of each field: as they came, or of what is stored."""
    if data is None:
        return [(OPENED + name, fingerprint(value)) for name, value in stored.items()]
    return [(OPENED + name, data[OPENED + name]) for name in stored if opened_with(data, name)]


def opened_with(data, name):
    found = data.get(OPENED + name, "")
    return found if re.fullmatch(r"[0-9a-f]{16}", found) else None


def who_changed(data, name, *, saved, mine):
    """SAVED, MINE or BOTH, since the form was opened; None if the form does not say."""
    before = opened_with(data, name)
    if before is None:
        return None
    if before == mine:
        return SAVED
    return MINE if before == saved else BOTH


def is_choice(data):
    """Whether it comes from that page."""
    return any(name.startswith(PREFIX) for name in data)


def without_choices(data):
    """All that was typed, the fields in which the saved text was chosen included."""
    left = data.copy()
    for name in [name for name in data if name.startswith(PREFIX)]:
        del left[name]
    return left


def keeps_saved(data, name, unless_chosen=False):
    return data.get(f"{PREFIX}{name}", SAVED if unless_chosen else MINE) == SAVED


def chosen(data):
    """What was posted, without the fields in which the saved text is to stay."""
    names = [name.removeprefix(PREFIX) for name in data if name.startswith(PREFIX)]
    saved = [name for name in names if keeps_saved(data, name)]
    left = data.copy()
    for field in data:
        # The fields of an answer begin with the code of its indicator.
        if field in saved or field.partition("-")[0] in saved:
            del left[field]
    return left
