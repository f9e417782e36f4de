from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import MemberCountry
from objectives.models import Objective
from reporting.evidence import check
from reporting.evidence.kinds import KINDS
from reporting.models import ReportingRound


class LetterField(forms.FileField):
    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        check(file)
        return file


class LetterForm(forms.Form):
    """The letter by which a report came. A browser sends it once: chosen anew after an error."""

    letter = LetterField(
        label=_("The letter"),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{each}" for each in KINDS)}),
        error_messages={"required": _("Choose the file with the country's letter.")},
    )
    title = forms.CharField(
        label=_("Title of the letter"),
        max_length=200,
        help_text=_("For example: Letter of the National Central Bureau of 3 March 2026."),
    )
    no_personal_data = forms.BooleanField(
        label=_("I confirm that no personal or operational data is in the letter"),
        error_messages={"required": _("Please confirm this before you enter the report.")},
    )


class BehalfStartForm(forms.Form):
    """Which report has come by post."""

    country = forms.ModelChoiceField(
        MemberCountry.objects.all(),
        to_field_name="iso2",
        label=_("Country"),
        empty_label=_("Choose a country"),
    )
    round = forms.ModelChoiceField(
        ReportingRound.objects.none(),
        to_field_name="slug",
        label=_("Round"),
        empty_label=_("Choose a round"),
    )
    objective = forms.ModelChoiceField(
        Objective.objects.none(), label=_("Objective"), empty_label=_("Choose an objective")
    )

    def __init__(self, *args, rounds, user, **kwargs):
        super().__init__(*args, **kwargs)
        if user.country:
            others = self.fields["country"].queryset.exclude(pk=user.country.pk)
            self.fields["country"].queryset = others
        self.fields["round"].queryset = rounds
        objectives = Objective.objects.filter(goal__framework__rounds__in=rounds).distinct()
        objectives = objectives.select_related("goal__framework")
        self.fields["objective"].queryset = objectives.order_by(
            "goal__framework", "goal__number", "number"
        )

    def clean(self):
        cleaned = super().clean()
        chosen, objective = cleaned.get("round"), cleaned.get("objective")
        if chosen and objective and objective.goal.framework_id != chosen.framework_id:
            self.add_error("objective", _("This objective is of another framework than the round."))
        return cleaned
