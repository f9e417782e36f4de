from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.desk import STATES


class DeskFilterForm(forms.Form):
    """A round, and the state of what the desk shows of it."""

    round = forms.ChoiceField(required=False, label=_("Round"))
    state = forms.ChoiceField(
        choices=[("", _("All states")), *STATES],
        required=False,
        label=_("State"),
        error_messages={"invalid_choice": _("There is no state “%(value)s”.")},
    )

    def __init__(self, data, *, rounds, chosen):
        super().__init__({"round": chosen.slug, "state": data.get("state", "")})
        self.fields["round"].choices = [(found.slug, found.name) for found in rounds]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select form-select-sm"
