"""Every address, asked with every method by everybody in every state of a report.

What is expected stands in access_matrix.yaml. `ACCESS_MATRIX=all` asks everything; without it
the methods that no page takes, and states that an entry does not speak of, are left out where
somebody else has been asked the same.
"""

import dataclasses
import os
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from django.urls import URLPattern, get_resolver, reverse

from tests.access_world import MODELS, address_of, build

MATRIX = yaml.safe_load((Path(__file__).parent / "access_matrix.yaml").read_text())
PEOPLE = [
    "anonymous",
    "viewer",
    "reporter own",
    "reporter other",
    "focal point own",
    "focal point other",
    "reviewer assigned",
    "reviewer not assigned",
    "framework editor",
    "administrator",
    "deactivated",
    "token",
]
NOBODY = {"anonymous", "deactivated", "token"}
STATES = ["none", "draft", "submitted", "returned", "approved"]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"]
ALL = os.environ.get("ACCESS_MATRIX") == "all"
# Asked with the methods that no page takes: one who may not, one who may, and who is not known.
FEW = ["anonymous", "viewer", "reviewer not assigned"]
PAGES_OF_A_MODEL = {
    "": "list",
    "add/": "add",
    "<path:object_id>/change/": "change",
    "<path:object_id>/delete/": "delete",
    "<path:object_id>/history/": "history",
    "<path:object_id>/": "row",
    "^([^/]+)/history/([^/]+)/$": "version",
}
# All rows that an address names are there in this state.
FULLEST = "approved"
PARTS = [(state, n) for state in STATES for n in range(12 if ALL else 8 if state == FULLEST else 1)]
ANSWERS = {
    200: "opens",
    204: "opens",
    302: "leads on",
    400: "not understood",
    401: "failed",
    403: "refused",
    404: "absent",
    405: "no such",
    409: "conflict",
    410: "gone",
    422: "not understood",
}
WHAT_TO_WRITE = """
tests/access_matrix.yaml lacks an address, or has one that is gone. An entry says:

  reporting:report_example:
    for: officers                 # as the view's @allowed; all others sign in or are refused
    id: report                    # the row that the address names, if it names one
    reads: {own: opens, others: absent}
    writes: {draft: acts, else: conflict}
    sends: {version: "{version}"}
"""


@dataclasses.dataclass(frozen=True)
class Route:
    name: str
    path: str
    parameters: tuple
    view: object

    @property
    def audience(self):
        declared = getattr(self.view, "allowed_to", None)
        if declared:
            return declared.name
        return "signed in" if getattr(self.view, "login_required", True) else "everyone"


def routes(patterns, space="", path="", parameters=()):
    for each in patterns:
        inside = (*parameters, *each.pattern.regex.groupindex)
        if isinstance(each, URLPattern):
            name = f"{space}{each.name or each.pattern}"
            yield Route(name, f"{path}{each.pattern}", inside, each.callback)
        else:
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from routes(each.url_patterns, inner, f"{path}{each.pattern}", inside)


def pages():
    """All addresses; those of a model in the admin have its name: `members.user change`."""
    for route in routes(get_resolver().url_patterns):
        of_a_model = re.fullmatch(r"admin/(\w+)/(\w+)/(.*)", route.path)
        model = ".".join(of_a_model.groups()[:2]) if of_a_model else ""
        if model in MODELS:
            page = PAGES_OF_A_MODEL.get(of_a_model[3], of_a_model[3])
            route = dataclasses.replace(route, name=f"{model} {page}")
        yield route


def written_down():
    """{name: entry}, with one of each page of each model in the admin."""
    entries = dict(MATRIX["pages"])
    for kind in MATRIX["models in the admin"].values():
        for model, anew in kind["models"].items():
            for page, entry in kind["pages"].items():
                if entry == "none":
                    continue
                of_model = {"for": "staff", "model": model, "anew": anew or {}}
                if page not in ("list", "add"):
                    of_model["id"] = model
                entries[f"{model} {page}"] = of_model | entry
    return entries


ENTRIES = written_down()


def members_of(names):
    """The people whom `own or viewer` speaks of."""
    found = set()
    for name in names.split(" or "):
        found |= set(MATRIX["groups"].get(name, [name]))
    return found


def looked_up(said, actor, state):
    """The answer that an entry has for somebody in a state."""
    if isinstance(said, str):
        return said
    for key, inner in said.items():
        by_state = key == "else" or set(key.split(" or ")) <= set(STATES)
        if by_state and (key == "else" or state in key.split(" or ")):
            return inner
        if not by_state and (key == "others" or actor in members_of(key)):
            return looked_up(inner, actor, state)
    raise AssertionError(f"Nothing is said of {actor}, {state}: {said}")


def expected(entry, method, actor, state):
    if method in ("PUT", "DELETE", "TRACE"):
        return "no such" if method == "TRACE" else entry.get("all", "no such")
    if actor not in members_of(MATRIX["audiences"][entry["for"]]):
        return "signs in" if actor in NOBODY else "refused"
    head = "heads" if "heads" in entry else "reads"
    field = {"GET": "reads", "HEAD": head, "POST": "writes"}.get(method, method.lower())
    return looked_up(entry.get(field, entry.get("all", "no such")), actor, state)


def states_of(said):
    """Whether an entry tells states apart."""
    if isinstance(said, str):
        return set()
    keys = {part for key in said for part in key.split(" or ")}
    return keys & {*STATES, "else"} | {s for inner in said.values() for s in states_of(inner)}


