import re

from django import forms
from django.utils.translation import gettext_lazy as _

NOT_IN_LIST = _("“%(value)s” is not in the list of answers.")


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

    default_error_messages = {
        "min_length": _("At least %(limit_value)s characters, and this has %(show_value)s."),
        "max_length": _("At most %(limit_value)s characters, and this has %(show_value)s."),
    }

    def widget_attrs(self, widget):
        return {}

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").strip()


CLASSES = {"radio": "form-check-input", "select": "form-select"}


def dress(fields):
    """Gives each control the class that the style sheet knows it by, and a choice its words."""
    for field in fields:
        kind = getattr(field.widget, "input_type", "")
        field.widget.attrs["class"] = CLASSES.get(kind, "form-control")
        if isinstance(field, forms.ChoiceField):
            field.error_messages["invalid_choice"] = NOT_IN_LIST
