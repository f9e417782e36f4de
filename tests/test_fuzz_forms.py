"""Whatever is posted to any address, the portal answers, and never with a 500.

10 examples each through the whole stack; FUZZ_EXAMPLES=10000 tries more.
"""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.files import OF_EACH_KIND
from tests.sweep.fields import FIELDS
from tests.sweep.posting import forms
from tests.sweep.reading import briefs_as_text
from tests.sweep.routes import all_routes
from tests.sweep.walk import NOT_VISITED, Sweep
from tests.sweep.world import World

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "10"))
ROUTES = sorted(
    route.name
    for route in all_routes()
    if route.name not in NOT_VISITED and not route.name.startswith(("admin:", "api:"))
)
ODD = ["\0", "a\0b", "\ud800", "\u202eabc", "\u200f\u0645", " ", "\n", "x" * 11_000, "١٢", "½"]
ODD += ["9" * 400, "-1", "1e999", "NaN", "Infinity", "0x1", "1_0", "2" * 19, "true", "None", "[]"]
ODD += ["0000-00-00", "9999-12-31", "0001-01-01", "2025-02-30", "10000-01-01", "25:61", "24:00"]
ODD += ["1:2", "0:0", "1:2:3", "'", '"', "<script>", "{{ 7 }}", "%s", "../../etc", "\x7f", "\x1b"]
NAMES = ["annex.txt", "a\0b.pdf", "\u202efdp.exe", "x" * 300 + ".txt", "../a.txt", ".txt", "", "a"]
NAMES += ["con.pdf", "a.xlsx", "a.pdf ", "a.txt;x=1", "ü.docx", "\ud800.txt", 'a".txt', "a\n.txt"]
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(), max_size=40),
    st.integers().map(str),
    st.dates().map(str),
)
CONTENTS = st.one_of(st.binary(max_size=200), st.sampled_from(sorted(OF_EACH_KIND.values())))
FILES = st.tuples(st.sampled_from(NAMES), CONTENTS)
# {field: its values, or None where it is missing}: a field may come several times.
CHANGES = st.dictionaries(
    st.one_of(st.sampled_from(FIELDS), st.text(max_size=10)),
    st.one_of(st.none(), st.lists(VALUES, min_size=1, max_size=3), FILES),
    max_size=8,
)


@pytest.fixture(scope="module")
def sweep(django_db_setup, django_db_blocker, tmp_path_factory):
    evidence = tmp_path_factory.getbasetemp() / "evidence"
    with django_db_blocker.unblock(), transaction.atomic():
        # A book is of twenty briefs: what is set in type is no matter of forms.
        with override_settings(EVIDENCE_DIR=evidence), briefs_as_text():
            yield Sweep(World(2))
        transaction.set_rollback(True)


def posted(form, changes):
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


def file_of(name, content):
    return SimpleUploadedFile(name or "unnamed", content, "text/plain")


def encoded(fields):
    """Lone surrogates too, as UTF-8 that none should send."""
    pairs = [
        (name.encode("utf-8", "surrogatepass"), str(said).encode("utf-8", "surrogatepass"))
        for name, all_said in fields.items()
        for said in (all_said if isinstance(all_said, list) else [all_said])
    ]
    return urlencode(pairs)


@pytest.fixture
def posting(db, sweep, name):
    """The sweep, where the address takes a POST from anybody at all."""
    reader = readers_of(sweep)[2]
    with transaction.atomic():
        address = sweep.addresses.draw(name)
        answers = {
            sweep.browsers[str(each)].post(address, follow=False).status_code
            for each in [reader, readers_of(sweep)[1]]
        }
        transaction.set_rollback(True)
    if answers == {405}:
        pytest.skip("It takes no POST.")
    return sweep


@pytest.mark.parametrize("name", ROUTES)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES, chance=st.integers(0, 9), as_files=st.booleans())
def test_no_form_fails(posting, name, changes, chance, as_files):
    sweep = posting
    reader = readers_of(sweep)[chance % 4]
    browser = sweep.browsers[str(reader)]
    browser.raise_request_exception = False
    fields, files = posted(forms(reader, sweep), changes)
    address = sweep.addresses.draw(name, reader.country)
    with transaction.atomic():
        if as_files or files:
            response = browser.post(address, clean(fields) | clean_files(files))
        else:
            urlencoded = "application/x-www-form-urlencoded"
            response = browser.generic("POST", address, encoded(fields), content_type=urlencoded)
        transaction.set_rollback(True)

    assert response.status_code < 500, (str(reader), address)


def clean(fields):
    """The test's own client cannot write what is no UTF-8 into a form of several parts."""
    return {
        name.encode("utf-8", "replace").decode(): [
            str(each).encode("utf-8", "replace").decode()
            for each in (said if isinstance(said, list) else [said])
        ]
        for name, said in fields.items()
    }


def clean_files(files):
    for file in files.values():
        file._name = (file.name or "unnamed").encode("utf-8", "replace").decode()
    return {name.encode("utf-8", "replace").decode(): file for name, file in files.items()}


def readers_of(sweep):
    """Those who may write most."""
    reviewer = next(each for each in sweep.world.readers if each.name == "reviewer")
    anonymous = sweep.world.readers[0]
    return [*sweep.world.readers_of(sweep.world.countries[0]), reviewer, anonymous]
