import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.folding import FOLDS, fold, without_what_follows


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ENQUETE", "enquête"),
        ("enquête", "Enque\u0302te"),
        ("istanbul", "İstanbul"),
        ("ISPARTA", "ısparta"),
        ("strasse", "Straße"),
        ("STRASSE", "straẞe"),
        ("coeur", "cœur"),
        ("lodz", "Łódź"),
        ("fin", "ﬁn"),
        ("σοφος", "ΣΟΦΌΣ"),
        ("d'abord", "d’abord"),
        ("co-operation", "co\u2011operation"),
        ("cooperation", "co\u00adoperation"),
        ("الامم", "الأُمَم"),
        ("مدرسه", "مـــدرسة"),
        ("إلي", "الى"),
        ("2025", "٢٠٢٥"),
        ("abc", "\u200fＡＢＣ\u200e"),
    ],
)
def test_fold_makes_the_same_of_both(typed, written):
    assert fold(typed) == fold(written)


@pytest.mark.parametrize(("one", "other"), [("ด้วย", "ดวย\u0e31"), ("गति", "गत"), ("n", "m")])
def test_fold_keeps_letters_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text(), st.text())
def test_fold_goes_letter_by_letter_and_twice_changes_nothing(one, other):
    assert fold(one + other) == fold(one) + fold(other)
    assert fold(fold(one)) == fold(one)


def test_fold_remembers_no_more_than_5000_characters():
    fold("".join(map(chr, range(0x20000, 0x22000))))
    assert len(FOLDS) <= 5_000


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Micronesia (Federated States of)", "Micronesia"),
        ("Korea, Republic of", "Korea"),
        ("Côte d'Ivoire", "Côte d'Ivoire"),
    ],
)
def test_name_of_a_country_ends_before_what_follows_it(name, short):
    assert without_what_follows(name) == short
