"""What costs much can be asked for so often in a minute, and by whom."""

import os
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings as portal
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from reporting.evidence import stored
from reporting.models import Book
from tests.files import PDF, upload
from tests.members.asking import API, ELSEWHERE, FRAMEWORK, HERE, MOST, PAGES, asked
from tests.pages import texts
from tests.test_repository import named_views

SEARCH = "/search/?q=training"
EVIDENCE = "/reporting/2025-H2/1.1/evidence/"
LIMITED = {
    "search": {"reporting:search"},
    "files": {
        "reporting:framework_csv",
        "reporting:framework_xlsx",
        "reporting:goal_csv",
        "reporting:goal_xlsx",
        "reporting:objective_csv",
        "reporting:objective_xlsx",
        "reporting:country_csv",
        "reporting:country_xlsx",
        "reporting:region_csv",
        "reporting:region_xlsx",
        "reporting:reports_csv",
        "reporting:answers_csv",
        "reporting:queue_csv",
        "reporting:queue_xlsx",
        "reporting:indicator_values_csv",
        "reporting:matrix_csv",
        "reporting:matrix_xlsx",
        "reporting:evidence_download",
        "reporting:book_file",
    },
    "briefs": {
        "reporting:framework_pdf",
        "reporting:goal_pdf",
        "reporting:objective_pdf",
        "reporting:country_pdf",
    },
    "workbooks": {
        "reporting:workbook_download",
        "reporting:workbook_upload",
        "reporting:workbook_accept",
        "reporting:workbook_recheck",
    },
    "uploads": {"reporting:report_evidence"},
    "api": {
        "api:index",
        "api:framework_list",
        "api:framework_detail",
        "api:framework_progress",
        "api:goal_progress",
        "api:objective_progress",
        "api:indicator_list",
        "api:region_list",
        "api:snapshot_list",
    },
}


@pytest.fixture
def limits(settings):
    """Three a minute of each."""
    settings.LIMIT_REQUESTS = True
    rates = dict.fromkeys(LIMITED, f"{MOST}/m/user")
    rates |= {f"{name}_signed_out": f"{MOST}/m/ip" for name in LIMITED}
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | rates


def test_these_are_limited_and_no_others():
    found = {}
    for name, view in named_views(get_resolver().url_patterns):
        if what := getattr(view, "limited_as", None):
            found.setdefault(what, set()).add(name)

    assert found == LIMITED


def test_each_limit_is_one_of_a_minute_for_all_whom_its_views_admit():
    rates = portal.ACCOUNT_RATE_LIMITS
    views = dict(named_views(get_resolver().url_patterns))
    for what, names in LIMITED.items():
        _amount, window, per = rates[what].split("/")
        assert (window, per) == ("m", "user")
        if any(views[name].allowed_to.name == "everyone" for name in names):
            _amount, window, per = rates[f"{what}_signed_out"].split("/")
            assert (window, per) == ("m", "ip")


@pytest.mark.parametrize(
    "address",
    [
        SEARCH,
        f"{FRAMEWORK}/progress.csv",
        f"{FRAMEWORK}/progress.xlsx",
        f"{FRAMEWORK}/reports.csv",
        f"{FRAMEWORK}/goals/1/brief.pdf",
        "/reporting/2025-H2/workbook.xlsx",
        API,
    ],
)
def test_too_many_are_told_to_wait(client_of, reporter, open_round, limits, address):
    ours = client_of(reporter)

    assert asked(ours, address) == [200] * MOST + [429]
    assert ours.get(address).headers["Retry-After"] == "60"


@pytest.fixture
def evidence(draft):
    item = stored(upload("annex.pdf", PDF))
    item.report, item.added_by = draft, draft.changed_by
    item.save()
    return f"/reporting/evidence/{item.pk}/"


@pytest.fixture
def book(framework, reporter):
    made = {"content": b"PK", "finished_at": timezone.now()}
    found = Book.objects.create(framework=framework, asked_by=reporter, **made)
    return f"/books/{found.pk}/file/"


@pytest.mark.parametrize("name", ["evidence", "book"])
def test_files_that_are_there_are_handed_out_so_often(request, client_of, reporter, limits, name):
    address = request.getfixturevalue(name)

    assert asked(client_of(reporter), address) == [200] * MOST + [429]


def test_browser_gets_a_page_of_our_own(client_of, reporter, client, framework, limits):
    for browser in (client, client_of(reporter)):
        asked(browser, SEARCH)

        assert texts(browser.get(SEARCH), "h1") == ["Too often in a short time"]


def test_program_is_told_in_json(client, framework, limits):
    asked(client, API)

    response = client.get(API)

    said = response.json()
    assert (response.status_code, said["status"], said["title"]) == (
        429,
        429,
        "This was asked for too often",
    )
    assert said["detail"] == "Ask again in 60 seconds."
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "60"


def test_of_uploads_those_that_are_sent_are_counted(client_of, reporter, draft, limits):
    ours = client_of(reporter)
    answers = [send(ours, number) for number in range(MOST + 1)]

    assert [each.status_code for each in answers] == [302] * MOST + [429]
    assert [item.file_name for item in draft.evidence.files()] == ["0.pdf", "1.pdf", "2.pdf"]
    # What was typed beside the last file is there to be sent again, and the form opens still.
    assert f"https://police.example/{MOST}" in answers[-1].content.decode()
    assert asked(ours, EVIDENCE) == [200] * (MOST + 1)


