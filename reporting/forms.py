import re

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import MemberCountry
from reporting.models import Confidence, ProgressReport
from reporting.models.reports import TEXT_MAX_LENGTH


class VersionField(forms.IntegerField):
    """The version of a report that a form was made from, or None.

    A missing or garbled one is no error at a field that nobody sees: it fits no
    version of the report, so the person gets the page that shows both texts.
    """

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def clean(self, value):
        return int(value) if re.fullmatch(r"[0-9]{1,9}", str(value), re.ASCII) else None


class PercentField(forms.IntegerField):
    """A whole number from 0 to 100 in ASCII digits; a percent sign behind it is no harm.

    A text input, because a browser sends nothing of what it cannot read in a
    number input, and what was typed could not be shown again.
    """

    def __init__(self, **kwargs):
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        digits = re.fullmatch(r"([0-9]{1,3}) ?%?", str(value).strip())
        if not digits or int(digits[1]) > 100:
            raise forms.ValidationError(
                _("Enter a whole number from 0 to 100, in the digits 0 to 9."), code="invalid"
            )
        return int(digits[1])


class ProseField(forms.CharField):
    """Several lines of text; browsers end a line with two characters, we keep one.

    The browser is not told the greatest length: it would cut what is pasted without a word.
    """

    def widget_attrs(self, widget):
        return {}

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").strip()


class ReportForm(forms.ModelForm):
    version = VersionField()

    class Meta:
        model = ProgressReport
        fields = ProgressReport.CONTENT_FIELDS
        field_classes = {
            "percent_complete": PercentField,
            "achievements": ProseField,
            "challenges": ProseField,
            "next_steps": ProseField,
            "lessons": ProseField,
            "not_applicable_reason": ProseField,
        }
        widgets = {
            "rating": forms.RadioSelect,
            **{
                name: forms.Textarea(attrs={"rows": 5})
                for name in ["achievements", "challenges", "next_steps", "lessons"]
            },
            # The style sheet hides an empty one, and tells it by the placeholder.
            "not_applicable_reason": forms.Textarea(attrs={"rows": 3, "placeholder": " "}),
        }
        help_texts = {
            "percent_complete": _("A whole number from 0 to 100."),
            "confidence": _("How sure you are of the rating."),
            "achievements": _(
                "What was done in this period. At most 10,000 characters in each text."
            ),
            "challenges": _("What stands in the way. Needed for “At risk” and “Off track”."),
            "next_steps": _(
                "What will be done, by whom and until when. Needed for “At risk” and “Off track”."
            ),
            "lessons": _("What others could learn from it."),
            "not_applicable_reason": _("Needed for “Not applicable”."),
        }

    def __init__(self, data=None, **kwargs):
        instance = kwargs.get("instance")
        if data is not None and instance:
            # What was not sent stays as it is: a form that arrives in part wipes nothing.
            data = data.copy()
            for name in ProgressReport.CONTENT_FIELDS:
                stored = getattr(instance, name)
                if name not in data and stored not in ("", None):
                    data[name] = str(stored)
        super().__init__(data, **kwargs)
        self.fields["rating"].choices = [
            choice for choice in self.fields["rating"].choices if choice[0]
        ]
        self.fields["confidence"].choices = [("", _("Not stated")), *Confidence.choices]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "version",
            InlineRadios("rating"),
            Div("not_applicable_reason", css_class="only-if-not-applicable"),
            Row(Column("percent_complete"), Column("confidence")),
            "achievements",
            "challenges",
            "next_steps",
            "lessons",
        )

    @property
    def content(self):
        """The cleaned fields of the report itself, for the action that stores them."""
        return {name: self.cleaned_data[name] for name in ProgressReport.CONTENT_FIELDS}


class DecisionForm(forms.Form):
    """What a reviewer's button sends: the version of the report that he had before him."""

    version = VersionField()


class CommentForm(DecisionForm):
    """A decision that needs a reason: returning or reopening a report."""

    comment = ProseField(
        label=_("Comment to the country"),
        min_length=10,
        max_length=TEXT_MAX_LENGTH,
        error_messages={
            "min_length": _(
                "Please write at least 10 characters, so that the country knows what to correct."
            )
        },
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At least 10 characters. The country reads it by mail and in the history."),
    )


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


class QueueFilterForm(FilterForm):
    """The queue can be narrowed to one country too."""

    country = forms.ModelChoiceField(
        MemberCountry.objects.all(),
        to_field_name="iso2",
        required=False,
        label=_("Country"),
        empty_label=_("All countries"),
        error_messages={"invalid_choice": _("There is no country “%(value)s”.")},
    )
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
        reports = reports.approved() if chosen["state"] else reports.submitted()
        return reports.narrowed(
            round=chosen["round"],
            region=chosen["region"],
            country=chosen["country"],
            claimed_by=user if chosen["mine"] else None,
        )
