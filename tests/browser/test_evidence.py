"""An officer puts evidence beside his report; a reviewer takes it away with him."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reporting.models import Evidence
from tests.browser.steps import sign_in, sign_out
from tests.files import PDF, PNG

PAGE = "/reporting/2025-H2/1.1/evidence/"


def choose(page, **files):
    parcels = [
        {"name": name.replace("_", "."), "mimeType": "text/html", "buffer": content}
        for name, content in files.items()
    ]
    page.get_by_label("Files", exact=True).set_input_files(parcels)


def write_the_report(page):
    page.goto("/reporting/2025-H2/1.1/")
    page.get_by_label("On track").check()
    page.get_by_label("Percent complete").fill("75")
    page.get_by_role("button", name="Save and add evidence").click()
    expect(page.get_by_text("None so far.")).to_be_visible()


def add_two_files_and_a_link(page):
    choose(page, annex_pdf=PDF, photo_png=PNG)
    page.get_by_label("Title of the link").fill("Press release")
    page.get_by_label("Address of the link").fill("https://police.example/release")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Please confirm this before you add anything.")).to_be_visible()
    expect(page.get_by_label("Title of the link")).to_have_value("Press release")
    choose(page, annex_pdf=PDF, photo_png=PNG)
    page.get_by_label("I confirm that no personal or operational data").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Added to the evidence: 3.")).to_be_visible()


def test_evidence_goes_with_a_report_to_its_reviewer(quiet_page, organisation, settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    sign_in(quiet_page, "focal")
    write_the_report(quiet_page)
    add_two_files_and_a_link(quiet_page)
    assert Axe().run(quiet_page).violations_count == 0
    quiet_page.set_viewport_size({"width": 380, "height": 800})
    assert quiet_page.evaluate("document.documentElement.scrollWidth") == 380
    quiet_page.get_by_role("button", name="Remove photo").click()
    expect(quiet_page.get_by_text("Removed: photo.")).to_be_visible()
    quiet_page.get_by_role("link", name="Check before submitting").click()
    expect(quiet_page.get_by_role("link", name="annex.pdf")).to_be_visible()
    quiet_page.get_by_role("button", name="Submit to the secretariat").click()
    receipt = quiet_page.get_by_role("link", name="Receipt 2025-H2-FR-1.1-1", exact=True)
    expect(receipt).to_be_visible()
    sign_out(quiet_page)
    sign_in(quiet_page, "reviewer")
    quiet_page.get_by_role("link", name="France").click()
    expect(quiet_page.get_by_role("link", name="annex")).to_be_visible()
    # A page that becomes a download counts as broken off: a second one, that nobody listens to.
    page = quiet_page.context.new_page()
    page.goto(quiet_page.url)
    with page.expect_download() as download:
        page.get_by_role("link", name="annex").click()
    assert download.value.suggested_filename == "annex.pdf"
    assert Path(download.value.path()).read_bytes() == PDF
    assert Evidence.objects.filter(submitted=True).count() == 2
