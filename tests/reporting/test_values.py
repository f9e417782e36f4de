from decimal import Decimal

import pytest
from django.http import QueryDict

from objectives.models import Indicator
from reporting.forms import AnswerForm
from reporting.models import IndicatorValue
from tests.factories import GoalFactory, IndicatorFactory, ObjectiveFactory

Aggregation = Indicator.Aggregation


def indicator(aggregation=Aggregation.SUM, **fields):
    """Indicator 1.1.1, not stored."""
    objective = ObjectiveFactory.build(number=1, goal=GoalFactory.build(number=1, framework=None))
    fields = {"number": 1, "unit": "persons", "objective": objective} | fields
    return IndicatorFactory.build(aggregation=aggregation, **fields)


def filled(asked, stored=None, **typed):
    data = QueryDict(mutable=True)
    data.update({f"{asked.code}-{name}": text for name, text in typed.items()})
    return AnswerForm(data, indicator=asked, stored=stored)


def said(form):
    assert form.is_valid(), form.errors
    answer = form.answer
    return answer and (answer.kind, answer.value, answer.numerator, answer.denominator, answer.note)


def number(value, note=""):
    return ("number", value, None, None, note)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"kind": "", "value": "7"}, number(7)),
        ({"value": "7", "note": "Since May."}, number(7, "Since May.")),
        ({"kind": "number", "value": "0"}, number(0)),
        ({"kind": "", "value": "", "note": ""}, None),
        ({"kind": "no_data"}, ("no_data", None, None, None, "")),
        (
            {"kind": "not_applicable", "note": "No coast."},
            ("not_applicable", None, None, None, "No coast."),
        ),
    ],
)
def test_answer_is_a_number_or_why_there_is_none(typed, answer):
    assert said(filled(indicator(), **typed)) == answer


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (
            {"kind": "no_data", "value": "5"},
            "kind",
            "There is a number, and “No data” is chosen too. Take one of them back.",
        ),
        ({"kind": "not_applicable"}, "note", "Say why it does not apply."),
        ({"note": "Later."}, "value", "Give an answer too: a note alone cannot be kept."),
        ({"value": "-1"}, "value", "This cannot be less than zero."),
        ({"note": "a\0b", "value": "1"}, "note", "Null characters are not allowed."),
        (
            {"kind": "perhaps"},
            "kind",
            "“perhaps” is not in the list of answers.",
        ),
    ],
)
def test_answer_that_cannot_be_kept_says_why_and_shows_it_again(typed, field, message):
    form = filled(indicator(), **typed)
    assert form.errors == {field: [message]}
    assert {name: form[name].value() for name in typed} == typed


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("yes", number(1)),
        ("no", number(0)),
        ("", None),
        ("no_data", ("no_data", None, None, None, "")),
    ],
)
def test_question_of_yes_or_no_is_one_or_zero(kind, answer):
    assert said(filled(indicator(Aggregation.SHARE_YES), kind=kind)) == answer


@pytest.mark.parametrize(
    ("aggregation", "unit", "value"),
    [
        (Aggregation.RATIO_OF_SUMS, "% of matches", "61.5385"),
        (Aggregation.RATIO_OF_SUMS, "cases", "0.6154"),
        (Aggregation.WEIGHTED_MEAN, "% of minutes", "61.5385"),
    ],
)
def test_ratio_is_worked_out_from_its_two_numbers(aggregation, unit, value):
    asked = indicator(aggregation, unit=unit, denominator="what there is")
    answer = said(filled(asked, numerator="8", denominator="13"))
    assert answer == ("number", Decimal(value), 8, 13, "")


@pytest.mark.parametrize(
    ("numerator", "denominator", "field"),
    [
        ("8", "", "denominator"),
        ("", "13", "numerator"),
        ("8", "0", "denominator"),
        ("9" * 14, "0.0001", "numerator"),
        ("-1", "13", "numerator"),
    ],
)
def test_ratio_needs_two_numbers_that_give_a_value(numerator, denominator, field):
    asked = indicator(Aggregation.RATIO_OF_SUMS)
    assert list(filled(asked, numerator=numerator, denominator=denominator).errors) == [field]


def test_weighted_mean_without_a_denominator_is_one_number():
    asked = indicator(Aggregation.WEIGHTED_MEAN, denominator="")
    assert said(filled(asked, value="-3.25")) == number(Decimal("-3.25"))


def stored_answer():
    return IndicatorValue(kind="number", value=Decimal("1234.5000"), note="Counted.")


def test_answer_that_arrives_in_part_keeps_the_rest():
    form = filled(indicator(), stored=stored_answer(), note="Counted twice.")
    assert said(form) == number(Decimal("1234.5"), "Counted twice.")
    assert form.has_new_answer


@pytest.mark.parametrize("typed", [{}, {"kind": "", "numerator": "", "denominator": ""}])
def test_answer_from_before_the_indicator_became_a_ratio_stays(typed):
    form = filled(
        indicator(Aggregation.RATIO_OF_SUMS), stored=IndicatorValue(kind="number", value=7), **typed
    )
    assert (form.is_valid(), form.has_new_answer) == (True, False)


def test_answer_that_says_the_same_is_nothing_new():
    form = filled(indicator(), stored=stored_answer(), value="1,234.5", note="Counted.")
    assert (form.is_touched, form.has_new_answer) == (True, False)


def test_answer_that_was_emptied_is_none():
    form = filled(indicator(), stored=stored_answer(), kind="", value="", note="")
    assert (form.is_valid(), form.answer, form.has_new_answer) == (True, None, True)


@pytest.mark.parametrize(
    ("unit", "answer", "words"),
    [
        ("persons", {"value": "12345.5"}, "12,345.5 persons"),
        ("persons", {"value": "0.0125"}, "0.0125 persons"),
        ("persons", {"value": "1"}, "1 (persons)"),
        ("% of cases", {"value": "1"}, "1 % of cases"),
        (
            "% of cases",
            {"value": "61.5385", "numerator": "800", "denominator": "1300"},
            "61.5 % of cases (800 of 1,300)",
        ),
        (
            "cases",
            {"value": "0.6154", "numerator": "8", "denominator": "13"},
            "0.62 cases (8 of 13)",
        ),
        ("score 1-5", {"value": "3.5"}, "3.5 of 5"),
        ("score 0–100", {"value": "72"}, "72 of 100"),
        ("trained 2022-2025", {"value": "9"}, "9 trained 2022-2025"),
    ],
)
def test_answer_in_words_claims_no_more_than_its_numbers(unit, answer, words):
    numbers = {name: Decimal(number) for name, number in answer.items()}
    said = IndicatorValue(indicator=indicator(unit=unit), kind="number", **numbers)
    assert said.in_words.replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("unit", "answer", "head", "words"),
    [
        ("persons", {"value": "1"}, "persons", "1"),
        (
            "% of cases",
            {"value": "61.5385", "numerator": "8", "denominator": "13"},
            "% of cases",
            "61.5 % (8 of 13)",
        ),
        ("%", {"value": "61"}, "", "61 %"),
        ("score 1-5", {"value": "3.5"}, "", "3.5 of 5"),
    ],
)
def test_answer_beside_its_unit_says_it_no_second_time(unit, answer, head, words):
    numbers = {name: Decimal(number) for name, number in answer.items()}
    said = IndicatorValue(indicator=indicator(unit=unit), kind="number", **numbers)
    assert said.indicator.unit_of_answers == head
    assert said.beside_unit.replace("\N{NO-BREAK SPACE}", " ") == words
