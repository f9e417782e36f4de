"""Two people have one draft open: whoever saves last chooses field by field."""

import pytest
from playwright.sync_api import expect

from reporting.models import ProgressReport
from tests.browser.steps import sign_in
from tests.browser.test_autosave import FORM


@pytest.fixture
def slow_page(page):
    """A page whose saves are a while on their way."""
    page.route("**/autosave/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    yield page
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def second_page(browser, base_url):
    """A browser of another person."""
    context = browser.new_context(base_url=base_url, locale="en-GB")
    yield context.new_page()
    context.close()


def open_form(page, name):
    sign_in(page, name)
    page.goto(FORM)


def save(page):
    page.get_by_role("button", name="Save draft").click()


def conflict(page, label):
    return page.get_by_role("group", name=label, exact=True)


def test_two_write_one_draft_and_the_second_chooses(page, second_page, organisation):
    for each, name in [(page, "reporter"), (second_page, "focal")]:
        open_form(each, name)
    second_page.get_by_label("Achievements").fill("Twelve points, says the focal point.")
    second_page.get_by_label("Lessons learned").fill("Begin early, says the focal point.")
    second_page.get_by_role("group", name="Answer").get_by_label("Yes").check()
    save(second_page)
    expect(second_page.get_by_text("The draft is saved.")).to_be_visible()

    page.get_by_label("Achievements").fill("Ten points, says the reporter.")
    page.get_by_label("Lessons learned").fill("Ask early, says the reporter.")
    page.get_by_role("group", name="Answer").get_by_label("No", exact=True).check()
    expect(page.get_by_text("The report has changed meanwhile.")).to_be_visible(timeout=5000)
    save(page)
    expect(page.get_by_text("focal changed this report after you opened it")).to_be_visible()
    expect(page.get_by_text("The two versions differ in 3 fields.")).to_be_visible()
    lessons = conflict(page, "Lessons learned")
    expect(lessons.get_by_text("Begin early, says the focal point.")).to_be_visible()
    expect(lessons.get_by_label("Keep mine")).to_be_checked()
    lessons.get_by_label("Keep the saved one").check()
    conflict(page, "Achievements").get_by_role("textbox").fill("Ten points, or twelve.")
    page.get_by_role("button", name="Save what I chose").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()

    stored = ProgressReport.objects.get(country__iso2="FR")
    assert (stored.achievements, stored.lessons) == (
        "Ten points, or twelve.",
        "Begin early, says the focal point.",
    )
    assert stored.indicator_values.get().value == 0


def test_save_waits_for_the_autosave_that_is_on_its_way(slow_page, organisation):
    page = slow_page
    open_form(page, "reporter")
    with page.expect_request("**/autosave/"):
        page.get_by_label("Achievements").press_sequentially("Twelve points.")
    page.get_by_label("Achievements").press_sequentially(" More.")
    save(page)
    expect(page.get_by_text("The draft is saved.")).to_be_visible(timeout=10_000)
    stored = ProgressReport.objects.get(country__iso2="FR")
    assert (stored.version, stored.achievements) == (2, "Twelve points. More.")


def test_what_is_written_while_a_save_is_on_its_way_is_saved_too(slow_page, organisation):
    page = slow_page
    open_form(page, "reporter")
    field = page.get_by_label("Achievements")
    with page.expect_request("**/autosave/"):
        field.press_sequentially("Twelve points.")
    with page.expect_response("**/autosave/"):
        field.press_sequentially(" More.")
    with page.expect_response("**/autosave/"):
        expect(field).to_be_focused()
    expect(field).to_have_value("Twelve points. More.")
    assert ProgressReport.objects.get(country__iso2="FR").achievements == "Twelve points. More."


def test_who_did_not_touch_a_field_keeps_the_colleagues(page, second_page, organisation):
    for each, name in [(page, "reporter"), (second_page, "focal")]:
        open_form(each, name)
    page.get_by_label("Achievements").fill("Ten points.")
    expect(page.get_by_text("Saved at")).to_be_visible(timeout=6000)
    second_page.reload()
    second_page.get_by_label("Achievements").fill("Twelve points.")
    second_page.get_by_label("Lessons learned").fill("Begin early.")
    save(second_page)
    expect(second_page.get_by_text("The draft is saved.")).to_be_visible()

    page.get_by_label("Challenges").fill("Few trainers.")
    save(page)
    expect(page.get_by_text("The two versions differ in 3 fields.")).to_be_visible()
    expect(conflict(page, "Lessons learned").get_by_label("Keep the saved one")).to_be_checked()
    expect(conflict(page, "Challenges").get_by_label("Keep mine")).to_be_checked()
    both = conflict(page, "Achievements")
    expect(both.get_by_text("Both of you changed this")).to_be_visible()
    expect(both.get_by_label("Keep mine")).to_be_checked()
    page.get_by_role("button", name="Save what I chose").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()

    stored = ProgressReport.objects.get(country__iso2="FR")
    assert (stored.achievements, stored.challenges, stored.lessons) == (
        "Ten points.",
        "Few trainers.",
        "Begin early.",
    )
