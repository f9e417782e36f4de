from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from members.models import User
from reporting.forms.fields import ProseField
from reporting.models import Quotation
from reporting.models.quotations import QUOTATION_MAX_LENGTH
from reporting.quotations import in_one_line, reasons_against


class QuotationForm(TellsWhatIsNotOffered, forms.Form):
    """A passage of an approved report, to be shown without its country's name."""

    field = forms.ChoiceField(label=_("From"), choices=Quotation.Field)
    text = ProseField(
        label=_("Passage"),
        min_length=20,
        max_length=QUOTATION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Word for word from the report, at most 400 characters; “[…]” marks what you leave out."
        ),
    )

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_text(self):
        return in_one_line(self.cleaned_data["text"])

    def clean(self):
        cleaned = super().clean()
        if not {"field", "text"} <= cleaned.keys():
            return cleaned
        country = self.report.country
        names = [country.name_en, country.name_fr, country.name_es, country.name_ar]
        against = reasons_against(
            cleaned["text"],
            text=getattr(self.report, cleaned["field"]),
            names=[name for name in [*names, country.region.name] if name],
            codes=[country.iso2, country.iso3],
            people=User.objects.officers_of(country).values_list("name", flat=True),
        )
        for reason in against:
            self.add_error("text", reason)
        return cleaned


class TakeBackForm(forms.Form):
    """Why a passage is shown no more."""

    reason = forms.CharField(
        label=_("Why it is taken back"), min_length=5, max_length=300, strip=True
    )
