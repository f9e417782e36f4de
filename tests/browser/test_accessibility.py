"""Every page: nothing that axe finds, nothing wider than a telephone, no word on the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from members.models import MemberCountry, User
from objectives.models import Objective
from reporting import actions
from reporting.models import ProgressReport, ReportingRound
from tests.browser.steps import sign_in
from tests.factories import ProgressReportFactory

NOWHERE = "/no-such-page/"
ANYBODY = [
    "/",
    "/frameworks/",
    "/frameworks/2022-2025/",
    "/frameworks/2022-2025/indicators/",
    "/frameworks/2022-2025/goals/1/",
    "/frameworks/2022-2025/objectives/1.1/",
    "/frameworks/2022-2025/regions/",
    "/frameworks/2022-2025/regions/EUR/",
    "/about/",
    "/search/",
    "/search/?q=law",
    "/accounts/login/",
    "/accounts/password/reset/",
    NOWHERE,
]
OFFICER = [
    "/reporting/",
    "/reporting/2025-H2/1.1/",
    "/reporting/2025-H2/1.2/",
    "/reporting/2025-H2/1.2/submit/",
    "/reporting/2025-H2/1.2/history/",
    "/reporting/2025-H2/1.2/evidence/",
    "/reporting/2025-H2/1.3/history/",
    "/reporting/submissions/2025-H2-FR-1.3-1/",
    "/reporting/2025-H2/submit/",
    "/reporting/2025-H2/receipts/",
    "/reporting/2025-H2/extension/",
    "/reporting/2025-H2/workbook/",
    "/search/?q=er",
    "/frameworks/2022-2025/countries/FR/",
    "/accounts/delegation/",
    "/accounts/profile/",
    "/accounts/sessions/",
]
REVIEWER = [
    "/review/",
    "/review/{report}/",
    "/review/approve/?report={report}:2",
    "/review/matrix/",
    "/review/matrix/tiles/",
    "/review/on-behalf/",
    "/review/on-behalf/2025-H2/1.4/FR/",
    "/review/extensions/",
    "/review/rounds/",
    "/review/rounds/new/",
    "/review/rounds/2025-H2/edit/",
]
axe = Axe()


@pytest.fixture
def reports(organisation):
    """France's draft on 1.2 and what it has handed in on 1.3."""
    by = User.objects.get(email="focal@example.org")
    drafts = [
        ProgressReportFactory(
            round=ReportingRound.objects.get(),
            objective=Objective.objects.get_by_natural_key("2022-2025", 1, number),
            country=MemberCountry.objects.get(iso2="FR"),
            changed_by=by,
        )
        for number in (2, 3)
    ]
    actions.submit_report(report=drafts[1], version=1, by=by)


def faults(page, addresses):
    """What is wrong, page by page."""
    page.set_viewport_size({"width": 380, "height": 800})
    report = ProgressReport.objects.get(status="submitted").pk
    for address in addresses:
        address = address.format(report=report)
        status = page.goto(address).status
        if status != (404 if address == NOWHERE else 200):
            yield f"{address} answers {status}"
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 380:
            yield f"{address} is {width} px wide"
        for found in axe.run(page).response["violations"]:
            yield f"{address}: {found['id']}: {[node['html'] for node in found['nodes']][:3]}"


@pytest.mark.parametrize(
    ("name", "addresses"), [("focal", OFFICER), ("reviewer", REVIEWER)], ids=["officer", "reviewer"]
)
def test_pages_of_those_who_sign_in_are_accessible(quiet_page, reports, name, addresses):
    sign_in(quiet_page, name)
    assert list(faults(quiet_page, addresses)) == []


def test_pages_of_anybody_are_accessible(page, reports):
    assert list(faults(page, ANYBODY)) == []
