from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from reporting.forms.numbers import NumberField, written

NNBSP, NBSP = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,234.5", "1234.5"),
        ("en", "1 234.5", "1234.5"),
        ("en", " 1234 ", "1234"),
        ("en", "0012", "12"),
        ("en", "12,345,678", "12345678"),
        ("fr", "1 234,5", "1234.5"),
        ("fr", f"1{NBSP}234{NBSP}567,25", "1234567.25"),
        ("fr", f"1{NNBSP}234,5", "1234.5"),
        ("fr", "0,5", "0.5"),
        ("es", "1234,5", "1234.5"),
        ("es", f"1{NBSP}234,5", "1234.5"),
        ("ar", "1234,5", "1234.5"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "\u200f١٢", "12"),
    ],
)
def test_number_is_read_as_its_language_writes_it(language, typed, number):
    with translation.override(language):
        assert NumberField().clean(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "typed", "like"),
    [
        ("en", "1,5", "1,234.5"),
        ("en", "1.234,5", "1,234.5"),
        ("en", "0,123", "1,234.5"),
        ("en", "12,34,567", "1,234.5"),
        ("en", "1,234 567", "1,234.5"),
        ("en", "١٢", "1,234.5"),
        ("en", "1e3", "1,234.5"),
        ("en", "NaN", "1,234.5"),
        ("en", "1\0", "1,234.5"),
        ("en", "5.", "1,234.5"),
        ("en", "5 %", "1,234.5"),
        ("fr", "1.5", f"1{NBSP}234,5"),
        ("fr", "1.234,5", f"1{NBSP}234,5"),
        ("es", "1,234.5", f"1{NBSP}234,5"),
        ("ar", "1.234", "1234,5"),
    ],
)
def test_number_that_another_language_reads_otherwise_is_refused(language, typed, like):
    message = f"This cannot be read as a number for certain. Write it like this: {like}"
    with translation.override(language), pytest.raises(ValidationError) as refused:
        NumberField().clean(typed)
    assert refused.value.messages == [message]


@pytest.mark.parametrize("typed", ["1" * 15, "1.23456", "9" * 5000])
def test_number_has_at_most_so_many_digits(typed):
    with pytest.raises(ValidationError, match="At most 14 digits before"):
        NumberField().clean(typed)


def test_number_of_the_greatest_size_is_taken():
    assert NumberField().clean("00" + "9" * 14 + ".9999") == Decimal("9" * 14 + ".9999")


def test_number_is_negative_only_where_that_makes_sense():
    assert NumberField(may_be_negative=True).clean("\N{MINUS SIGN}2.5") == Decimal("-2.5")
    with pytest.raises(ValidationError, match="This cannot be less than zero."):
        NumberField().clean("-2.5")


def test_percent_sign_is_no_harm_where_percents_are_asked_for():
    assert NumberField(is_percent=True).clean("61.5 %") == Decimal("61.5")


def test_nothing_typed_is_no_number():
    assert NumberField().clean("  ") is None


@pytest.mark.parametrize(("language", "text"), [("en", "1234.5"), ("fr", "1234,5")])
def test_written_number_is_read_again(language, text):
    with translation.override(language):
        assert written(Decimal("1234.5000")) == text
        assert NumberField().clean(text) == Decimal("1234.5")
