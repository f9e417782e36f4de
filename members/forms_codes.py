"""The second factor at the door, counted by account and browser as the password is."""

from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa_forms

from members import devices


@contextmanager
def counted(user):
    """Counts a browser for itself in which the person has signed in before.

    django-allauth counts by account alone: whoever knows the password, and guesses codes, would
    keep its owner out. He is counted anew then, as after each time that the owner signs in.
    """
    request = context.request
    mark = devices.knows(request, user.email)
    if not mark:
        yield
        return
    own = {"action": "login_failed", "key": f"second-factor-{mark}"}
    if not ratelimit.consume(request, **own):
        raise get_adapter().validation_error("too_many_login_attempts")
    ratelimit.clear(request, action="login_failed", key=f"mfa-auth-user-{user.pk}")
    yield
    ratelimit.clear(request, **own)


class SecondFactorForm(mfa_forms.AuthenticateForm):
    def clean_code(self):
        with counted(self.user):
            return super().clean_code()


class SignInAgainForm(mfa_forms.ReauthenticateForm):
    def clean_code(self):
        with counted(self.user):
            return super().clean_code()
