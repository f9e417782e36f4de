"""What was typed before a fresh sign-in was asked for is kept, up to a bound."""

import time

import pytest
import time_machine
from django.urls import reverse

from members.fresh import MOST_KEPT
from tests.members.signing_in import PASSWORD
from tests.pages import texts

INVITE = reverse("members:person_invite", args=["FR"])
TYPED = {"email": "nina@example.org", "role": "focal_point"}


@pytest.fixture
def browser(client_of, secretariat, france, quick_passwords):
    """Signed in eleven minutes ago."""
    secretariat.set_password(PASSWORD)
    secretariat.save()
    client = client_of(secretariat)
    with time_machine.travel(time.time() + 11 * 60):
        yield client


def email_after(browser, form):
    """Of the form as it is shown again; and the page that asked."""
    asked = browser.post(INVITE, form).url
    page = browser.get(asked)
    browser.post(asked, {"password": PASSWORD})
    return browser.get(INVITE).context["form"]["email"].value(), page


@pytest.mark.parametrize(
    "more", [{"more": "x" * MOST_KEPT}, {f"{'x' * 100}{n}": "" for n in range(MOST_KEPT // 100)}]
)
def test_what_is_too_long_is_not_kept_and_this_is_said(browser, more):
    email, page = email_after(browser, TYPED | more)

    assert not email
    [said] = texts(page, "div", role="status")
    assert said.startswith("What you typed is too long to be kept.")
    assert "is kept meanwhile" not in page.content.decode()
    assert "xxx" not in str(dict(browser.session))


def test_what_fits_is_kept(browser):
    left = MOST_KEPT - len("".join([*TYPED, *TYPED.values(), "more"]))
    email, page = email_after(browser, TYPED | {"more": "x" * left})

    assert email == TYPED["email"]
    assert texts(page, "div", role="status") == []
    assert "What you have sent is kept meanwhile." in page.content.decode()
