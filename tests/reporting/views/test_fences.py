"""How often the database is asked: as often for much as for little, and seldom.

What is allowed: a page's own queries are at most 8. Beside them one more asks whether the copy
of a signed-out reader is still good, and two are the person's own: the session, and the account
with its roles (three for an administrator, who has no role). Together, too, they are at most
8, and 9 for an administrator, but for what `MORE` names.
"""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, resolve

from members.models import Role
from tests.factories import MembershipFactory
from tests.worlds import world

MOST = 8
FRAMEWORK = "/frameworks/2022-2025/"
GOAL = f"{FRAMEWORK}goals/1/"
OBJECTIVE = f"{FRAMEWORK}objectives/1.1/"
COUNTRY = f"{FRAMEWORK}countries/FR/"
VALUES = f"{FRAMEWORK}indicators/1.1.1/values/"
VALUES_CSV = f"{FRAMEWORK}indicators/1.1.1/values.csv"
MATRICES = ["/review/matrix/", "/review/matrix/tiles/", "/review/matrix.csv", "/review/matrix.xlsx"]
LISTINGS = [f"{FRAMEWORK}reports.csv", f"{FRAMEWORK}answers.csv"]
QUEUES = ["/review/reports.csv", "/review/reports.xlsx"]
SNAPSHOTS = ["/review/snapshots/", "/review/snapshots/1.json"]
SEARCHES = ["/search/?q=train", "/search/?q=train&kind=report"]
PROGRESS = f"{FRAMEWORK}progress/"
PUBLIC = [
    "/",
    FRAMEWORK,
    PROGRESS,
    f"{PROGRESS}?snapshot=1",
    GOAL,
    f"{GOAL}?region=EUR",
    f"{GOAL}?snapshot=1",
    OBJECTIVE,
]
PUBLIC += [f"{OBJECTIVE}?snapshot=1", f"{FRAMEWORK}regions/", f"{FRAMEWORK}regions/EUR/"]
PUBLIC += [f"{FRAMEWORK}indicators/", *SEARCHES]
FILES = [
    f"{page}{name}"
    for page in (FRAMEWORK, GOAL, OBJECTIVE)
    for name in ("progress.csv", "progress.xlsx", "brief.pdf")
]
FILES += [f"{FRAMEWORK}regions/EUR/progress.csv", f"{FRAMEWORK}regions/EUR/progress.xlsx"]
OF_COUNTRIES = [f"{COUNTRY}{name}" for name in ("progress.csv", "progress.xlsx", "brief.pdf")]
API = [f"/api/v1/{each}" for each in ("", "frameworks", "regions", "snapshots", "docs")]
API += ["/api/v1/openapi.json", "/api/v1/frameworks/2022-2025"]
API += [
    f"/api/v1/frameworks/2022-2025/{each}"
    for each in ("progress", "goals/1/progress", "objectives/1.1/progress", "indicators")
]
# What each reader may see; nobody but these is shown the last pages of his list.
SEES = {
    "stranger": [*PUBLIC, *FILES, *API],
    "viewer": [*PUBLIC, *API],
    "reporter": [*PUBLIC, COUNTRY, *OF_COUNTRIES, *MATRICES, *LISTINGS],
    "editor": [*PUBLIC, VALUES, VALUES_CSV, *MATRICES],
    "secretariat": [
        *[*PUBLIC, COUNTRY, VALUES, VALUES_CSV],
        *[*MATRICES, *SNAPSHOTS, *LISTINGS, *QUEUES],
    ],
    "administrator": [*PUBLIC, *MATRICES],
}
# Countries, objectives, rounds; all that there are for those who see most.
SMALLEST, MANY_REPORTS = (1, 1, 1), (300, 1, 1)
SIZES = [SMALLEST, (3, 3, 3), MANY_REPORTS, (3, 17, 1), (3, 1, 16)]
SEE_MOST = {"stranger", "secretariat"}
# With the person's own. An objective's page needs 8 itself; a framework's, a goal's, a country's,
# and the texts and the indicators of a framework in the API 7.
MORE = {OBJECTIVE: 10, f"{OBJECTIVE}?snapshot=1": 10, COUNTRY: 9}
MORE |= dict.fromkeys([f"{OBJECTIVE}{name}" for name in ("progress.csv", "progress.xlsx")], 9)
MORE |= dict.fromkeys([f"{OBJECTIVE}brief.pdf", *OF_COUNTRIES], 9)
MORE |= dict.fromkeys([GOAL, f"{GOAL}?region=EUR", f"{GOAL}?snapshot=1"], 9)
MORE |= dict.fromkeys(["/", PROGRESS, f"{PROGRESS}?snapshot=1"], 9)
MORE |= dict.fromkeys([f"/api/v1/frameworks/2022-2025{each}" for each in ("", "/indicators")], 9)
READ_REPORTS = {
    COUNTRY: "a country's own reports are what it shows",
    **dict.fromkeys(OF_COUNTRIES, "the same as files"),
    **dict.fromkeys([*LISTINGS, *QUEUES], "they are the reports that the reader may read"),
    VALUES: "it lists who answered what",
    VALUES_CSV: "the same as a file",
    **dict.fromkeys(MATRICES, "it shows the state of each report, also before it is approved"),
    **dict.fromkeys(SEARCHES, "it looks into the texts that the reader may read"),
}
# Pages of these kinds that are no dashboard.
FORMS = {"book_ask", "reports_ask", "indicator_status", "snapshot_confirm", "snapshot_discard"}


