import os
import shutil

import pytest
from django.core.cache import cache
from django.core.management import call_command

from goals.models import Framework
from members.models import MemberCountry, Role
from objectives.models import Objective
from reporting.tallies import recount_all
from tests.browser.steps import PASSWORD
from tests.factories import MembershipFactory, ProgressReportFactory, ReportingRoundFactory

# Playwright's loop runs in the test's own thread, where Django then refuses the data base.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args():
    if not (chromium := shutil.which("chromium")):
        pytest.fail("These tests need Chromium: apt-get install chromium", pytrace=False)
    return {
        "executable_path": chromium,
        "headless": True,
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-quic",
        ],
    }


@pytest.fixture(scope="session")
def base_url(live_server):
    """Lets a test open a page by its path."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/Paris"}


@pytest.fixture
def quiet_page(page):
    """A page on which any complaint of the browser's fails the test."""
    complaints = []

    def console(message):
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def request_failed(request):
        # A test's next step may cut off what a page still loads: its icon, a script at its end.
        # What is missing or refused fails in other words, and the console tells of it.
        cut_off = request.failure == "net::ERR_ABORTED"
        if not (cut_off and ("/favicon." in request.url or "/static/" in request.url)):
            complaints.append(f"failed: {request.url}, {request.failure}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    page.on("requestfailed", request_failed)
    yield page
    if complaints:
        pytest.fail("The browser complained:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def organisation(transactional_db):
    """The framework, an open round, and nine countries whose reports on 1.1 are approved."""
    # The tests together sign one person in more often than is allowed in a quarter of an hour.
    cache.clear()
    call_command("loaddata", "members", "framework-2022-2025", verbosity=0)
    framework = Framework.objects.get()
    reporting_round = ReportingRoundFactory(
        framework=framework, slug="2025-H2", name="Second half of 2025"
    )
    objective = Objective.objects.get_by_natural_key("2022-2025", 1, 1)
    france = MemberCountry.objects.get(iso2="FR")
    for country in MemberCountry.objects.exclude(iso2="FR")[:9]:
        ProgressReportFactory(
            round=reporting_round, objective=objective, country=country, approved=True
        )
    recount_all()
    for name, role, country in [
        ("reporter", Role.REPORTER, france),
        ("focal", Role.FOCAL_POINT, france),
        ("reviewer", Role.REVIEWER, None),
    ]:
        user = MembershipFactory(
            user__email=f"{name}@example.org", user__name=name, role=role, country=country
        ).user
        user.set_password(PASSWORD)
        user.save()
