"""A reviewer's morning: what is wrong goes back at its field, what is right is approved at once."""

import re

import pytest
from playwright.sync_api import expect

from members.models import MemberCountry, User
from objectives.models import Objective
from reporting import actions
from reporting.models import ProgressReport, ReportingRound
from tests.browser.steps import sign_in, sign_out
from tests.factories import ProgressReportFactory

FRANCE = re.compile(r"France ?, 1\.1")


@pytest.fixture
def reports(organisation):
    """France's reports on three objectives, handed in."""
    focal = User.objects.get(email="focal@example.org")
    found = [
        ProgressReportFactory(
            round=ReportingRound.objects.get(),
            country=MemberCountry.objects.get(iso2="FR"),
            objective=objective,
            changed_by=focal,
        )
        for objective in Objective.objects.filter(goal__number=1).order_by("number")[:3]
    ]
    for report in found:
        actions.submit_report(report=report, version=1, by=focal)
    return found


def return_one_field(page):
    sign_in(page, "reviewer")
    page.get_by_role("link", name=FRANCE).click()
    page.get_by_text("Comment on this field: lessons learned").click()
    page.get_by_label("Comment on this field: Lessons learned").fill("Whose lessons are these?")
    page.get_by_label("Comment to the country").fill("no")
    page.get_by_label("Only the commented fields").check()
    page.get_by_role("button", name="Return to the country").click()
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    expect(page.get_by_label("Comment to the country")).to_be_focused()
    expect(page.get_by_label("Comment to the country")).to_be_in_viewport()
    expect(page.get_by_label("Comment on this field: Lessons learned")).to_have_value(
        "Whose lessons are these?"
    )
    page.get_by_label("Comment to the country").fill("Please look at the lessons again.")
    page.get_by_role("button", name="Return to the country").click()
    expect(page.get_by_text("Returned to the country: France, 1.1")).to_be_visible()
    sign_out(page)


def correct_it(page):
    sign_in(page, "focal")
    page.goto("/reporting/2025-H2/1.1/")
    expect(page.get_by_text("Please look at the lessons again.").first).to_be_visible()
    expect(page.get_by_text("Whose lessons are these?").first).to_be_visible()
    expect(page.get_by_label("Achievements")).to_be_disabled()
    page.get_by_label("Lessons learned").fill("Begin with the trainers of the border police.")
    page.get_by_role("button", name="Save and check before submitting").click()
    page.get_by_role("button", name="Submit to the secretariat").click()
    expect(page.get_by_text("2025-H2-FR-1.1-2").first).to_be_visible()
    sign_out(page)


def approve_the_correction(page):
    sign_in(page, "reviewer")
    page.get_by_role("link", name=FRANCE).click()
    expect(
        page.get_by_text("Marked: what has changed since the report was returned.")
    ).to_be_visible()
    lessons = page.locator(".review-row", has=page.get_by_role("heading", name="Lessons learned"))
    expect(lessons.locator("ins")).to_have_text("added: of the border police")
    lessons.get_by_text("Comment on this field").click()
    lessons.get_by_role("textbox").fill("Thank you.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Not approved yet")).to_be_visible()
    page.get_by_role("button", name="Approve and drop the comments").click()
    expect(page.get_by_text("Approved: France, 1.1")).to_be_visible()


def test_a_comment_at_a_field_is_answered_there(quiet_page, reports):
    return_one_field(quiet_page)
    correct_it(quiet_page)
    approve_the_correction(quiet_page)
    assert ProgressReport.objects.get(pk=reports[0].pk).status == "approved"


def test_several_reports_are_approved_at_once(quiet_page, reports):
    sign_in(quiet_page, "reviewer")
    for code in ["1.1", "1.2", "1.3"]:
        quiet_page.get_by_label(f"Choose France, {code}").check()
    quiet_page.get_by_role("button", name="Approve those chosen").click()
    expect(quiet_page.get_by_text("3 reports will be approved")).to_be_visible()
    quiet_page.get_by_role("button", name="Approve 3 reports").click()
    expect(quiet_page.get_by_text("3 reports are approved.")).to_be_visible()
    expect(quiet_page.get_by_text("Nothing waits for review here.")).to_be_visible()
