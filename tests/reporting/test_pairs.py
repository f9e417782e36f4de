import re
from decimal import Decimal

import pytest
from django.utils import translation

from reporting.pairs import Pair, bar_pair, trend_pair

NAMES = ("France", "median of Europe")
PAIRS = [
    Pair("2025-H1", Decimal("10.0"), None),
    Pair("2025-H2", Decimal("50.0"), Decimal("40.0")),
    Pair("2026-H1", None, Decimal("60.0")),
]


def drawn(pairs=PAIRS, **options):
    return trend_pair(pairs, names=NAMES, title="<Trend>", **options)


def test_trend_says_in_words_what_it_draws():
    assert "<title>&lt;Trend&gt;</title>" in drawn()
    assert re.findall("<desc>(.*)</desc>", drawn()) == [
        "2025-H1: France 10.0 %, median of Europe –; "
        "2025-H2: France 50.0 %, median of Europe 40.0 %; "
        "2026-H1: France –, median of Europe 60.0 %"
    ]


def test_figures_are_written_as_the_reader_writes_them():
    with translation.override("fr"):
        picture, beside = drawn(), bar_pair(Pair("1.1", 60, Decimal("62.5")), names=NAMES)
    assert "2025-H2: France 50,0 %, median of Europe 40,0 %" in picture
    assert re.findall('<text class="trend-value[^>]*>([^<]*)<', picture)[0] == "40,0"
    assert "<desc>1.1: France 60 %, median of Europe 62,5 %</desc>" in beside
    assert 'x1="62.500%"' in beside and 'width="60%"' in beside


def test_trend_leaves_a_gap_where_there_is_no_figure():
    gap = [Pair("a", Decimal(1), None), Pair("b", None, None), Pair("c", Decimal(3), None)]

    assert drawn().count('class="pair-own"') == drawn().count('class="pair-other"') == 1
    assert drawn(gap).count('class="pair-own"') == 0
    assert drawn(gap).count("pair-mark-own") == 2


@pytest.mark.parametrize("own", [39, 40, 41])
def test_numbers_of_a_round_lie_on_either_side_of_its_marks(own):
    picture = drawn([Pair("2025-H1", Decimal(own), Decimal(40))])
    number = r'pair-number-(\w+)" direction="ltr" x="[^"]*" y="([^"]*)"'
    places = {kind: float(y) for kind, y in re.findall(number, picture)}

    assert (places["own"] < places["other"]) == (own >= 40)
    assert abs(places["own"] - places["other"]) > 26


@pytest.mark.parametrize("pairs", [[], PAIRS[:1], [Pair("x", None, None)]])
def test_trend_is_drawn_of_few_rounds_too(pairs):
    assert drawn(pairs).startswith("<svg")


def test_right_to_left_mirrors_the_places():
    pair = Pair("1.1", Decimal(60), Decimal(45))

    assert 'x1="45.000%"' in bar_pair(pair, names=NAMES)
    assert 'x1="55.000%"' in bar_pair(pair, names=NAMES, rtl=True)
    assert '<rect class="pair-bar" x="40.000%"' in bar_pair(pair, names=NAMES, rtl=True)


def test_bar_without_figures_says_so():
    assert "<desc>1.1: France –, median of Europe –</desc>" in bar_pair(
        Pair("1.1", None, None), names=NAMES
    )
