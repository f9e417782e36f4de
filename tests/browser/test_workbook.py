from pathlib import Path

import pytest
from playwright.sync_api import expect

from reporting.models import ProgressReport
from tests.browser.steps import sign_in
from tests.workbooks import fill


@pytest.fixture
def downloaded(quiet_page, organisation):
    """The workbook as the reporter finds it on his way from the desk."""
    sign_in(quiet_page, "reporter")
    quiet_page.get_by_role("link", name="Report in a spreadsheet").click()
    # To Chromium a request that ends in a download has failed: another page makes it.
    other = quiet_page.context.new_page()
    other.goto(quiet_page.url)
    with other.expect_download() as download:
        other.get_by_role("link", name="Download the workbook").click()
    return Path(download.value.path()).read_bytes()


def upload(page, content):
    file = {"name": "2025-H2-FR.xlsx", "mimeType": "application/zip", "buffer": content}
    page.get_by_label("Filled-in workbook").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()


def test_workbook_goes_out_and_comes_back_as_a_draft(quiet_page, downloaded):
    answers = {"1.1/rating": "On track", "1.1/percent_complete": 75, "1.1/achievements": "Twelve."}
    upload(quiet_page, fill(downloaded, answers))
    expect(quiet_page.get_by_text("3 answers change, in 1 of 17 reports.")).to_be_visible()
    assert ProgressReport.objects.filter(country__iso2="FR").count() == 0
    quiet_page.get_by_role("button", name="Save all of this as drafts").click()
    expect(quiet_page.get_by_text("The answers of the workbook are saved")).to_be_visible()
    quiet_page.get_by_role("link", name="To the desk").click()
    quiet_page.get_by_role("link", name="Continue 1.1").click()
    expect(quiet_page.get_by_label("On track")).to_be_checked()
    expect(quiet_page.get_by_label("Percent complete")).to_have_value("75")
    expect(quiet_page.get_by_label("Achievements")).to_have_value("Twelve.")


def test_cell_to_correct_is_named(quiet_page, downloaded):
    upload(quiet_page, fill(downloaded, {"1.1/percent_complete": 140}))
    expect(quiet_page.get_by_text("Answers, row 7, column D:")).to_be_visible()
    expect(quiet_page.get_by_role("button", name="Save all")).to_have_count(0)
    quiet_page.set_viewport_size({"width": 380, "height": 800})
    assert quiet_page.evaluate("document.documentElement.scrollWidth") == 380
