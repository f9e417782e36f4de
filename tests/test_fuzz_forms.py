"""Whatever is sent to any form of any page or asked of any address, the portal answers, and never
with a 500.

The forms are those that somebody finds on the pages, with all that they send, the admin's too; the
addresses are those of the URLconf. All go through the whole stack: 5 posts to each form and 3 looks
at each address; FUZZ_EXAMPLES=500 tries more.
"""

import json
import os
import re
from collections import Counter

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils.http import url_has_allowed_host_and_scheme
from hypothesis import HealthCheck, given, settings

from tests.fuzz.asking import HOST, MULTIPART, URLENCODED, parts_of, query_of
from tests.fuzz.found import Finder, takers_of_posts
from tests.fuzz.odd import seeded
from tests.fuzz.reading import place, read
from tests.fuzz.sending import METHODS, address_with, asked_of, changed, sent_to
from tests.reporting.api.asking import PROBLEM
from tests.sweep.reading import briefs_as_text
from tests.test_access_matrix import ENTRIES

POSTS, LOOKS = (int(os.environ.get("FUZZ_EXAMPLES", least)) for least in (5, 3))
A_MESSAGE = re.compile(
    r'class="[^"]*(alert-danger|errorlist|errornote|invalid-feedback|field-error|filter-error'
    r'|workbook-errors|comment-error)|role="alert"'
)
# Where it is no sign of a refusal: what was sent is kept while one goes on writing.
SHOWN_AGAIN = {"reporting:report_autosave"}


@pytest.fixture(scope="module")
def finder(django_db_setup, django_db_blocker, tmp_path_factory):
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    evidence = tmp_path_factory.getbasetemp() / "evidence"
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(
            EVIDENCE_DIR=evidence, PASSWORD_HASHERS=quick, DEBUG_PROPAGATE_EXCEPTIONS=True
        ),
        briefs_as_text(),
    ):
        yield Finder()
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(takers_of_posts()))
def test_no_form_fails(db, finder, name):
    forms = finder.forms_of(name)
    assert forms, f"Nobody finds a form that goes to {name}: say in tests/fuzz/found.py how to."
    for found in forms:
        answers = try_form(finder, found)
        print(f"\n{found.who} sent the form of {name} so often: {answers}")


def try_form(finder, found):
    known = finder.known(found)
    answers = Counter()

    @settings(max_examples=POSTS, suppress_health_check=list(HealthCheck))
    @given(sent_to(found.form))
    def run(sent):
        pairs, files = changed(found, sent, known)
        if files or sent.in_parts:
            body, kind = parts_of(pairs, files), MULTIPART
        else:
            body, kind = query_of(pairs).encode(), URLENCODED
        cookies = finder.cookies_of(found, sent.who)
        response = finder.browser.ask("POST", found.address, cookies, body, kind)
        answers[response.status_code] += 1
        assert list(complaints(found, response, pairs)) == []

    seeded(run, found.key)()
    return dict(answers)


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_no_address_fails(db, finder, name):
    places = finder.gets(name)
    is_api = name.startswith("api:")
    answers = Counter()

    @settings(max_examples=LOOKS, suppress_health_check=list(HealthCheck))
    @given(asked_of(finder.asked_of(name), sorted({*METHODS, "POST"}) if is_api else METHODS))
    def run(asked):
        address, cookies = places[asked.who % len(places)]
        address = address_with(address, asked)
        response = finder.browser.ask(asked.method, address, cookies, asked.body, asked.kind)
        answers[response.status_code] += 1
        wrong = [*misled(response), *(changed_by_a_look(name, response))]
        if address.startswith("/api/v1/") and response.status_code >= 400:
            wrong += no_problem(asked.method, response)
        elif asked.method == "GET" and response.status_code == 200 and is_page(response):
            wrong += not_shown(address, asked.pairs, response)
        assert wrong == []

    seeded(run, name)()
    print(f"\n{name} was asked for so often: {dict(answers)}")


def changed_by_a_look(name, response):
    if response.changed and "and changed" not in str(ENTRIES[name]["reads"]):
        yield f"was looked at, and changed {response.changed}"


def no_problem(method, response):
    """Programs are told in JSON what is wrong."""
    if response.headers.get("Content-Type") != PROBLEM:
        yield "says it in another way than in JSON"
    elif method != "HEAD" and json.loads(response.body)["status"] != response.status_code:
        yield "says another status"


def not_shown(address, pairs, response):
    """What was asked for stands in the form that asks again."""
    page, sent = read(response.body.decode()), dict(pairs)
    path = address.partition("?")[0]
    forms = [each for each in page.forms if each.method == "GET"]
    own = [each.typed() for each in forms if place(path, each.action).partition("?")[0] == path]
    for name in {name for typed in own for name in typed if name in sent}:
        shown = [one_line(typed[name]) for typed in own if name in typed]
        if one_line(sent[name]) not in shown:
            yield f"was asked for {name}={sent[name]!r}, and shows {shown}"


def misled(response):
    leads_to = response.headers.get("Location", "/")
    if response.status_code >= 500:
        yield f"answered {response.status_code}"
    # What is longer Django takes for none of ours.
    if not url_has_allowed_host_and_scheme(leads_to[:2_000], {HOST}):
        yield f"led to {leads_to}"


def complaints(found, response, pairs):
    yield from misled(response)
    status = response.status_code
    if status >= 400 and response.changed:
        yield f"answered {status}, and changed {response.changed}"
    page = read(response.body.decode()) if is_page(response) else None
    again = page and form_again(found, page)
    if again and not response.changed:
        # A page of its own says it in its heading.
        if status < 400 and not A_MESSAGE.search(response.body.decode()):
            yield f"refused with {status} and without a word"
        for name, said in lost(again, pairs):
            yield f"lost what was typed in {name}: {said!r}"
    elif again and found.name not in SHOWN_AGAIN:
        yield f"shows the form again, and changed {response.changed}"


def is_page(response):
    return response.headers.get("Content-Type", "").startswith("text/html")


def form_again(found, page):
    for form in page.forms:
        if form.method == "POST" and set(form.typed()) & set(found.form.typed()):
            return form
    return None


def lost(again, pairs):
    sent = dict(pairs)
    for name, shown in again.typed().items():
        if name in sent and one_line(sent[name]) != one_line(shown):
            yield name, sent[name]


def one_line(text):
    """Lone surrogates arrive as marks of what cannot be read; line breaks are one."""
    said = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return said.replace("\r\n", "\n").replace("\r", "\n")
