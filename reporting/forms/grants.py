from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from members.models import MemberCountry
from reporting.forms.fields import ProseField
from reporting.forms.instants import InstantField
from reporting.models import Extension, ReportingRound
from reporting.models.reports import TEXT_MAX_LENGTH

AT_LEAST = 10


class UntilForm(forms.Form):
    """An end of more time for a country; `reporting_round` is what it is longer than."""

    until = InstantField(label=_("Until (the first moment that is too late)"), required=False)

    def check_until(self, until, reporting_round):
        if until is None:
            self.add_error("until", _("Say until when the country can report."))
        elif until <= timezone.now():
            self.add_error("until", _("This instant is past."))
        elif reporting_round and until <= reporting_round.due_at:
            self.add_error("until", _("This is not after the round's due date."))


class ExtensionAnswerForm(TellsWhatIsNotOffered, UntilForm):
    """What the secretariat answers a country that asks for more time."""

    state = forms.ChoiceField(
        label=_("Answer"),
        choices=[(Extension.State.GRANTED, _("Grant")), (Extension.State.REFUSED, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    answer = ProseField(
        label=_("Words to the country"),
        required=False,
        max_length=TEXT_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed to refuse: at least 10 characters."),
    )
    field_order = ["state", "until", "answer"]

    def __init__(self, *args, extension, **kwargs):
        super().__init__(*args, **kwargs)
        self.extension = extension
        self.fields["until"].keep(extension.asked_until)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == Extension.State.GRANTED and "until" not in self.errors:
            self.check_until(cleaned["until"], self.extension.round)
        elif cleaned.get("state") == Extension.State.REFUSED:
            self.errors.pop("until", None)
            if "answer" not in self.errors and len(cleaned["answer"]) < AT_LEAST:
                message = _("Please say in at least 10 characters why you refuse.")
                self.add_error("answer", message)
        return cleaned

    @property
    def granted_until(self):
        granted = self.cleaned_data["state"] == Extension.State.GRANTED
        return self.cleaned_data["until"] if granted else None


class GrantForm(TellsWhatIsNotOffered, UntilForm):
    """More time that no country has asked for on this page: it wrote, or called."""

    country = forms.ModelChoiceField(
        MemberCountry.objects.all(),
        to_field_name="iso2",
        label=_("Country"),
        empty_label=_("Choose a country"),
    )
    round = forms.ModelChoiceField(
        ReportingRound.objects.reverse(),
        to_field_name="slug",
        label=_("Round"),
        empty_label=_("Choose a round"),
    )
    reason = ProseField(
        label=_("Reason"),
        min_length=AT_LEAST,
        max_length=TEXT_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters. The country reads it."),
    )
    field_order = ["country", "round", "until", "reason"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if user.country:
            others = self.fields["country"].queryset.exclude(pk=user.country.pk)
            self.fields["country"].queryset = others
        self.fields["until"].keep(None)

    def clean(self):
        cleaned = super().clean()
        if "until" not in self.errors:
            self.check_until(cleaned["until"], cleaned.get("round"))
        return cleaned
