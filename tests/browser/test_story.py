"""The reason the portal exists, from a browser: a report is filed, approved, and counts."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import sign_in, sign_out

GOAL = "/frameworks/2022-2025/goals/1/"


def bar(page):
    """The goal's bar as it is told to those who cannot see it, and the width of "on track"."""
    picture = page.locator(".total-bar svg")
    return (
        picture.locator("desc").text_content(),
        picture.locator("rect[fill='url(#fill-on_track)']").bounding_box()["width"],
    )


def read_the_framework(page):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Strategic Framework 2022-2025")
    page.get_by_role("link", name="Read the whole framework").click()
    expect(page.locator(".goal-block")).to_have_count(4)
    expect(page.locator(".objective-list li")).to_have_count(17)


def draft_the_report(page):
    sign_in(page, "reporter")
    row = page.get_by_role("row").filter(has_text="Strengthen law enforcement access")
    row.get_by_role("link", name="Begin").click()
    page.get_by_label("On track").check()
    page.get_by_label("Percent complete").fill("75")
    page.get_by_label("Achievements").fill("Twelve border points were connected.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    sign_out(page)


def submit_the_report(page):
    sign_in(page, "focal")
    page.get_by_role("link", name="Continue 1.1").click()
    page.get_by_role("button", name="Save and check before submitting").click()
    expect(page.get_by_text("Twelve border points were connected.")).to_be_visible()
    page.get_by_role("button", name="Submit to the secretariat").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_role("link", name="2025-H2-FR-1.1-1", exact=True)).to_be_visible()
    sign_out(page)


def approve_the_report(page):
    sign_in(page, "reviewer")
    page.get_by_role("link", name="France").click()
    expect(page.get_by_text("Twelve border points were connected.")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved: France, 1.1")).to_be_visible()
    sign_out(page)


def test_a_report_is_filed_approved_and_moves_the_bar(quiet_page, organisation):
    read_the_framework(quiet_page)
    quiet_page.goto(GOAL)
    before, width_before = bar(quiet_page)
    draft_the_report(quiet_page)
    submit_the_report(quiet_page)
    quiet_page.goto(GOAL)
    assert bar(quiet_page) == (before, width_before)
    approve_the_report(quiet_page)
    quiet_page.goto(GOAL)
    after, width_after = bar(quiet_page)
    assert (before, after) == (
        "On track: 9; No report yet: 775",
        "On track: 10; No report yet: 774",
    )
    assert width_after > width_before
    expect(quiet_page.get_by_text("10 of 196 reported")).to_be_visible()


PAGES = [
    "/",
    "/frameworks/",
    "/frameworks/2022-2025/",
    "/frameworks/2022-2025/indicators/",
    GOAL,
    "/frameworks/2022-2025/objectives/1.1/",
    "/about/",
    "/accounts/login/",
]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_is_wider_than_a_telephone(quiet_page, organisation, address):
    quiet_page.set_viewport_size({"width": 380, "height": 800})
    quiet_page.goto(address)
    assert quiet_page.evaluate("document.documentElement.scrollWidth") == 380


def test_reporting_works_without_javascript(browser, organisation, base_url):
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    draft_the_report(page)
    submit_the_report(page)
    context.close()
