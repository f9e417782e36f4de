from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from reporting.forms.fields import ProseField
from reporting.models import StatusOverride
from reporting.models.reports import TEXT_MAX_LENGTH


class StatusForm(TellsWhatIsNotOffered, forms.Form):
    """A status that a person sets, or none, to let the computed one stand alone."""

    AS_COMPUTED = "computed"

    standing = forms.ChoiceField(
        label=_("Status"),
        choices=[*StatusOverride.CHOICES, (AS_COMPUTED, _("As computed"))],
        widget=forms.RadioSelect,
    )
    reason = ProseField(
        label=_("Why"),
        min_length=10,
        max_length=TEXT_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At least 10 characters. Everyone who sees the status reads it."),
    )

    def clean_standing(self):
        standing = self.cleaned_data["standing"]
        return "" if standing == self.AS_COMPUTED else standing