def send(client, number):
    """The next file and link, each another one."""
    typed = {"version": 1 + number, "no_personal_data": "on", "title": f"Number {number}"}
    files = {"files": upload(f"{number}.pdf", PDF + b"\n" * number)}
    link = {"url": f"https://police.example/{number}"}
    return client.post(EVIDENCE, typed | files | link)


def test_each_person_is_counted_alone(client_of, reporter, focal_point, framework, limits):
    """Though all of them come from one address, with strangers."""
    asked(Client(), SEARCH)
    asked(client_of(reporter), SEARCH)

    assert asked(client_of(focal_point), SEARCH) == [200] * MOST + [429]


def test_person_is_the_same_in_each_browser_and_place(client_of, reporter, framework, limits):
    asked(client_of(reporter), SEARCH, REMOTE_ADDR=HERE)

    assert asked(client_of(reporter), SEARCH, 1, REMOTE_ADDR=ELSEWHERE) == [429]


def test_strangers_are_counted_by_address(framework, limits):
    asked(Client(), SEARCH, REMOTE_ADDR=HERE)

    assert asked(Client(), SEARCH, 1, REMOTE_ADDR=HERE) == [429]
    assert asked(Client(), SEARCH, 1, REMOTE_ADDR=ELSEWHERE) == [200]


def test_forged_address_does_not_help(framework, limits, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    found = [
        Client().get(SEARCH, headers={"X-Forwarded-For": f"203.0.113.{number}, {HERE}"}).status_code
        for number in range(MOST + 1)
    ]

    assert found == [200] * MOST + [429]


def test_network_of_ipv6_is_one_address(framework, limits):
    found = [asked(Client(), SEARCH, 1, REMOTE_ADDR=f"2001:db8::{n}") for n in range(MOST + 1)]

    assert found == [[200]] * MOST + [[429]]


def test_each_kind_is_counted_alone(client_of, reporter, framework, limits):
    ours = client_of(reporter)
    asked(ours, SEARCH)

    assert asked(ours, f"{FRAMEWORK}/reports.csv") == [200] * MOST + [429]


def test_after_a_minute_it_works_again(client_of, reporter, framework, limits):
    """Also for whoever has gone on asking: what is refused does not count."""
    ours, now = client_of(reporter), time.time()
    with time_machine.travel(now, tick=False):
        asked(ours, SEARCH)
    with time_machine.travel(now + 59, tick=False):
        assert asked(ours, SEARCH) == [429] * (MOST + 1)
    with time_machine.travel(now + 61, tick=False):
        assert asked(ours, SEARCH) == [200] * MOST + [429]


def test_pages_have_none_of_these_limits(client, client_of, reporter, framework, limits):
    for browser in (client, client_of(reporter)):
        for page in PAGES:
            assert 429 not in asked(browser, page)


@pytest.fixture
def kept(edit_history, settings):
    """Pages of strangers are kept, and none is yet."""
    settings.DEBUG, settings.KEEP_PAGES = False, True
    caches["pages"].clear()


def test_copy_that_is_still_good_does_not_count(client, kept, open_round, limits):
    address = f"{FRAMEWORK}/progress.csv"
    etag = client.get(address).headers["ETag"]

    assert asked(client, address) == [200] * (MOST + 1)
    assert asked(client, address, headers={"If-None-Match": etag}) == [304] * (MOST + 1)
    others = [client.get(f"{address}?{number}").status_code for number in range(MOST)]
    assert others == [200] * (MOST - 1) + [429]


def test_refusal_is_not_kept_for_the_next_stranger(client, kept, open_round, limits):
    for number in range(MOST):
        client.get(f"{FRAMEWORK}/progress.csv?{number}")
    address = f"{FRAMEWORK}/progress.csv"

    assert asked(client, address, 1, REMOTE_ADDR="127.0.0.1") == [429]
    assert asked(client, address, 1, REMOTE_ADDR=ELSEWHERE) == [200]


def test_counting_takes_the_same_queries_each_time(client_of, reporter, objective, limits):
    ours = client_of(reporter)
    ours.get(SEARCH)
    counts = []
    for _time in range(MOST - 1):
        with CaptureQueriesContext(connection) as queries:
            ours.get(SEARCH)
        counts.append(len(queries))

    assert len(set(counts)) == 1


@pytest.fixture
def committed(transactional_db):
    """Seen by other processes; no test's rollback takes away what is counted."""
    yield
    cache.clear()


def test_all_workers_count_together(committed, framework, limits, settings):
    # Longer than any machine takes to start one.
    settings.ACCOUNT_RATE_LIMITS["search_signed_out"] = f"{MOST}/h/ip"
    assert asked(Client(), SEARCH, 1) == [200]

    assert asked_by_another_worker(MOST) == "200 200 429"
    assert asked(Client(), SEARCH, 1) == [429]


def asked_by_another_worker(times):
    """What a process of its own answers, which shares the data base alone with this one."""
    program = f"""
import django
django.setup()
from django.conf import settings
from django.test import Client
settings.ACCOUNT_RATE_LIMITS["search_signed_out"] = "{MOST}/h/ip"
client = Client(SERVER_NAME="127.0.0.1")
print(*[client.get("{SEARCH}").status_code for _time in range({times})])
"""
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}@{quote(database['HOST'], '')}/{database['NAME']}"
    else:
        url = f"sqlite:///{database['NAME']}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"DATABASE_URL": url, "LIMIT_REQUESTS": "1"},
        cwd=portal.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
