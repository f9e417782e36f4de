"""Numbers as their reader writes them: 1,234.5 in English, 1 234,5 in French."""

import re
from decimal import Decimal

from django import forms
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

DIGITS_BEFORE, DIGITS_AFTER = 14, 4
EXAMPLE = Decimal("1234.5")
SPACES = re.compile("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]")
MARKS_OF_DIRECTION = re.compile("[\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\u061c]")
ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def written(number):
    """A number as its reader would type it, without separators between thousands."""
    separator = formats.get_format("DECIMAL_SEPARATOR")
    return f"{number.normalize():f}".replace(".", separator)


def example():
    return formats.number_format(EXAMPLE, use_l10n=True, force_grouping=True)


def parts(typed):
    """The sign, the digits before and those behind the decimal separator, or None.

    What another language would read otherwise is refused: in English "1,5" is no number.
    Thousands are parted by the language's own sign or by spaces, one sort in one number.
    """
    decimal = formats.get_format("DECIMAL_SEPARATOR")
    groups = {" "}
    if formats.get_format("NUMBER_GROUPING"):
        groups.add(SPACES.sub(" ", formats.get_format("THOUSAND_SEPARATOR")))
    text = SPACES.sub(" ", MARKS_OF_DIRECTION.sub("", typed)).strip()
    text = text.replace("\N{MINUS SIGN}", "-")
    if (get_language() or "").startswith("ar"):
        text = text.translate(ARABIC_DIGITS).replace("٫", decimal).replace("٬", " ")
    for group in groups:
        pattern = (
            rf"(-?)([0-9]+|[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+)"
            rf"(?:{re.escape(decimal)}([0-9]+))?"
        )
        if found := re.fullmatch(pattern, text):
            return found[1], found[2].replace(group, ""), found[3] or ""
    return None


class NumberField(forms.CharField):
    """A decimal number in the reader's format; what cannot be read for certain is refused.

    A text input, because what a browser cannot read in a number input it does not send,
    and it reads in a format of its own.
    """

    def __init__(self, *, is_percent=False, may_be_negative=False, **kwargs):
        self.is_percent = is_percent
        self.may_be_negative = may_be_negative
        kwargs.setdefault("required", False)
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**kwargs)

    def to_python(self, value):
        typed = super().to_python(value)
        if not typed:
            return None
        if self.is_percent:
            typed = re.sub(r"[%٪]\s*\Z", "", typed)
        found = parts(typed)
        if found is None:
            raise forms.ValidationError(
                _("This cannot be read as a number for certain. Write it like this: %(example)s"),
                code="invalid",
                params={"example": example()},
            )
        sign, before, after = found
        self.check_digits(before.lstrip("0"), after)
        number = Decimal(f"{sign}{before}.{after or 0}")
        if number < 0 and not self.may_be_negative:
            raise forms.ValidationError(_("This cannot be less than zero."), code="negative")
        return number + 0

    def check_digits(self, before, after):
        if len(before) > DIGITS_BEFORE or len(after) > DIGITS_AFTER:
            raise forms.ValidationError(
                _("At most %(before)s digits before the decimal separator, %(after)s behind it."),
                code="digits",
                params={"before": DIGITS_BEFORE, "after": DIGITS_AFTER},
            )
