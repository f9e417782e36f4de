import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.clock import end_of_day
from reporting.forms.fields import ProseField
from reporting.models.reports import TEXT_MAX_LENGTH


class ExtensionForm(forms.Form):
    """Until when a country asks for more time, and why. `last` is its last instant so far."""

    LONGEST = datetime.timedelta(days=366)

    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day, up to 23:59 in your time zone. At most a year ahead."),
    )
    reason = ProseField(
        label=_("Why"),
        min_length=10,
        max_length=TEXT_MAX_LENGTH,
        error_messages={
            "min_length": _(
                "Please write at least 10 characters, so that the secretariat can decide."
            )
        },
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At least 10 characters. Say what kept you and what is still to be done."),
    )

    def __init__(self, data=None, *, last):
        super().__init__(data)
        self.last = last

    def clean_until(self):
        """The instant at which that day ends where the person is."""
        day, now = self.cleaned_data["until"], timezone.now()
        if (
            not timezone.localdate()
            <= day
            <= timezone.localdate(max(self.last, now)) + self.LONGEST
        ):
            raise forms.ValidationError(_("Choose a day from today to a year from now."))
        until = end_of_day(day)
        if until <= self.last:
            raise forms.ValidationError(_("You have time until then already: choose a later day."))
        return until
