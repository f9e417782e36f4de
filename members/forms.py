import datetime
import functools

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import LoginForm
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialApp
from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from members.clock import end_of_day
from members.models import User
from members.models.people import TIME_ZONES
from members.reset_mails import send_password_reset

# The zones that are named after a place; the others are old names of the same.
CONTINENTS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


@functools.cache
def time_zones():
    """UTC, and each place under its continent, so that typing its first letters finds it."""
    places = {continent: [] for continent in CONTINENTS}
    for name in sorted(TIME_ZONES):
        continent, _slash, place = name.partition("/")
        if place and continent in places:
            places[continent].append((name, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *((CONTINENTS[name], zones) for name, zones in places.items())]


class LowerCaseEmailField(forms.EmailField):
    def to_python(self, value):
        return User.objects.normalize_email(super().to_python(value))


class NameField(forms.CharField):
    """One line: a name stands in mails to others, where further lines would be read as ours."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class SignInForm(LoginForm):
    """django-allauth's, under our names; what it refuses it says by `AccountAdapter`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = LowerCaseEmailField(
            label=_("E-mail address"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"].help_text = ""
        del self.fields["password"].widget.attrs["placeholder"]
        self.order_fields(["login", "password"])


class PasswordChangeForm(auth_forms.PasswordChangeForm):
    def clean_old_password(self):
        """Counted as at the door: whoever sits down at an open machine could guess it here."""
        old = self.cleaned_data["old_password"]
        if not get_account_adapter().reauthenticate(self.user, old):
            raise forms.ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old


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
        """Has the worker send a mail, or none: which of the two is not to be told by the clock."""
        user = self.get_users(self.cleaned_data["email"]).first()
        send_password_reset.enqueue(user and user.pk, get_language())


class ProfileForm(TellsWhatIsNotOffered, forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=User._meta.get_field("time_zone").help_text,
    )

    class Meta:
        model = User
        fields = ["name", "time_zone", "wants_digest"]
        field_classes = {"name": NameField}
        help_texts = {
            "wants_digest": _(
                "Everything of a day in one mail, at seven in the morning in your time zone. "
                "What cannot wait a day is still sent at once."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Whoever has an old name keeps it until he chooses another.
        own = self.instance.time_zone
        if not self.fields["time_zone"].valid_value(own):
            self.fields["time_zone"].choices = [(own, own), *time_zones()]


class DelegationForm(TellsWhatIsNotOffered, forms.Form):
    """A colleague of the focal point's own country, and the last day on which he may submit."""

    LONGEST = datetime.timedelta(days=366)

    given_to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Colleague"),
        empty_label=_("Choose a colleague"),
        error_messages={"invalid_choice": _("Choose a colleague who reports for your country.")},
    )
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day, up to 23:59 in your time zone. At most a year ahead."),
    )

    def __init__(self, data=None, *, focal_point):
        super().__init__(data)
        officers = User.objects.active().officers_of(focal_point.country)
        self.fields["given_to"].queryset = officers.exclude(pk=focal_point.pk).order_by("name")

    def clean_until(self):
        """The instant at which that day ends where the focal point is."""
        day, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= day <= today + self.LONGEST:
            raise forms.ValidationError(_("Choose a day from today to a year from now."))
        return end_of_day(day)


class UserEditForm(forms.ModelForm):
    """For the admin, which leaves out what the person at work may not change."""

    class Meta:
        model = User
        fields = ["email", "name", "time_zone"]
        field_classes = {"email": LowerCaseEmailField}


class UnlinkForm(TellsWhatIsNotOffered, DisconnectForm):
    """Takes a link away, also one to a provider that the portal offers no more."""

    def save(self):
        try:
            super().save()
        except SocialApp.DoesNotExist:
            account = self.cleaned_data["account"]
            account.delete()
            get_adapter().send_notification_mail(
                "socialaccount/email/account_disconnected",
                self.request.user,
                context={"account": account, "provider": account.provider},
            )