def beside_the_page(reader):
    """How many queries are not the page's own."""
    return {"stranger": 1, "administrator": 3}.get(reader, 2)


@pytest.fixture
def readers(request, client_of, secretariat, administrator, monkeypatch):
    """{name: browser} of all who may read."""
    # Once a minute a page notes that its reader is still there: another query, for no page's sake.
    monkeypatch.setattr("members.sessions.EXACT_TO", 3600)
    names = ["viewer", "reporter", "editor", "secretariat", "administrator"]
    people = {name: client_of(request.getfixturevalue(name)) for name in names}
    return {"stranger": Client(), **people}


@pytest.fixture
def asked(readers, secretariat):
    """`asked(reader, size)` are the queries of each page that he may see, in a world so large."""
    colleague = MembershipFactory(role=Role.REVIEWER).user

    def queries(reader, size):
        countries, objectives, rounds = size
        with transaction.atomic():
            world(
                countries=countries,
                objectives=objectives,
                rounds=rounds,
                by=secretariat,
                confirmed_by=colleague,
            )
            found = {page: queries_of(readers[reader], page) for page in SEES[reader]}
            transaction.set_rollback(True)
        return found

    return queries


def queries_of(client, page):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(page)
        assert response.status_code == 200, page
        assert b"".join(response)
    return [each["sql"] for each in queries]


def touches_reports(sql):
    return "reporting_progressreport" in sql or "reporting_indicatorvalue" in sql


@pytest.mark.counting
@pytest.mark.parametrize("reader", SEES)
def test_pages_ask_as_often_for_much_as_for_little(asked, reader):
    sizes = SIZES if reader in SEE_MOST else [SMALLEST, MANY_REPORTS]
    counts = [
        {page: len(queries) for page, queries in asked(reader, size).items()} for size in sizes
    ]

    grown = {page: [each[page] for each in counts] for page in SEES[reader]}
    assert {page: each for page, each in grown.items() if len(set(each)) > 1} == {}
    allowed = {page: MORE.get(page, MOST) + (reader == "administrator") for page in SEES[reader]}
    assert {page: count for page, count in counts[0].items() if count > allowed[page]} == {}
    own = {page: count - beside_the_page(reader) for page, count in counts[0].items()}
    assert {page: count for page, count in own.items() if count > MOST} == {}


@pytest.mark.parametrize("reader", SEES)
def test_pages_sum_up_tallies_and_read_no_report(asked, reader):
    found = asked(reader, (3, 3, 3))

    reading = {page for page, queries in found.items() if any(map(touches_reports, queries))}
    assert reading == READ_REPORTS.keys() & found.keys()


def test_every_dashboard_is_behind_the_fence():
    found = [resolve(page.partition("?")[0]) for pages in SEES.values() for page in pages]
    behind = {each.view_name for each in found}
    places = ("frameworks/", "search/", "review/matrix", "review/snapshots/", "review/reports.")
    pages = {
        space.namespace: space.url_patterns
        for space in get_resolver().url_patterns
        if getattr(space, "namespace", None) in ("reporting", "api")
    }
    dashboards = {
        f"reporting:{page.name}"
        for page in pages["reporting"]
        if str(page.pattern).startswith(places)
    }
    assert dashboards - {f"reporting:{name}" for name in FORMS} - behind == set()
    operations = {f"api:{page.name}" for page in pages["api"]}
    assert operations - behind == {"api:nothing_here"}
