from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from reporting.forms.fields import ProseField, VersionField
from reporting.models.history import field_label
from reporting.models.reports import TEXT_MAX_LENGTH

FIELD_COMMENT = "comment-"
FIELD_COMMENT_MAX_LENGTH = 2_000


class DecisionForm(forms.Form):
    """What a reviewer's button sends: the version of the report that he had before him."""

    version = VersionField()


class CommentForm(DecisionForm):
    """A decision that needs a reason: reopening a report."""

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

    @property
    def decision(self):
        """What the verb takes beside the report."""
        return self.cleaned_data


class ReturnForm(TellsWhatIsNotOffered, CommentForm):
    """A report goes back: the reason, and what is to be said at single fields.

    `names` are those of the fields and the codes of the indicators that can be commented on.
    The browser sends the comments from beside the fields, outside the form's own element.
    """

    open_for = forms.ChoiceField(
        label=_("What the country can change"),
        choices=[("all", _("The whole report")), ("commented", _("Only the commented fields"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, names, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["open_for"].initial = "all"
        for name in names:
            self.fields[FIELD_COMMENT + name] = field_comment(capfirst(str(field_label(name))))

    def clean(self):
        cleaned = super().clean()
        # A comment that is too long is a comment all the same, with an error of its own.
        commented = self.field_comments or any(map(is_field_comment, self.errors))
        if cleaned.get("open_for") == "commented" and not commented:
            self.add_error(
                "open_for",
                _("Comment on the fields that are to be corrected, or open the whole report."),
            )
        return cleaned

    @property
    def general_fields(self):
        """Those that are shown in the form itself."""
        return [field for field in self if not is_field_comment(field.name)]

    def comment_on(self, name):
        """The field for a comment on the field `name` of the report, or None."""
        return self[FIELD_COMMENT + name] if FIELD_COMMENT + name in self.fields else None

    @property
    def typed_comments(self):
        """(label, what was typed) of each comment on a field, good or not."""
        return [
            (field.label, field.value())
            for field in self
            if is_field_comment(field.name) and (field.value() or "").strip()
        ]

    @property
    def all_comments(self):
        """The same, and before them the reason for the whole."""
        reason = self["comment"]
        return [(reason.label, reason.value())] * bool((reason.value() or "").strip()) + (
            self.typed_comments
        )

    @property
    def field_comments(self):
        return {
            name.removeprefix(FIELD_COMMENT): text
            for name, text in self.cleaned_data.items()
            if is_field_comment(name) and text
        }

    @property
    def decision(self):
        return {
            "version": self.cleaned_data["version"],
            "comment": self.cleaned_data["comment"],
            "field_comments": self.field_comments,
            "only_commented": self.cleaned_data["open_for"] == "commented",
        }


def field_comment(label):
    says = _("Comment on this field: %(field)s") % {"field": label}
    attrs = {"rows": 3, "form": "return-form", "class": "form-control", "aria-label": says}
    return ProseField(
        label=label,
        required=False,
        max_length=FIELD_COMMENT_MAX_LENGTH,
        widget=forms.Textarea(attrs=attrs),
    )


def is_field_comment(name):
    return name.startswith(FIELD_COMMENT)
