from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.models import MemberCountry
from reporting.models import Status


class FilterForm(forms.Form):
    """A round and a region, chosen in the query string of a page or its download.

    `rounds` and `regions` are what the page has loaded anyway.
    """

    round = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label=_("Round"),
        error_messages={"invalid_choice": _("There is no round “%(value)s” here.")},
    )
    region = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label=_("Region"),
        error_messages={"invalid_choice": _("There is no region “%(value)s”.")},
    )

    def __init__(self, data, *, rounds, regions, any_round=False):
        super().__init__(data)
        by_slug = {found.slug: found for found in rounds}
        by_code = {found.code: found for found in regions}
        every = [("", _("All rounds"))] if any_round else []
        self.fields["round"].choices = [*every, *((slug, by_slug[slug].name) for slug in by_slug)]
        self.fields["round"].coerce = by_slug.get
        self.fields["region"].choices = [
            ("", _("All regions")),
            *((code, by_code[code].name) for code in by_code),
        ]
        self.fields["region"].coerce = by_code.get
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-select form-select-sm")

    def clean(self):
        """Of two values Django takes the last; which one was meant, nobody knows."""
        for name in self.fields:
            several = isinstance(self.data, QueryDict) and len(self.data.getlist(name)) > 1
            if several and name not in self.errors:
                self.add_error(name, _("The address names several. Choose one."))
        return super().clean()


class CountryFilterForm(FilterForm):
    """It can be narrowed to one country too."""

    country = forms.ModelChoiceField(
        MemberCountry.objects.all(),
        to_field_name="iso2",
        required=False,
        label=_("Country"),
        empty_label=_("All countries"),
        error_messages={"invalid_choice": _("There is no country “%(value)s”.")},
    )


class ListingFilterForm(CountryFilterForm):
    """What the reports of a file are narrowed to, in its address."""

    state = forms.ChoiceField(
        choices=[("", _("All states")), *Status.choices],
        required=False,
        label=_("State"),
        error_messages={"invalid_choice": _("There is no state “%(value)s”.")},
    )

    def filter(self, reports):
        chosen = self.cleaned_data
        if chosen["state"]:
            reports = reports.filter(status=chosen["state"])
        return reports.narrowed(
            round=chosen["round"], region=chosen["region"], country=chosen["country"]
        )


class QueueFilterForm(CountryFilterForm):
    """The queue shows what waits, or what was approved."""

    state = forms.ChoiceField(
        choices=[("", _("Waiting for review")), ("approved", _("Approved"))],
        required=False,
        label=_("State"),
        error_messages={"invalid_choice": _("There is no state “%(value)s”.")},
    )
    mine = forms.BooleanField(
        required=False,
        label=_("Only those I review"),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def filter(self, reports, user):
        chosen = self.cleaned_data
        status = Status.APPROVED if chosen["state"] else Status.SUBMITTED
        return reports.reviewable_by(user, status).narrowed(
            round=chosen["round"],
            region=chosen["region"],
            country=chosen["country"],
            claimed_by=user if chosen["mine"] else None,
        )