def checks(state):
    """(route, entry, method, person) of all that is asked in this state."""
    for route in pages():
        entry = ENTRIES[route.name]
        for method in METHODS:
            field = {"POST": "writes", "GET": "reads"}.get(method)
            told_apart = states_of(entry.get(field, "")) if field else set()
            if not ALL and state != FULLEST and not told_apart:
                continue
            people = PEOPLE if ALL else people_in_short(route, field)
            yield from ((route, entry, method, actor) for actor in people)


def people_in_short(route, field):
    """Whoever has no business in the admin is refused by one guard in front of all its pages."""
    if "admin/" in route.path:
        return [*FEW, "framework editor", "administrator"] if field else []
    return PEOPLE if field else FEW


def parts_of(state):
    return sum(each == state for each, _ in PARTS)


def answer_of(response, method):
    answer = ANSWERS.get(response.status_code, str(response.status_code))
    if asks_to_sign_in(response):
        answer = "signs in"
    if not response.changed:
        return answer
    does = method == "POST" and answer in ("opens", "leads on")
    return "acts" if does else f"{answer}, and changed {', '.join(response.changed)}"


def asks_to_sign_in(response):
    if any(template.name == "signed_out.html" for template in response.templates):
        return True
    place = response.headers.get("Location", "")
    # The admin's own leads there.
    return place.startswith((reverse("account_login"), reverse("admin:login"))) and "next=" in place


def said(response, address):
    """The answer without tokens, the address and the minute, which paper shows, and how long
    the sign-in lasts.
    """
    body = response.body.replace(address.encode(), b"")
    body = re.sub(rb'data-left="\d+"', b"", body)
    body = re.sub(rb'<div class="print-origin small-print">.*?</div>', b"", body, flags=re.S)
    return re.sub(rb'(csrf\w*|value|token)="?[\w-]{32,}"?', b"", body, flags=re.I)


def sent(entry, world, actor):
    """What the form sends; in the admin all fields of a row, for a new one with others."""
    values = world.values(actor)
    form = dict(world.form_of(entry["model"])) if entry.get("form") else {}
    more = entry.get("sends", {})
    if entry.get("form") == "anew":
        more = more | entry["anew"]
        # Rows that stand below the other one stay there.
        counts = [name for name in form if name.endswith(("-TOTAL_FORMS", "-INITIAL_FORMS"))]
        form |= dict.fromkeys(counts, "0")
    return form | {name: filled_in(said, values) for name, said in more.items()}


def filled_in(said, values):
    """`{annex}` alone is a file; other words stand among words."""
    if (name := said.strip("{}")) in values:
        return values[name]() if callable(values[name]) else str(values[name])
    return said.format_map(values)


@pytest.fixture(autouse=True)
def quick_briefs(monkeypatch, quick_passwords):
    """Who gets a brief is asked here, not how it looks: typesetting takes most of the time."""
    monkeypatch.setattr("reporting.views.briefs.brief_pdf", lambda *_: b"%PDF-1.7")


def test_matrix_has_every_address_and_no_other():
    names = [each.name for each in pages()]

    assert sorted(ENTRIES) == sorted(names), WHAT_TO_WRITE


def test_matrix_has_all_people_and_states():
    assert list(MATRIX["people"]) == PEOPLE
    assert list(MATRIX["states"]) == STATES


def test_entry_names_those_whom_the_view_admits():
    declared = {each.name: each.audience for each in pages() if "admin/" not in each.path}

    assert {name: ENTRIES[name]["for"] for name in declared} == declared


def test_row_of_an_address_is_named():
    keys = {"pk", "receipt_number", "other", "iso2"}
    unnamed = [
        each.name
        for each in pages()
        if keys & set(each.parameters) and not ENTRIES[each.name].get("id")
    ]

    assert unnamed == []


def test_matrix_has_not_shrunk():
    asked = Counter({state: len(list(checks(state))) for state in STATES})

    assert asked.total() >= MATRIX["at least"]["all" if ALL else "in each run"]


@pytest.mark.parametrize(("state", "part"), PARTS)
def test_everybody_gets_the_answer_of_the_matrix(db, state, part):
    world = build(state)
    asked = list(checks(state))[part :: parts_of(state)]
    differences = [each for check in asked for each in complaints(world, state, *check)]
    print(f"\n{state}: {len(asked)} checks of access, {len(differences)} differences")

    assert differences == [], "\n".join(differences)


def complaints(world, state, route, entry, method, actor):
    what = entry.get("id")
    data = sent(entry, world, actor) if method == "POST" else {}
    address = address_of(route, world.ids, what)
    response = world.ask(actor, method, address, data)
    found, wanted = answer_of(response, method), expected(entry, method, actor, state)
    check = f"{route.name} {method}, {actor}"
    if found != wanted:
        yield f"{check}: {wanted}, but {found}"
    elif what in world.ids and is_hidden(found, method):
        # What one may not see is as if it were not there.
        missing = {name: key for name, key in world.ids.items() if name != what}
        elsewhere = address_of(route, missing, what)
        if method == "POST":
            data = sent(entry, world, actor)
        nothing = world.ask(actor, method, elsewhere, data)
        if said(nothing, elsewhere) != said(response, address):
            yield f"{check}: not as if it were missing"
    if response.body and says_nothing(route, found, method, entry, actor, state):
        yield f"{check}: says more than that"


def is_hidden(found, method):
    """The admin opens a page for OPTIONS too; `says_nothing` sees that it is one that GET opens."""
    if method == "OPTIONS":
        return found != "opens"
    return found == "absent" and method in ("GET", "POST")


def says_nothing(route, found, method, entry, actor, state):
    """OPTIONS tells no more than GET; programs are told in words what they did wrong."""
    if method == "OPTIONS" and found == "opens":
        return expected(entry, "GET", actor, state) != "opens"
    return method == "HEAD" or (found == "no such" and not route.name.startswith("api:"))
