"""The focal point hands in what is complete, takes one back and lets a colleague do the same."""

import datetime

import pytest
from playwright.sync_api import expect

from goals.models import Framework
from members.models import MemberCountry, User
from objectives.models import Objective
from reporting.models import ReportingRound
from tests.browser.steps import sign_in, sign_out
from tests.factories import ProgressReportFactory

SUBMIT_ALL = "Submit all that are complete (2)"


@pytest.fixture
def drafts(organisation):
    """Two complete drafts of France: 1.1 and 1.2."""
    for objective in Objective.objects.of(Framework.objects.get())[:2]:
        ProgressReportFactory(
            round=ReportingRound.objects.get(),
            objective=objective,
            country=MemberCountry.objects.get(iso2="FR"),
            changed_by=User.objects.get(email="reporter@example.org"),
        )


def submit_all(page):
    page.get_by_role("link", name=SUBMIT_ALL).click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_role("button", name="Submit those that are ticked").click()
    expect(page.get_by_text("2 reports are submitted. Their receipts are below.")).to_be_visible()
    expect(page.get_by_role("link", name="2025-H2-FR-1.2-1")).to_be_visible()


def withdraw_one(page):
    page.goto("/reporting/2025-H2/1.2/history/")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("The report is withdrawn.")).to_be_visible()
    page.goto("/reporting/")
    expect(page.get_by_text("1 of 17 handed in")).to_be_visible()


def delegate(page):
    page.get_by_role("link", name="Who submits in your place").click()
    page.get_by_label("Colleague").select_option("reporter")
    page.get_by_label("Until").fill(str(datetime.date.today() + datetime.timedelta(days=7)))
    page.get_by_role("button", name="Let the colleague submit").click()
    expect(page.get_by_role("button", name="End it now reporter")).to_be_visible()


def test_focal_point_submits_all_withdraws_one_and_delegates(quiet_page, drafts):
    sign_in(quiet_page, "focal")
    submit_all(quiet_page)
    withdraw_one(quiet_page)
    delegate(quiet_page)
    sign_out(quiet_page)
    sign_in(quiet_page, "reporter")
    expect(quiet_page.get_by_text("You may submit in the focal point's place")).to_be_visible()
    expect(quiet_page.get_by_role("link", name="Submit all that are complete (1)")).to_be_visible()
