from playwright.sync_api import expect

from reporting.models import ProgressReport
from tests.browser.steps import sign_in

FORM = "/reporting/2025-H2/1.1/"


def test_what_is_written_is_saved_as_one_goes(quiet_page, organisation):
    sign_in(quiet_page, "reporter")
    quiet_page.goto(FORM)
    quiet_page.get_by_label("Achievements").press_sequentially("Twelve points.")
    expect(quiet_page.get_by_text("Saved at")).to_be_visible(timeout=5000)
    with quiet_page.expect_response("**/autosave/"):
        quiet_page.get_by_label("Lessons learned").press_sequentially("Begin early.")
    stored = ProgressReport.objects.get(country__iso2="FR")
    assert (stored.version, stored.achievements, stored.lessons) == (
        2,
        "Twelve points.",
        "Begin early.",
    )
    quiet_page.goto(FORM)
    expect(quiet_page.get_by_label("Lessons learned")).to_have_value("Begin early.")
    quiet_page.get_by_role("button", name="Save draft").click()
    expect(quiet_page.get_by_text("The draft is saved.")).to_be_visible()


def test_it_says_when_the_portal_cannot_be_reached(page, organisation):
    sign_in(page, "reporter")
    page.goto(FORM)
    page.context.set_offline(True)
    page.get_by_label("Achievements").press_sequentially("Twelve points.")
    expect(page.get_by_text("Not saved: the portal cannot be reached.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_label("Achievements").press_sequentially(" More.")
    expect(page.get_by_text("Saved at")).to_be_visible(timeout=5000)
    assert ProgressReport.objects.get(country__iso2="FR").achievements == "Twelve points. More."


def test_signed_out_elsewhere_it_keeps_the_text(page, organisation):
    sign_in(page, "reporter")
    page.goto(FORM)
    second = page.context.new_page()
    second.goto("/")
    second.get_by_role("button", name="Sign out").click()
    expect(second.get_by_role("link", name="Sign in")).to_be_visible()
    page.get_by_label("Achievements").press_sequentially("Twelve points.")
    expect(page.get_by_text("Not saved")).to_be_visible(timeout=5000)
    sign_in(second, "reporter")
    expect(second.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_label("Achievements").press_sequentially(" More.")
    expect(page.get_by_text("Not saved yet: you have signed in anew.")).to_be_visible(timeout=5000)
    page.get_by_label("Achievements").press_sequentially(" Done.")
    expect(page.get_by_text("Saved at")).to_be_visible(timeout=5000)
    stored = ProgressReport.objects.get(country__iso2="FR")
    assert stored.achievements == "Twelve points. More. Done."
