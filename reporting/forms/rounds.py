from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from reporting.forms.instants import InstantField
from reporting.models import ReportingRound

INSTANTS = ["opens_at", "due_at", "closes_at"]
DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class RoundDatesForm(forms.ModelForm):
    """Name and instants: what of a round can be changed once countries know it."""

    class Meta:
        model = ReportingRound
        fields = ["name", *INSTANTS]
        field_classes = dict.fromkeys(INSTANTS, InstantField)

    rows = [["name"], INSTANTS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in INSTANTS:
            self.fields[name].keep(self.initial.get(name))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Row(*map(Column, names)) for names in self.rows))

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RoundForm(RoundDatesForm):
    """A round that is new, with its period; `instance` has its framework."""

    class Meta(RoundDatesForm.Meta):
        fields = ["name", "slug", "starts_on", "ends_on", *INSTANTS]
        error_messages = {"slug": {"unique": _("Another round has this short name.")}}
        widgets = {"starts_on": forms.DateInput(**DAY), "ends_on": forms.DateInput(**DAY)}

    rows = [["name", "slug"], ["starts_on", "ends_on"], INSTANTS]

    def _get_validation_exclusions(self):
        # It is not on the page, but a constraint is about it.
        return super()._get_validation_exclusions() - {"framework"}

    def clean(self):
        cleaned = super().clean()
        framework = self.instance.framework
        for name in ["starts_on", "ends_on"]:
            day = cleaned.get(name)
            if day and not framework.starts_on <= day <= framework.ends_on:
                message = _("The framework runs from %(start)s to %(end)s.") % {
                    "start": formats.date_format(framework.starts_on),
                    "end": formats.date_format(framework.ends_on),
                }
                self.add_error(name, message)
        return cleaned
