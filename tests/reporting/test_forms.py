import pytest

from reporting.forms import CommentForm, DecisionForm, ReportForm
from reporting.forms.questions import help_of
from reporting.models import ProgressReport

# A model form asks the database whether its constraints hold.
pytestmark = pytest.mark.django_db

TOO_SHORT = "Please write at least 10 characters, so that the country knows what to correct."

FILLED = {"rating": "on_track", "percent_complete": "60", "version": "1"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0", 0), ("100", 100), (" 42 ", 42), ("42%", 42), ("42 %", 42), ("", None)],
)
def test_percent_takes_whole_numbers(typed, number):
    form = ReportForm({**FILLED, "percent_complete": typed})
    assert form.is_valid(), form.errors
    assert form.content["percent_complete"] == number


@pytest.mark.parametrize(
    "typed", ["-1", "101", "NaN", "1e400", "١٢", "5.5", "9" * 5000, "0x1", "1\0", "½", "+5"]
)
def test_percent_refuses_the_rest_and_shows_it_again(typed):
    form = ReportForm({**FILLED, "percent_complete": typed})
    assert form.errors == {
        "percent_complete": ["Enter a whole number from 0 to 100, in the digits 0 to 9."]
    }
    assert form["percent_complete"].value() == typed


@pytest.mark.parametrize("rating", ["splendid", "ON_TRACK", "on_track\0", "1"])
def test_rating_refuses_what_does_not_exist(rating):
    form = ReportForm({**FILLED, "rating": rating})
    assert form.errors["rating"] == [f"“{rating}” is not in the list of answers."]


@pytest.mark.parametrize(
    "field", ["achievements", "challenges", "next_steps", "lessons", "not_applicable_reason"]
)
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("a\0b", "Null characters are not allowed."),
        ("x" * 100_000, "At most 10000 characters, and this has 100000."),
    ],
    ids=["NUL", "100,000 characters"],
)
def test_texts_refuse_at_the_field_and_show_it_again(field, typed, message):
    form = ReportForm({**FILLED, field: typed})
    assert form.errors == {field: [message]}
    assert form[field].value() == typed


def test_texts_keep_one_character_for_the_end_of_a_line():
    form = ReportForm({**FILLED, "achievements": "first\r\nsecond\rthird\n"})
    assert form.is_valid()
    assert form.content["achievements"] == "first\nsecond\nthird"


def test_an_empty_draft_is_no_error():
    assert ReportForm({"version": "0"}).is_valid()


@pytest.mark.parametrize(
    ("typed", "version"),
    [
        ("3", 3),
        ("0", 0),
        ("", None),
        ("abc", None),
        ("-1", None),
        ("١", None),
        ("9" * 30, None),
        ("1\0", None),
        ("1.0", None),
    ],
)
def test_version_is_a_number_or_nothing(typed, version):
    form = DecisionForm({"version": typed})
    assert form.is_valid()
    assert form.cleaned_data["version"] == version


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("", "This field is required."),
        ("   \r\n  ", "This field is required."),
        ("too short", TOO_SHORT),
        ("ten chars \0", "Null characters are not allowed."),
        ("x" * 10_001, "At most 10000 characters, and this has 10001."),
    ],
)
def test_comment_needs_ten_characters(comment, message):
    assert CommentForm({"comment": comment, "version": "1"}).errors == {"comment": [message]}


def test_workbook_says_of_each_field_what_its_page_says():
    fields = ReportForm.base_fields
    assert {name: help_of(name, fields[name]) for name in ("challenges", "confidence")} == {
        "challenges": "What stands in the way. Needed for “At risk” and “Off track”.",
        "confidence": "How sure you are of the rating. Choose from the list.",
    }
    names = ProgressReport.CONTENT_FIELDS
    assert all(str(fields[name].help_text) in help_of(name, fields[name]) for name in names)
