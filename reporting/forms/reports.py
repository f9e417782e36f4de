from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from reporting.forms.choices import chosen, opened
from reporting.forms.fields import NOT_IN_LIST, PercentField, ProseField, VersionField, dress
from reporting.forms.values import AnswerForm, by_indicator
from reporting.models import ProgressReport

CLOSED = _("Only the fields that the reviewer commented on can be changed.")


class ReportForm(TellsWhatIsNotOffered, forms.ModelForm):
    """A report, and below it a form for each indicator that the country is asked about."""

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
        # A workbook asks the fields themselves, before a form has put these in.
        error_messages = dict.fromkeys(
            ["rating", "confidence", "main_challenge", "main_next_step"],
            {"invalid_choice": NOT_IN_LIST},
        )
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
            "main_challenge": _("Counted over all countries, without their names."),
            "main_next_step": _("Counted over all countries, without their names."),
            "lessons": _("What others could learn from it."),
            "not_applicable_reason": _("Needed for “Not applicable”."),
        }

    def __init__(self, data=None, *, taken_from=None, **kwargs):
        """`taken_from` is an earlier report whose text and answers a new one begins with."""
        instance = kwargs.get("instance")
        self.posted = data
        self.taken_from = taken_from
        if taken_from:
            copied = {name: getattr(taken_from, name) for name in ProgressReport.CONTENT_FIELDS}
            kwargs["initial"] = copied | kwargs.get("initial", {})
        if data is not None and instance:
            # What was not sent stays as it is: a form that arrives in part wipes nothing.
            data = chosen(data)
            for name in ProgressReport.CONTENT_FIELDS:
                stored = getattr(instance, name)
                if name not in data and stored not in ("", None):
                    data[name] = str(stored)
        super().__init__(data, **kwargs)
        self.fields["rating"].choices = [
            choice for choice in self.fields["rating"].choices if choice[0]
        ]
        for name in ("confidence", "main_challenge", "main_next_step"):
            # The first choice is the empty one, in Django's words.
            self.fields[name].choices = [("", _("Not stated")), *self.fields[name].choices[1:]]
        dress(self.fields.values())
        self.answers = self.answer_forms(data, taken_from)
        self.opened = opened(data, self.stored)
        self.close_fields()

    def answer_forms(self, data, taken_from):
        """{code: form} of the indicators that countries are asked about."""
        report = self.instance
        if not report.objective_id:
            return {}
        stored = by_indicator(report) if report.pk else {}
        initial = by_indicator(taken_from) if taken_from else {}
        return {
            indicator.code: AnswerForm(
                data,
                indicator=indicator,
                stored=stored.get(indicator.pk),
                initial=initial.get(indicator.pk),
            )
            for indicator in report.objective.indicators.asked_of_countries()
        }

    def close_fields(self):
        """A browser sends nothing of what the reviewer has closed."""
        fields = dict(self.fields)
        del fields["version"]
        closed = [field for name, field in fields.items() if not self.instance.is_open_for(name)]
        for code, answer in self.answers.items():
            if not self.instance.is_open_for(code):
                closed += answer.fields.values()
        for field in closed:
            field.widget.attrs["disabled"] = True

    def clean(self):
        for name in ProgressReport.CONTENT_FIELDS:
            is_open = self.instance.is_open_for(name)
            if not is_open and self.cleaned_data.get(name) != getattr(self.instance, name):
                self.add_error(name, CLOSED)
        for code, answer in self.answers.items():
            if not self.instance.is_open_for(code) and answer.has_new_answer:
                self.add_error(code, CLOSED)

    def add_error(self, field, error):
        """The code of an indicator stands for the answer about it."""
        if field in self.answers:
            self.answers[field].add_error(None, error)
        else:
            super().add_error(field, error)

    def is_valid(self):
        return super().is_valid() and not self.refused_answers

    @property
    def stored(self):
        """{name or code: its value} of the instance, until a valid form is written into it."""
        found = {name: getattr(self.instance, name) for name in ProgressReport.CONTENT_FIELDS}
        return found | {
            code: answer.in_short(answer.stored) for code, answer in self.answers.items()
        }

    @property
    def is_stale(self):
        """Whether the form was made from another version than the stored one."""
        return self.cleaned_data["version"] != self.instance.version

    @property
    def refused_answers(self):
        """{code: its messages}, where an answer cannot be kept as it was typed."""
        return {
            code: [message for messages in answer.errors.values() for message in messages]
            for code, answer in self.answers.items()
            if answer.is_touched and not answer.is_valid()
        }

    @property
    def content(self):
        """The cleaned fields of the report itself, for the action that stores them."""
        return {name: self.cleaned_data[name] for name in ProgressReport.CONTENT_FIELDS}

    @property
    def values(self):
        """{indicator: answer} of those that say something new, for the same action."""
        return {
            answer.indicator: answer.answer
            for answer in self.answers.values()
            if answer.has_new_answer
        }
