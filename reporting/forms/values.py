"""What a country answers about the indicators of an objective."""

from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from objectives.models import Indicator
from reporting.forms.fields import ProseField, dress
from reporting.forms.numbers import DIGITS_BEFORE, NumberField, written
from reporting.models import IndicatorValue
from reporting.models.reports import TEXT_MAX_LENGTH

Kind = IndicatorValue.Kind
Aggregation = Indicator.Aggregation
YES, NO = "yes", "no"
WITHOUT_NUMBER = [
    (Kind.NOT_APPLICABLE.value, Kind.NOT_APPLICABLE.label),
    (Kind.NO_DATA.value, Kind.NO_DATA.label),
]
COUNTED = [Aggregation.SUM, Aggregation.COUNT_DISTINCT]


def is_ratio(indicator):
    """Whether a country gives numerator and denominator, and the value is worked out."""
    aggregation = indicator.aggregation
    return aggregation == Aggregation.RATIO_OF_SUMS or (
        aggregation == Aggregation.WEIGHTED_MEAN and bool(indicator.denominator)
    )


def by_indicator(report):
    """{indicator key: answer} of a report."""
    return {answer.indicator_id: answer for answer in report.indicator_values.all()}


class AnswerForm(TellsWhatIsNotOffered, forms.Form):
    """One indicator: a number, or yes or no, or why there is none. Empty is not answered yet."""

    kind = forms.ChoiceField(label=_("If there is no number"), required=False)
    value = NumberField(label=_("Value"))
    numerator = NumberField(label=_("Numerator"))
    denominator = NumberField(label=_("Denominator"))
    note = ProseField(
        label=_("Note, or why it does not apply"),
        required=False,
        max_length=TEXT_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def __init__(self, data=None, *, indicator, stored=None, initial=None):
        self.indicator, self.stored = indicator, stored
        self.begins_with = initial or stored
        self.is_yes_or_no = indicator.aggregation == Aggregation.SHARE_YES
        self.is_ratio = is_ratio(indicator)
        self.is_touched = False
        if data is not None:
            data = self.completed(data, stored)
        super().__init__(data, prefix=indicator.code, initial=self.as_typed(self.begins_with))
        for name in IndicatorValue.NUMBERS:
            if name not in self.number_names:
                del self.fields[name]
        self.fit_to_indicator()
        dress(self.fields.values())

    @property
    def number_names(self):
        if self.is_yes_or_no:
            return []
        return ["numerator", "denominator"] if self.is_ratio else ["value"]

    def fit_to_indicator(self):
        kind = self.fields["kind"]
        if self.is_yes_or_no:
            kind.widget = forms.RadioSelect()
            kind.label = _("Answer")
            kind.choices = [
                (YES, _("Yes")),
                (NO, _("No")),
                *WITHOUT_NUMBER,
                ("", _("Not answered yet")),
            ]
            return
        # The number itself says that there is one; whoever names its kind too is understood.
        kind.choices = [("", "–"), *WITHOUT_NUMBER]
        if "value" in self.fields:
            self.fields["value"].is_percent = self.indicator.unit.startswith("%")
            self.fields["value"].may_be_negative = self.indicator.aggregation not in COUNTED

    def completed(self, data, stored):
        """What was sent, with what is stored for each field that was not sent."""
        names = {name: f"{self.indicator.code}-{name}" for name in IndicatorValue.CONTENT_FIELDS}
        shown = self.as_typed(stored)
        # What the form could not show, since the indicator has become another, stays as well.
        self.is_touched = any(
            field in data and data[field] != shown.get(name, "") for name, field in names.items()
        )
        data = data.copy()
        for name, typed in shown.items():
            if names[name] not in data:
                data[names[name]] = typed
        if data.get(names["kind"]) == Kind.NUMBER and not self.is_yes_or_no:
            data[names["kind"]] = ""
        return data

    def as_typed(self, answer):
        """The fields as a person would fill them in to give this answer."""
        if answer is None:
            return {"kind": ""}
        kind = answer.kind
        if kind == Kind.NUMBER:
            kind = (YES if answer.value else NO) if self.is_yes_or_no else ""
        numbers = {name: getattr(answer, name) for name in self.number_names}
        return {
            "kind": kind,
            **{name: "" if number is None else written(number) for name, number in numbers.items()},
            "note": answer.note,
        }

    def clean(self):
        if self.errors:
            return
        said = self.cleaned_data
        number = next((said[name] for name in self.number_names if said[name] is not None), None)
        if said["kind"] in Kind.values:
            self.check_without_number(number)
        elif self.is_ratio and number is not None:
            self.check_ratio()
        elif not said["kind"] and number is None and said["note"]:
            message = _("Give an answer too: a note alone cannot be kept.")
            self.add_error("kind" if self.is_yes_or_no else self.number_names[0], message)

    def check_without_number(self, number):
        said = self.cleaned_data
        if number is not None:
            message = _("There is a number, and “%(kind)s” is chosen too. Take one of them back.")
            kind = Kind(said["kind"]).label
            self.add_error("kind", forms.ValidationError(message, params={"kind": kind}))
        elif said["kind"] == Kind.NOT_APPLICABLE and not said["note"]:
            self.add_error("note", _("Say why it does not apply."))

    def check_ratio(self):
        said = self.cleaned_data
        missing = [name for name in self.number_names if said[name] is None]
        for name in missing:
            self.add_error(name, _("Numerator and denominator are both needed."))
        if missing:
            return
        if not said["denominator"]:
            message = _(
                "The denominator cannot be zero. If there was nothing to count, choose “%(kind)s”."
            )
            kind = Kind.NOT_APPLICABLE.label
            self.add_error("denominator", forms.ValidationError(message, params={"kind": kind}))
        elif self.worked_out() >= 10**DIGITS_BEFORE:
            self.add_error("numerator", _("The value that follows from this is too large."))

    def worked_out(self):
        share = self.cleaned_data["numerator"] / self.cleaned_data["denominator"]
        if self.indicator.unit.startswith("%"):
            share *= 100
        return share.quantize(Decimal("0.0001"), ROUND_HALF_UP)

    @property
    def answer(self):
        """The answer as it would be stored, or None where there is none; for a valid form."""
        said = self.cleaned_data
        numbers = {name: said[name] for name in self.number_names}
        if said["kind"] in Kind.values:
            kind = said["kind"]
        elif said["kind"]:
            kind, numbers = Kind.NUMBER.value, {"value": Decimal(said["kind"] == YES)}
        elif any(number is not None for number in numbers.values()):
            kind = Kind.NUMBER.value
            if self.is_ratio:
                numbers["value"] = self.worked_out()
        else:
            return None
        return IndicatorValue(indicator=self.indicator, kind=kind, note=said["note"], **numbers)

    @property
    def standing(self):
        """The answer that the form shows, or None while it cannot be kept as it was typed."""
        if not self.is_bound:
            return self.begins_with
        return self.answer if self.is_valid() else None

    def in_short(self, answer):
        """All that the form can say of an answer, to be compared."""
        return str(sorted(self.as_typed(answer).items())) if answer else ""

    @property
    def has_new_answer(self):
        """Whether a valid form was sent that says something else than what is stored."""
        return (
            self.is_touched
            and self.is_valid()
            and not IndicatorValue.are_alike(self.answer, self.stored)
        )
