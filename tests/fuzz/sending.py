"""What is sent to a form of a page: what a person would fill in, and then anything else."""

import datetime
import re
from typing import NamedTuple
from urllib.parse import quote

from django.utils import timezone
from hypothesis import strategies as st

from tests.files import OF_EACH_KIND, PDF
from tests.fuzz.asking import query_of, raw
from tests.fuzz.filling import AHEAD, GOOD, PASSWORD, WORDS
from tests.fuzz.odd import NAMES, TYPES, VALUES

CSRF = "csrfmiddlewaretoken"
CHOSEN = ("select", "radio", "checkbox")
OF_A_KIND = {"email": "somebody@example.org", "url": "https://police.example/annual-report"}
OF_A_KIND |= {"number": "7", "password": PASSWORD}


class File(NamedTuple):
    name: str
    content: bytes
    kind: str = "application/octet-stream"


class Spoilt(NamedTuple):
    """The file that one would send, cut off or with other bytes in it."""

    place: float
    put: bytes
    is_cut: bool

    def of(self, content):
        at = int(self.place * len(content))
        rest = b"" if self.is_cut else content[at + len(self.put) :]
        return content[:at] + self.put + rest


CONTENTS = st.one_of(st.binary(max_size=200), st.sampled_from(sorted(OF_EACH_KIND.values())))
FILES = st.builds(File, st.sampled_from(NAMES), CONTENTS, st.sampled_from(TYPES))
SPOILT = st.builds(Spoilt, st.floats(0, 1), st.binary(max_size=4), st.booleans())
SAID = st.one_of(st.none(), st.lists(VALUES, min_size=1, max_size=3))


class Sent(NamedTuple):
    """Which example it is of all that can be sent to a form."""

    fills_in: bool
    more: list
    changes: dict
    button: int
    in_parts: bool
    who: int
    has_token: bool


def sent_to(form):
    """What may be sent to it: fields that came several times, are missing, unknown, or files."""
    names = sorted(form.values.keys() - {CSRF})
    files = [name for name in names if form.kinds[name] == "file"]
    of_a_file = st.one_of(FILES, SPOILT, SAID) if files else SAID
    a_name = st.text(max_size=10)
    if names:
        a_name = st.one_of(st.sampled_from(names), st.sampled_from(names), a_name)
    changes = st.dictionaries(a_name, st.one_of(SAID, SAID, SAID, FILES), max_size=4)
    if files:
        others = st.dictionaries(st.sampled_from(files), of_a_file, max_size=1)
        changes = st.builds(lambda first, second: first | second, changes, others)
    return st.builds(
        Sent,
        st.booleans(),
        st.lists(st.sampled_from(names), max_size=3) if names else st.just([]),
        changes,
        st.integers(0, 5),
        st.booleans(),
        st.sampled_from([0] * 12 + [1, 2]),
        st.sampled_from([True] * 14 + [False]),
    )


def filled(form, sent, known):
    """({name: values}, {name: file}) of a form as a person fills it in, before it is changed."""
    values = {name: list(kept) for name, kept in form.values.items()}
    files = {}
    for name, kind in form.kinds.items():
        is_chosen = sent.fills_in or name in sent.more
        if kind == "hidden" or not is_chosen or name.endswith("-DELETE"):
            continue
        if kind == "file":
            files[name] = known.get(name) or File("annex.pdf", PDF)
        elif known.get(name):
            values[name] = known[name]
        elif not any(values[name]):
            values[name] = [good(form, name, kind)]
    if sent.fills_in:
        add_a_row(form, values)
    return values, files


def add_a_row(form, values):
    """As a script does, by copying the empty one."""
    for name, kind in form.row.items():
        total = f"{name.partition('-__prefix__-')[0]}-TOTAL_FORMS"
        [number] = form.values[total]
        if not name.endswith(("-DELETE", "-id")):
            values[name.replace("__prefix__", number)] = [good(form, name, kind)]
        values[total] = [str(int(number) + 1)]


def good(form, name, kind):
    if kind in CHOSEN:
        return next((each for each in form.choices.get(name, []) if each), "")
    of_a_row = re.sub(r"^.*-", "", name)
    if of_a_row in GOOD:
        return GOOD[of_a_row][0]
    ahead = timezone.now() + datetime.timedelta(days=AHEAD.get(re.sub(r"_\d$", "", name), 60))
    instants = {"date": f"{ahead:%Y-%m-%d}", "datetime-local": f"{ahead:%Y-%m-%dT%H:%M}"}
    if name.endswith("_0"):
        return instants["date"]
    if name.endswith("_1"):
        return "12:00"
    return (OF_A_KIND | instants).get(kind, WORDS)


def changed(found, sent, known):
    """(pairs of fields, pairs of files) as they are sent with one of the form's buttons."""
    values, files = filled(found.form, sent, known)
    for name, said in sent.changes.items():
        if isinstance(said, Spoilt):
            before = files.get(name) or known.get(name) or File("annex.pdf", PDF)
            files[name] = before._replace(content=said.of(before.content))
            continue
        values.pop(name, None)
        files.pop(name, None)
        if isinstance(said, File):
            files[name] = said
        elif said is not None:
            values[name] = said
    if not sent.has_token:
        values.pop(CSRF, None)
    pairs = [(name, said) for name, kept in values.items() for said in kept]
    button = found.buttons[sent.button % len(found.buttons)]
    return pairs + ([button] if button else []), list(files.items())


class Asked(NamedTuple):
    """Which example it is of all that can be asked of an address."""

    method: str
    pairs: list
    # Which part of the address is another, and what it is.
    part: int
    instead: str | None
    who: int
    body: bytes
    kind: str


METHODS = ["GET"] * 14 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "ODD"]
# What programs send: no JSON, or other JSON than anybody expects.
BODIES = [b"{", b"[" * 20_000, b"null", b"\xff\xfe", b'{"a": "\\ud800"}', b"9" * 5_000, b"<a/>"]
KINDS = ["application/json", "text/xml", "", "application/json; charset=x", "x" * 300]
KINDS += [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
]


def asked_of(known, methods=METHODS):
    """A query of parameters that come several times, are of others, or mean nothing."""
    pairs = [(name, said) for name, kept in known.items() for said in kept]
    a_name = st.one_of(st.sampled_from(sorted(known)), st.text(max_size=8))
    a_pair = st.one_of(st.sampled_from(sorted(pairs)), st.tuples(a_name, VALUES))
    return st.builds(
        Asked,
        st.sampled_from(methods),
        st.lists(a_pair, max_size=4),
        st.integers(1, 8),
        st.one_of(st.none(), st.none(), VALUES),
        st.integers(0, 20),
        st.one_of(st.just(b""), st.sampled_from(BODIES), st.binary(max_size=40)),
        st.sampled_from(KINDS),
    )


def address_with(address, asked):
    path, _mark, query = address.partition("?")
    if asked.instead is not None:
        parts = path.split("/")
        parts[asked.part % len(parts)] = quote(raw(asked.instead), safe="")
        path = "/" + "/".join(parts).lstrip("/")
    query = "&".join(filter(None, [query, query_of(asked.pairs)]))
    return f"{path}?{query}" if query else path
