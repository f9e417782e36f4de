"""A browser keeps the last few accounts that have signed in with it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from members.devices import COOKIE, MOST, knows, remember
from members.models import User


class Browser:
    def __init__(self):
        self.cookie = ""

    def asks(self):
        request = RequestFactory().get("/")
        request.COOKIES[COOKIE] = self.cookie
        return request

    def signs_in(self, *emails):
        for email in emails:
            response = HttpResponse()
            remember(self.asks(), response, User(email=email))
            self.cookie = response.cookies[COOKIE].value

    def known_of(self, *emails):
        return [email for email in emails if knows(self.asks(), email)]


@pytest.fixture
def browser():
    return Browser()


def addresses(number):
    return [f"person{each}@example.org" for each in range(number)]


def test_the_last_accounts_are_known(browser):
    everyone = addresses(MOST + 2)
    browser.signs_in(*everyone)
    assert browser.known_of(*everyone) == everyone[2:]


def test_account_that_signs_in_again_counts_as_the_last(browser):
    first, second, *others, new = addresses(MOST + 1)
    browser.signs_in(first, second, *others)
    browser.signs_in(first, new)
    assert browser.known_of(first, second, *others, new) == [first, *others, new]
