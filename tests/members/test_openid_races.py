"""The answer of a provider, sent twice at once over HTTP: one sign-in, and never a failure.

Nothing is left to chance: both have read the session before either of them goes on.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import flask
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.urls import reverse

from members import openid_connect
from tests.members.signing_in import LOGIN, PROFILE, START
from tests.members.test_openid_connect import TOKEN, answers, id_token  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:get_jwt_config"),
]
# Reached by nobody but a test that fails.
LONGEST = 60


@pytest.fixture
def portal(rosa, offered, live_server):
    SocialAccount.objects.create(user=rosa, provider="first", uid="rosa-17")
    return live_server.url


@pytest.fixture(params=["a code works once", "a code works for ever"])
def provider(request, answers):  # noqa: F811
    """Not every provider minds that it is asked twice."""
    kept = []

    def again(data):
        if "id_token" in data:
            kept.append(id_token()(data))
        return flask.Response(json.dumps(kept[0]), content_type="application/json")

    if "for ever" in request.param:
        answers[TOKEN] = again


@pytest.fixture(params=["side by side", "one behind the other"])
def together(request, monkeypatch):
    """Two that have the same session in their hands, of which one may find it gone."""
    here, done, answer = Barrier(2), Event(), openid_connect.answer

    def waiting(*args):
        if here.wait(timeout=LONGEST) and request.param == "one behind the other":
            done.wait(timeout=LONGEST)
        try:
            return answer(*args)
        finally:
            done.set()

    return lambda: monkeypatch.setattr(openid_connect, "answer", waiting)


def sent_away(portal):
    """A browser that was at the provider and has his answer; and the address that it was given."""
    browser = requests.Session()
    browser.get(portal + LOGIN, timeout=LONGEST)
    login = portal + reverse("openid_connect_login", args=["first"])
    form = {"csrfmiddlewaretoken": browser.cookies["csrf"]}
    there = browser.post(login, form, allow_redirects=False, timeout=LONGEST).headers["Location"]
    back = requests.post(there, {"sub": "rosa-17"}, allow_redirects=False, timeout=LONGEST)
    return browser.cookies.get_dict(), back.headers["Location"]


def asked(address, cookies):
    return requests.get(address, cookies=cookies, allow_redirects=False, timeout=LONGEST)


def test_answer_that_comes_twice_at_once_signs_in_once(portal, provider, together, rosa):
    cookies, address = sent_away(portal)
    together()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(asked, [address] * 2, [cookies] * 2))

    assert sorted(each.status_code for each in found) == [302, 401]
    [won] = [each for each in found if each.status_code == 302]
    [lost] = [each for each in found if each.status_code == 401]
    assert won.headers["Location"] == START
    assert "That sign-in did not work" in lost.text
    # It ends nothing in the browser that was let in by the other.
    assert "session" not in lost.cookies
    assert asked(portal + PROFILE, won.cookies).status_code == 200
    assert asked(portal + PROFILE, cookies).status_code == 302
    sessions = [each.get_decoded().get(SESSION_KEY) for each in Session.objects.all()]
    assert sessions == [str(rosa.pk)]
    assert rosa.usersession_set.count() == 1


def test_second_question_of_a_session_that_ends_meanwhile_is_no_failure(portal, monkeypatch):
    """A second page on which somebody begins to sign in while the first signs him in."""
    cookies, address = sent_away(portal)
    begun, done, stash = Event(), Event(), openid_connect.OAuth2LoginView.dispatch

    def late(*args, **kwargs):
        begun.set()
        done.wait(timeout=LONGEST)
        return stash(*args, **kwargs)

    monkeypatch.setattr(openid_connect.OAuth2LoginView, "dispatch", late)
    login = portal + reverse("openid_connect_login", args=["first"])
    form = {"csrfmiddlewaretoken": cookies["csrf"]}
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(
            requests.post, login, form, cookies=cookies, allow_redirects=False, timeout=LONGEST
        )
        assert begun.wait(timeout=LONGEST)
        assert asked(address, cookies).headers["Location"] == START
        done.set()

    assert second.result().status_code == 400
