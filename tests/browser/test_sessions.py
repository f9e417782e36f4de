"""What a session's end and a passkey look like in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import sign_in, sign_out


def test_who_is_asked_in_time_stays_on_the_page(page, organisation):
    page.clock.install()
    sign_in(page, "reporter")
    page.goto("/accounts/profile/")
    page.get_by_label("Name").fill("Typed and not sent")
    dialog = page.get_by_role("dialog", name="Are you still there?")
    page.clock.fast_forward("24:00")
    expect(dialog).to_be_hidden()
    # The server's clock stands still meanwhile: it answers that there is time, as it would
    # where another page of the portal is in use.
    with page.expect_response("**/accounts/session/"):
        page.clock.fast_forward("01:30")
    expect(dialog).to_be_hidden()

    page.route("**/accounts/session/", answer(240))
    page.clock.fast_forward("26:00")
    expect(dialog).to_be_visible()
    page.unroute("**/accounts/session/")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Typed and not sent")


def test_who_comes_back_too_late_keeps_what_he_wrote(page, organisation):
    page.clock.install()
    sign_in(page, "reporter")
    page.goto("/accounts/profile/")
    page.get_by_label("Name").fill("Typed and not sent")
    page.context.clear_cookies()
    page.clock.fast_forward("31:00")
    dialog = page.get_by_role("dialog", name="Are you still there?")
    expect(dialog).to_contain_text("What you have written is kept in it")
    expect(page.get_by_label("Name")).to_have_count(0)
    assert "Typed" not in page.content()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()

    again = come_back(page, dialog, "focal")
    expect(page.get_by_label("Name")).to_have_count(0)
    sign_out(again)
    sign_in(again, "reporter")
    come_to_front(page)
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Typed and not sent")


def come_back(page, dialog, name):
    """Signs in on a second page, as the dialog says, and looks at the first one again."""
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in on a second page").click()
    sign_in(opened.value, name)
    come_to_front(page)
    return opened.value


def come_to_front(page):
    with page.expect_response("**/accounts/session/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_page_is_put_away_without_the_server_too(page, organisation):
    page.clock.install()
    sign_in(page, "reporter")
    page.goto("/accounts/profile/")
    page.route("**/accounts/session/", lambda route: route.abort())
    page.clock.fast_forward("26:00")
    expect(page.get_by_label("Name")).to_be_visible()
    page.clock.fast_forward("06:00")
    expect(page.get_by_label("Name")).to_have_count(0)

    page.unroute("**/accounts/session/")
    come_to_front(page)
    expect(page.get_by_label("Name")).to_be_visible()


def test_who_cannot_reach_the_portal_is_told_and_tries_again(page, organisation):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.clock.install()
    sign_in(page, "reporter")
    page.goto("/accounts/profile/")
    page.get_by_label("Name").fill("Typed and not sent")
    page.route("**/accounts/session/", answer(240))
    with page.expect_response("**/accounts/session/"):
        page.clock.fast_forward("26:00")
    dialog = page.get_by_role("dialog", name="Are you still there?")
    stay = dialog.get_by_role("button", name="Stay signed in")
    page.route("**/accounts/session/", lambda route: route.abort())
    stay.click()
    expect(dialog.get_by_role("status")).to_contain_text("could not be reached")

    page.unroute("**/accounts/session/")
    stay.click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Typed and not sent")
    assert errors == []


@pytest.mark.parametrize("status", [429, 503])
def test_page_stays_where_the_portal_has_no_time_to_answer(page, organisation, status):
    """Asked too often, or being updated: neither ends a sign-in."""
    page.clock.install()
    sign_in(page, "reporter")
    page.goto("/accounts/profile/")
    page.get_by_label("Name").fill("Typed and not sent")
    page.route("**/accounts/session/", lambda route: route.fulfill(status=status))
    with page.expect_response("**/accounts/session/"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.clock.run_for(1000)

    expect(page.get_by_label("Name")).to_have_value("Typed and not sent")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("way", ["a minute later", "in front"])
def test_page_that_was_put_away_comes_back_beside_another_window(page, organisation, way):
    page.clock.install()
    sign_in(page, "reporter")
    page.goto("/accounts/profile/")
    page.get_by_label("Name").fill("Typed and not sent")
    page.context.clear_cookies()
    page.clock.fast_forward("31:00")
    expect(page.get_by_label("Name")).to_have_count(0)

    sign_in(page.context.new_page(), "reporter")
    with page.expect_response("**/accounts/session/"):
        if way == "in front":
            page.evaluate("window.dispatchEvent(new Event('focus'))")
        else:
            page.clock.fast_forward("01:01")
    expect(page.get_by_label("Name")).to_have_value("Typed and not sent")


def answer(seconds):
    def fulfil(route):
        if route.request.method == "GET":
            response = route.fetch()
            route.fulfill(json=response.json() | {"seconds_left": seconds})
        else:
            route.continue_()

    return fulfil


def device(page):
    """The page's machine knows its owner by his finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_passkey_signs_in(page, organisation):
    device(page)
    sign_in(page, "reporter")
    page.goto("/accounts/second-factor/webauthn/add/")
    page.get_by_label("Name").fill("This machine")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("I have kept my codes").check()
    sign_out(page)

    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_passkey_is_a_second_factor_too(page, organisation):
    device(page)
    sign_in(page, "reporter")
    page.goto("/accounts/second-factor/webauthn/add/")
    page.get_by_label("Name").fill("A key to plug in")
    page.get_by_label("It signs me in alone").uncheck()
    page.get_by_role("button", name="Add").click()
    page.get_by_label("I have kept my codes").check()
    sign_out(page)

    sign_in(page, "reporter")
    page.get_by_role("button", name="Use a passkey or a security key").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_browser_without_a_passkey_says_so(page, organisation):
    page.goto("/accounts/login/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
