"""The table of docs/roles.md, cell by cell: who may see and do what."""

import pytest
from django.contrib.auth.models import AnonymousUser

from reporting.models import Evidence, ProgressReport
from tests.factories import EvidenceFactory
from tests.reporting.test_actions import COMMENT
from tests.reporting.test_forms import FILLED

EDIT = "/reporting/2025-H2/1.1/"
PEOPLE = ["anonymous", "viewer", "reporter", "focal_point", "neighbour", "secretariat", "editor"]
ALWAYS, MEMBERS, PUBLIC, NEVER = (
    {"aggregate", "members", "public"},
    {"members", "public"},
    {"public"},
    set(),
)

# state: person: under which visibility of results the text can be read.
READS = {
    "draft": {"reporter": ALWAYS, "focal_point": ALWAYS},
    "returned": {"reporter": ALWAYS, "focal_point": ALWAYS},
    "submitted": {"reporter": ALWAYS, "focal_point": ALWAYS, "secretariat": ALWAYS},
    "approved": {
        "anonymous": PUBLIC,
        "viewer": MEMBERS,
        "neighbour": MEMBERS,
        "reporter": ALWAYS,
        "focal_point": ALWAYS,
        "secretariat": ALWAYS,
        "editor": ALWAYS,
    },
}
KNOWS_THE_STATE = {"reporter", "focal_point", "secretariat", "editor"}
EDITS = {"reporter", "focal_point"}


@pytest.fixture
def person(request, db):
    if request.param == "anonymous":
        return AnonymousUser()
    return request.getfixturevalue(request.param)


@pytest.fixture
def browser(client, client_of, person):
    return client_of(person) if person.is_authenticated else client


def each(names):
    return pytest.mark.parametrize(("name", "person"), [(n, n) for n in names], indirect=["person"])


@each(PEOPLE)
@pytest.mark.parametrize("visibility", sorted(ALWAYS))
@pytest.mark.parametrize("state", READS)
def test_who_reads_the_text_of_a_report(request, state, visibility, name, person, browser):
    report = request.getfixturevalue(state)
    report.round.framework.results_visibility = visibility
    report.round.framework.save()
    allowed = visibility in READS[state].get(name, NEVER)
    assert ProgressReport.objects.visible_to(person).exists() == allowed
    page = browser.get(f"/reporting/reports/{report.pk}/")
    assert (page.status_code, report.achievements in page.content.decode()) == (
        (200, True) if allowed else (404, False)
    )


@each(PEOPLE)
@pytest.mark.parametrize("state", READS)
def test_who_knows_the_state_and_dates_of_a_report(request, state, name, person):
    request.getfixturevalue(state)
    known = ProgressReport.objects.states_visible_to(person).exists()
    assert known == (name in KNOWS_THE_STATE)


@each(PEOPLE)
@pytest.mark.parametrize("state", READS)
def test_who_edits_a_report(request, state, name, person, browser):
    report = request.getfixturevalue(state)
    allowed = name in EDITS and state in ("draft", "returned")
    assert ProgressReport.objects.editable_by(person).exists() == allowed
    browser.post(EDIT, FILLED | {"version": str(report.version), "achievements": "Mine."})
    report.refresh_from_db()
    assert (report.achievements == "Mine.") == allowed


@pytest.mark.parametrize("state", READS)
def test_who_reads_the_evidence_of_a_report(request, db, state):
    report = request.getfixturevalue(state)
    EvidenceFactory(report=report, submitted=state != "draft")
    report.round.framework.results_visibility = "public"
    report.round.framework.save()
    people = {name: request.getfixturevalue(name) for name in PEOPLE[1:]}
    people["anonymous"] = AnonymousUser()
    readers = {name for name in people if Evidence.objects.visible_to(people[name]).exists()}
    reviewers = {"secretariat"} if state in ("submitted", "approved") else set()
    assert readers == {"reporter", "focal_point"} | reviewers


@each(PEOPLE)
@pytest.mark.parametrize(
    ("verb", "state", "becomes"),
    [
        ("approve", "submitted", "approved"),
        ("return", "submitted", "returned"),
        ("reopen", "approved", "returned"),
    ],
)
def test_who_decides_on_a_report(request, verb, state, becomes, name, person, browser):
    report = request.getfixturevalue(state)
    allowed = name == "secretariat"
    assert ProgressReport.objects.reviewable_by(person).exists() == allowed
    # With a comment beside it, the page asks first whether approval is meant.
    comment = {} if verb == "approve" else {"comment": COMMENT}
    browser.post(f"/review/{report.pk}/{verb}/", {"version": report.version} | comment)
    report.refresh_from_db()
    assert report.status == (becomes if allowed else state)


@each(PEOPLE)
@pytest.mark.parametrize("visibility", sorted(ALWAYS))
def test_who_sees_the_figures(name, visibility, approved, browser):
    framework = approved.round.framework
    framework.results_visibility = visibility
    framework.save()
    shown = name != "anonymous" or visibility != "members"
    page = browser.get("/frameworks/2022-2025/goals/1/")
    assert (page.status_code, bool(page.context["rows"])) == (200, shown)


@each(PEOPLE)
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/frameworks/",
        "/frameworks/2022-2025/",
        "/frameworks/2022-2025/indicators/",
        "/frameworks/2022-2025/goals/1/",
        "/frameworks/2022-2025/objectives/1.1/",
    ],
)
def test_everyone_reads_the_framework(address, name, browser, open_round):
    assert open_round.framework.slug in browser.get(address).content.decode()


def test_nobody_with_two_roles_sees_more_than_both_allow(reporter, secretariat, neighbour, draft):
    """A reviewer who is also a reporter of Japan still sees no draft of France."""
    secretariat.memberships.create(role="reporter", country=neighbour.country)
    assert not ProgressReport.objects.visible_to(secretariat).exists()
