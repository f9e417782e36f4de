"""Nothing typed is lost: eight ways in which a form may come too late or in vain."""

import datetime
from html.parser import HTMLParser

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from members.models import Membership
from reporting.models import ProgressReport
from tests.pages import elements, texts, walk

EDIT = "/reporting/2025-H2/1.1/"
TEXT = 'Première ligne <script>\n  «deux» & "trois"\n' + "الحدود " * 1400
TYPED = {
    "rating": "on_track",
    "percent_complete": "60",
    "achievements": TEXT,
    "challenges": f"\n{TEXT}",
    "next_steps": "Short.",
    "lessons": TEXT[::-1],
    "version": "0",
}


class Fields(HTMLParser):
    """The form that a browser would send again: {name: value}."""

    def __init__(self, page):
        super().__init__()
        self.found, self.area = {}, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "input" and attributes.get("name"):
            self.found[attributes["name"]] = attributes.get("value", "")
        if tag == "textarea":
            self.area = attributes["name"]
            self.found[self.area] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            # A browser leaves out one line break behind the opening tag.
            self.found[self.area] = self.found[self.area].removeprefix("\n")
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data


def shown_again(response):
    fields = Fields(response.content.decode()).found
    return {name: fields.get(name) for name in TYPED}


@pytest.fixture
def browser(reporter, open_round):
    """A signed-in browser that has the form open; it checks tokens as a real one must."""
    client = Client(
        enforce_csrf_checks=True,
        raise_request_exception=False,
        headers={"Origin": "http://testserver"},
    )
    client.force_login(reporter)
    client.token = Fields(client.get(EDIT).content.decode()).found["csrfmiddlewaretoken"]
    return client


def send(browser):
    return browser.post(EDIT, TYPED | {"csrfmiddlewaretoken": browser.token})


def session_expires(browser, reporter, monkeypatch):
    Session.objects.update(expire_date=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))


def signed_out_elsewhere(browser, reporter, monkeypatch):
    browser.post("/accounts/logout/", {"csrfmiddlewaretoken": browser.token})


def signed_in_again_elsewhere(browser, reporter, monkeypatch):
    signed_out_elsewhere(browser, reporter, monkeypatch)
    browser.cookies.pop("csrf", None)
    browser.force_login(reporter)
    browser.get("/accounts/profile/")


def cookies_cleared(browser, reporter, monkeypatch):
    browser.cookies.clear()


def token_changed(browser, reporter, monkeypatch):
    browser.cookies.pop("csrf")
    browser.get("/accounts/profile/")


def role_removed(browser, reporter, monkeypatch):
    Membership.objects.all().delete()


def database_down(browser, reporter, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)


def program_fails(browser, reporter, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("reporting.actions.save_draft", fail)


@pytest.mark.parametrize(
    ("mishap", "status"),
    [
        (session_expires, 403),
        (signed_out_elsewhere, 403),
        (signed_in_again_elsewhere, 403),
        (cookies_cleared, 403),
        (token_changed, 403),
        (role_removed, 403),
        (database_down, 503),
        (program_fails, 500),
    ],
)
def test_not_a_character_is_lost(browser, reporter, monkeypatch, mishap, status):
    with monkeypatch.context() as while_it_lasts:
        mishap(browser, reporter, while_it_lasts)
        response = send(browser)
    assert (response.status_code, shown_again(response)) == (status, TYPED)
    assert ProgressReport.objects.count() == 0


def test_a_new_key_with_the_old_one_kept_is_no_mishap(browser, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key after the update"
    assert send(browser).status_code == 302


def test_what_is_shown_again_can_be_sent_once_signed_in(browser, reporter):
    Session.objects.all().delete()
    first = send(browser)
    assert "You have been signed out" in first.content.decode()
    browser.force_login(reporter)
    again = browser.post(EDIT, Fields(first.content.decode()).found)
    if again.status_code == 403:  # the token is of the time before signing in
        again = browser.post(EDIT, Fields(again.content.decode()).found)
    assert (again.status_code, ProgressReport.objects.get().lessons) == (302, TEXT[::-1].strip())


def test_nothing_is_stored_before_it_is_confirmed(browser):
    response = browser.post(EDIT, TYPED)
    assert "If it is not yours, close this page." in response.content.decode()
    assert ProgressReport.objects.count() == 0


def test_passwords_are_never_shown_again(db):
    typed = {"username": "a@example.org", "password": "very secret words", "next": "/"}
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", typed)
    assert response.status_code == 403
    assert "very secret words" not in response.content.decode()


def test_a_request_without_a_form_is_led_to_sign_in(client, db):
    assert client.post(EDIT).url == f"/accounts/login/?next={EDIT}"


def test_text_is_escaped(browser):
    browser.logout()
    assert "<script>" not in send(browser).content.decode()


def test_what_the_page_has_put_in_is_sent_and_not_shown(browser):
    browser.logout()
    sent = TYPED | {"opened-achievements": "e3b0c442", "percent_complete": "", "country": "FR"}
    page = browser.post(EDIT, sent)

    assert {**Fields(page.content.decode()).found, **sent} == Fields(page.content.decode()).found
    assert texts(page, "label") == ["Rating", "Achievements", "Challenges", "Next steps", "Lessons"]


def test_the_session_ends_by_itself(browser):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=13)):
        assert shown_again(send(browser)) == TYPED


SEND_AGAIN = "Send this text again"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_shown_without_a_button(reporter, open_round, headers):
    client = Client(enforce_csrf_checks=True, headers=headers)
    client.force_login(reporter)
    page = client.post(EDIT, TYPED)
    [form] = elements(page, "form", class_="report-form")
    fields = [dict(each.attributes).get("name") for each in walk(form) if each.name == "input"]
    assert page.status_code == 403
    assert ("csrfmiddlewaretoken" in fields, SEND_AGAIN in page.content.decode()) == (False, False)


def test_a_form_of_ours_is_shown_with_a_button(browser):
    token_changed(browser, None, None)
    assert SEND_AGAIN in send(browser).content.decode()


def test_the_admin_never_offers_to_send_again(browser, administrator):
    browser.force_login(administrator)
    page = browser.post("/admin/members/membership/add/", {"role": "reviewer"})
    assert (page.status_code, SEND_AGAIN in page.content.decode()) == (403, False)
