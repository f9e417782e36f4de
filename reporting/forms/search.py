from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.folding import words_of
from reporting.search import Kind

LONGEST_QUERY = 200
MOST_WORDS = 12


class SearchForm(forms.Form):
    """The words, in the query string of the page; the kind and framework narrow its results."""

    q = forms.CharField(
        required=False,
        max_length=LONGEST_QUERY,
        label=gettext_lazy("Words"),
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control", "dir": "auto"}),
        error_messages={
            "max_length": gettext_lazy(
                "At most %(limit_value)d characters, please: these are %(show_value)d."
            )
        },
    )
    kind = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Everything")), *Kind.choices],
        error_messages={"invalid_choice": gettext_lazy("There is no kind “%(value)s”.")},
    )
    framework = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label=gettext_lazy("Framework"),
        error_messages={"invalid_choice": gettext_lazy("There is no framework “%(value)s”.")},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"],
            gettext_lazy("There is no such page of results."),
        ),
    )

    def __init__(self, data, *, frameworks):
        super().__init__(data)
        by_slug = {found.slug: found for found in frameworks}
        names = [(slug, by_slug[slug].title) for slug in by_slug]
        self.fields["framework"].choices = [("", gettext_lazy("All frameworks")), *names]
        self.fields["framework"].coerce = by_slug.get
        for name in ["kind", "framework"]:
            self.fields[name].widget.attrs["class"] = "form-select"

    def clean_q(self):
        query = self.cleaned_data["q"]
        self.words = words_of(query)
        if len(self.words) > MOST_WORDS:
            raise ValidationError(
                _("At most %(most)d words, please: these are %(number)d."),
                params={"most": MOST_WORDS, "number": len(self.words)},
            )
        return query
