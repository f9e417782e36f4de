"""What no person types and no browser sends, as it comes out of a request."""

import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from hypothesis import seed, settings
from hypothesis import strategies as st

from tests.files import OF_EACH_KIND

ODD = ["\0", "a\0b", "\ud800", "\u202eabc", "\u200f\u0645", " ", "\n", "x" * 11_000, "١٢", "½"]
ODD += ["9" * 400, "9" * 5_000, "-1", "1e400", "-1e400", "1e-400", "1e999", "NaN", "sNaN"]
ODD += ["Infinity", "-Infinity", "0x1", "1_0", "2" * 19, "9223372036854775808", "-2147483649"]
ODD += ["4294967296", "32768", "true", "None", "null", "[]", "{}", "[" * 20_000, '{"id": {}}']
ODD += ["0000-00-00", "9999-12-31", "0001-01-01", "2025-02-30", "10000-01-01", "25:61", "24:00"]
ODD += ["9999-12-31T23:59", "0001-01-01T00:00", "2025-03-30T02:30", "2025-01-01T00:00+25:00"]
ODD += ["1:2", "0:0", "1:2:3", "'", '"', "<script>", "{{ 7 }}", "%s", "../../etc", "\x7f", "\x1b"]
ODD += ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
ODD += ["a@b", "a@" + "b" * 300 + ".org", "http://[", "http://\u2100.example", "//", "\r\nBcc: a@b"]
NAMES = ["annex.txt", "a\0b.pdf", "\u202efdp.exe", "x" * 300 + ".txt", "../a.txt", ".txt", "", "a"]
NAMES += ["con.pdf", "a.xlsx", "a.pdf ", "a.txt;x=1", "ü.docx", "\ud800.txt", 'a".txt', "a\n.txt"]
TYPES = ["text/plain", "application/pdf", "", "x" * 300, "multipart/form-data"]
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(ODD),
    st.text(st.characters(), max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
)
CONTENTS = st.one_of(st.binary(max_size=200), st.sampled_from(sorted(OF_EACH_KIND.values())))
FILES = st.tuples(st.sampled_from(NAMES), CONTENTS, st.sampled_from(TYPES))


def changes_of(names, max_size=8):
    """{field: its values, None where it is missing, or a file}: a field may come several times."""
    return st.dictionaries(
        st.one_of(st.sampled_from(sorted(names)), st.text(max_size=10)),
        st.one_of(st.none(), st.lists(VALUES, min_size=1, max_size=3), FILES),
        max_size=max_size,
    )


def changed(form, changes):
    """(fields as a browser that is none may send them, files)"""
    fields = {name: said for name, said in form.items() if not hasattr(said, "read")}
    files = {name: said for name, said in form.items() if hasattr(said, "read")}
    for name, said in changes.items():
        fields.pop(name, None)
        files.pop(name, None)
        if isinstance(said, tuple):
            files[name or "files"] = file_of(*said)
        elif said is not None:
            fields[name] = said
    return fields, files


def file_of(name, content, content_type="text/plain"):
    return SimpleUploadedFile(name or "unnamed", content, content_type)


def encoded(fields):
    """Lone surrogates too, as UTF-8 that none should send."""
    pairs = [
        (name.encode("utf-8", "surrogatepass"), str(said).encode("utf-8", "surrogatepass"))
        for name, all_said in fields.items()
        for said in (all_said if isinstance(all_said, list) else [all_said])
    ]
    return urlencode(pairs)


def received(fields, files):
    """The same as a view finds it in `request.POST` and `request.FILES`."""
    for file in files.values():
        file.seek(0)
    return QueryDict(encoded(fields)), MultiValueDict({name: [f] for name, f in files.items()})


def seeded(run, key):
    """In the checks chance begins alike each time; but with each form in another way."""
    return seed(zlib.crc32(repr(key).encode()))(run) if settings().derandomize else run
