from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from reporting.attention import Trouble
from reporting.briefs.lines import figure_of
from reporting.forms.questions import definitions_of
from reporting.measured import percent
from reporting.written import Numerals
from tests.factories import IndicatorFactory


@pytest.mark.parametrize(
    ("share", "words"),
    [("0.364", "36"), ("0.625", "63"), ("0.645", "65"), ("-0.125", "-13"), ("1.005", "101")],
)
def test_half_a_percent_is_rounded_up_as_everywhere(share, words):
    assert percent(Decimal(share)) == words


def test_share_that_is_in_trouble_is_rounded_alike():
    assert Trouble(troubled=3, applicable=8).percent == 38


@pytest.mark.parametrize(("language", "words"), [("en", "+2.4"), ("fr", "+2,4")])
def test_change_has_the_readers_decimal_point(language, words):
    with translation.override(language):
        assert words in Numerals.of_reader().signed(Decimal("2.4"))


def test_share_is_one_sentence_that_a_translator_can_turn():
    turned = replace(Numerals.of_reader(), of="%(all)s 中 %(number)s")
    assert turned.share(112, 1960) == "1,960 中 112"


def test_figure_of_a_brief_has_words_before_its_number_where_a_language_has(monkeypatch):
    english = figure_of("Reports", "3", 17)
    assert (english.before, english.value, english.of) == ("", "3", "of 17")

    turned = replace(Numerals.of_reader(), of="%(all)s 中 %(number)s")
    monkeypatch.setattr(Numerals, "of_reader", lambda: turned)
    found = figure_of("Reports", "3", 17)
    assert (found.before, found.value, found.of) == ("17 中", "3", "")


@pytest.mark.django_db
def test_workbook_says_of_each_indicator_whether_it_is_official():
    adopted = IndicatorFactory(is_official=True, name="Borders connected")
    proposed = IndicatorFactory(name="Officers trained")
    terms = [each.term for each in definitions_of([adopted, proposed])]
    assert terms[-2:] == [
        f"{adopted.code} Borders connected",
        f"{proposed.code} Officers trained (Proposed, not official)",
    ]
