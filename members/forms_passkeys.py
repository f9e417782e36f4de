"""What a browser says of a passkey, as far as anybody can send something else.

django-allauth expects what a browser's own code makes; other JSON broke the library that reads it.
"""

import struct

from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CredentialField(forms.JSONField):
    """`reads` makes the answer of a passkey out of it, or fails."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ["invalid", "required"], _("This is not the answer of a passkey. Try again.")
    )

    def __init__(self, reads):
        self.reads = reads
        super().__init__()

    def to_python(self, value):
        try:
            credential = super().to_python(value)
            if credential is not None:
                self.reads.from_dict(credential)
        except (*UNREADABLE, struct.error) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return credential


class ShowsWhatIsWrong:
    """The errors of a field that nobody sees stand above the form."""

    def add_error(self, field, error):
        super().add_error(None if field == "credential" else field, error)


class AddPasskeyForm(ShowsWhatIsWrong, webauthn_forms.AddWebAuthnForm):
    credential = CredentialField(RegistrationResponse)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.help_text = _("Name"), _("By which you know it again: “Work laptop”.")
        alone.label, alone.initial = _("It signs me in alone, without my password"), True
        alone.help_text = _("Else it is asked for after the password, as a second factor.")


def key_that_signed(user, credential):
    """Not counted as a guess: nobody guesses a signature, and whoever guesses codes must not keep
    out the owner of a key.
    """
    webauthn.parse_authentication_response(credential)
    return webauthn.complete_authentication(user, credential)


class SecondFactorPasskeyForm(ShowsWhatIsWrong, webauthn_forms.AuthenticateWebAuthnForm):
    credential = CredentialField(AuthenticationResponse)

    def clean_credential(self):
        return key_that_signed(self.user, self.cleaned_data["credential"])


class SignInPasskeyForm(webauthn_forms.LoginWebAuthnForm):
    credential = CredentialField(AuthenticationResponse)


class SignInAgainPasskeyForm(webauthn_forms.ReauthenticateWebAuthnForm):
    credential = CredentialField(AuthenticationResponse)

    def clean_credential(self):
        return key_that_signed(self.user, self.cleaned_data["credential"])
