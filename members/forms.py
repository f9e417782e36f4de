import functools

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.models.people import TIME_ZONES


@functools.cache
def time_zones():
    return [(name, name.replace("_", " ")) for name in sorted(TIME_ZONES)]


class LowerCaseEmailField(forms.EmailField):
    def to_python(self, value):
        return User.objects.normalize_email(super().to_python(value))


class SignInForm(auth_forms.AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "This e-mail address and this password do not belong together. "
            "Check both, or use “Forgotten password?”."
        ),
    }

    username = LowerCaseEmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class PasswordResetForm(auth_forms.PasswordResetForm):
    email = LowerCaseEmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def get_users(self, email):
        """Also those who never had a password: this is how a new account gets its first."""
        return User.objects.active().filter(email=email)

    def save(self, **options):
        base_url = settings.PUBLIC_BASE_URL.rstrip("/")
        super().save(**options | {"extra_email_context": {"base_url": base_url}})


class ProfileForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=User._meta.get_field("time_zone").help_text,
    )

    class Meta:
        model = User
        fields = ["name", "time_zone"]


class UserAddForm(forms.ModelForm):
    """For the admin: an account without a password."""

    class Meta:
        model = User
        fields = ["email", "name", "time_zone"]
        field_classes = {"email": LowerCaseEmailField}

    def save(self, commit=True):
        self.instance.set_unusable_password()
        return super().save(commit)


class UserEditForm(auth_forms.UserChangeForm):
    """For the admin, which leaves out what the person at work may not change."""

    class Meta:
        model = User
        fields = [
            "email",
            "name",
            "time_zone",
            "is_active",
            "is_superuser",
            "groups",
            "user_permissions",
            "password",
        ]
        field_classes = {"email": LowerCaseEmailField}
