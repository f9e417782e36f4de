"""What a row may hold in the admin's forms, so that both data bases can store it."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.forms import BaseInlineFormSet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered

# What PostgreSQL can store in a small integer; SQLite would take more.
SMALL_INTEGER_MAX = 32_767
# Of a goal, an objective, an indicator: it stands in codes and addresses.
NUMBER_MAX = 9_999
# A number of as many digits does not fit every column of keys.
KEY_LENGTH = 19
YEARS = range(1900, 2200)


def validate_year(value):
    """An instant at the edge of the calendar falls off it in another time zone."""
    if value.year not in YEARS:
        raise ValidationError(
            _("Enter a year from %(first)s to %(last)s."),
            params={"first": YEARS[0], "last": YEARS[-1]},
        )


validate_count = MinValueValidator(0)
validate_one_line = RegexValidator(
    r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]",
    message=_("Write this on one line."),
    inverse_match=True,
)


def is_key(text):
    """Whether it could be the number of a row, in both data bases."""
    return text.isdecimal() and len(text) < KEY_LENGTH


class KeySelect(AutocompleteSelect):
    """Django's asks the data base for whatever was sent, also where that is no number."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(str(key))], attr)


class FiniteField(forms.DecimalField):
    """Refuses what is no number at once: Django compares it first, and some cannot be."""

    def to_python(self, value):
        number = super().to_python(value)
        if number is not None and not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class WholeRowForm(TellsWhatIsNotOffered, forms.ModelForm):
    """Checks a row's constraints with the fields too that nobody may change.

    Django skips every constraint that names a field which the form leaves out,
    and the data base refuses the row instead of the form.
    """

    # A new row among others may take the place of one that goes.
    waits_for_others = False

    def _post_clean(self):
        super()._post_clean()
        if not self.waits_for_others:
            self.check_whole_row()

    def check_whole_row(self):
        if self.has_changed() and not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)


class FieldLimits:
    """For pages and inlines: what both data bases can hold and a page or mail can show."""

    form = WholeRowForm
    list_select_related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.PositiveSmallIntegerField):
            kwargs["max_value"] = NUMBER_MAX if db_field.name == "number" else SMALL_INTEGER_MAX
        if isinstance(db_field, models.DecimalField):
            kwargs["form_class"] = FiniteField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(db_field, models.DateField):
            field.validators = [*field.validators, validate_year]
        # A choice is no text that people write.
        if isinstance(db_field, models.CharField) and isinstance(field, forms.CharField):
            field.validators = [*field.validators, validate_one_line]
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeySelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CountedFormSet(BaseInlineFormSet):
    """Refuses to count rows below nothing, which Django takes for a number like any other."""

    @cached_property
    def management_form(self):
        form = super().management_form
        if self.is_bound:
            for name in [TOTAL_FORM_COUNT, INITIAL_FORM_COUNT]:
                try:
                    validate_count(form.cleaned_data[name])
                except ValidationError as error:
                    form.add_error(name, error)
                    form.cleaned_data[name] = 0
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.waits_for_others = form.instance.pk is None

    def clean(self):
        """Checks new rows as they will be saved: after the others have gone."""
        super().clean()
        if any(self.errors):
            return
        new_forms = [form for form in self.extra_forms if form not in self.deleted_forms]
        with transaction.atomic():
            for form in self.deleted_forms:
                self.model.objects.filter(pk=form.instance.pk).delete()
            for form in new_forms:
                form.check_whole_row()
            transaction.set_rollback(True)
