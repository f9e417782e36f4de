from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from members.forms import LowerCaseEmailField, NameField, time_zones
from members.models import MemberCountry, MembershipEvent, Role, User
from members.models.people import POWER_ROLES

REASON_MAX_LENGTH = MembershipEvent._meta.get_field("reason").max_length
ONLY_OFFICER = MemberCountry._meta.get_field("single_officer_reason")
ROLES_EXPLAINED = {
    Role.REPORTER: _("Country reporter: writes drafts of the country, submits nothing"),
    Role.FOCAL_POINT: _("Country focal point: submits for the country, invites its officers"),
    Role.VIEWER: _("Viewer: signs in and reads"),
    Role.REVIEWER: _("Secretariat reviewer: approves and returns reports, leads rounds"),
    Role.FRAMEWORK_EDITOR: _("Framework editor: edits frameworks and indicators"),
}


class InvitationForm(TellsWhatIsNotOffered, forms.Form):
    """Offers the roles that the person at work may give, and takes no other."""

    email = LowerCaseEmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The official address of the person. A link goes there that works once."),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, ROLES_EXPLAINED[role]) for role in roles]
        if set(roles) & set(POWER_ROLES):
            self.fields["role"].help_text = _(
                "To be a reviewer or a framework editor is confirmed by a second person "
                "of the secretariat before the mail goes out."
            )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with what was done, for good."),
    )


class OnlyOfficerForm(ReasonForm):
    reason = forms.CharField(
        label=capfirst(ONLY_OFFICER.verbose_name),
        max_length=ONLY_OFFICER.max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept for good, with the country and with what was done."),
    )


class HandoverForm(TellsWhatIsNotOffered, ReasonForm):
    successor = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Successor"),
        empty_label=_("Choose a colleague"),
        error_messages={"invalid_choice": _("Choose a colleague who reports for this country.")},
    )
    leaves = forms.BooleanField(label=_("The account is then closed"), required=False)

    field_order = ["successor", "reason", "leaves"]

    def __init__(self, *args, focal_point, may_close, **kwargs):
        super().__init__(*args, **kwargs)
        officers = User.objects.active().officers_of(focal_point.country)
        self.fields["successor"].queryset = officers.exclude(pk=focal_point.pk).order_by("name")
        if may_close:
            self.fields["leaves"].help_text = _(
                "Otherwise the focal point of until now remains as a reporter of the country."
            )
        else:
            del self.fields["leaves"]


class AccountForm(TellsWhatIsNotOffered, auth_forms.SetPasswordForm):
    """What an invited person says of himself; address and role are the invitation's."""

    name = NameField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As your colleagues and the secretariat are to read it."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        initial="UTC",
        help_text=User._meta.get_field("time_zone").help_text,
    )

    field_order = ["name", "time_zone", "new_password1", "new_password2"]

    def clean_name(self):
        # The password must not be like it.
        self.user.name = self.cleaned_data["name"]
        return self.user.name


class CountrySearchForm(forms.Form):
    q = forms.CharField(label=_("Country"), max_length=100, required=False)
