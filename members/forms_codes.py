"""Codes of the second factor, counted by account and browser as passwords are."""

from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from django.utils.functional import cached_property

from members import devices


@contextmanager
def counted(user):
    """Looks at a code if it is not one too many; a right one begins anew.

    django-allauth counts by account alone: whoever knows the password, and guesses codes, would
    keep its owner out. A browser in which she has been all the way in is counted for itself.
    """
    request = context.request
    mark = devices.knows_well(request, user.email) or f"of-account-{user.pk}"
    count = {"action": "login_failed", "key": f"second-factor-{mark}"}
    if not ratelimit.consume(request, **count):
        raise get_adapter().validation_error("too_many_login_attempts")
    yield
    ratelimit.clear(request, **count)


class CodeIsCounted:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True

    @cached_property
    def kinds(self):
        """What else than recovery codes the page can ask for."""
        return set(Authenticator.objects.filter(user=self.user).values_list("type", flat=True))

    def clean_code(self):
        code = self.cleaned_data["code"]
        with counted(self.user):
            self.authenticator = self.authenticator_of(code)
        return code

    def authenticator_of(self, code):
        """The app or the recovery codes that it is of."""
        found = Authenticator.objects.filter(user=self.user)
        # What is signed is no code.
        found = list(found.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"))
        for each in found:
            if each.wrap().validate_code(code):
                each.user = self.user
                return each
        for each in found[:1]:
            self._emit_authentication_failed(each)
        raise get_adapter().validation_error("incorrect_code")


class SecondFactorForm(CodeIsCounted, mfa_forms.AuthenticateForm):
    pass


class SignInAgainForm(CodeIsCounted, mfa_forms.ReauthenticateForm):
    pass
