from hypothesis import given
from hypothesis import strategies as st

from members.folding import fold
from reporting.folding import Part, holds, marked, passage, passages, words_of

WORDS = ["need"]


def test_words_are_folded_once_and_of_two_characters():
    assert words_of('"police leader" «Enquête»') == ["police", "leader", "enquete"]
    assert words_of(" Été  ETE\u00a0a 1.1 \u200f % ") == ["ete", "1.1"]


def test_all_words_must_be_held_in_any_order():
    assert holds("officers are trained", ["train", "officer"])
    assert not holds("officers are trained", ["train", "judge"])


def test_marked_is_what_was_written():
    assert marked("L’enque\u0302te, Straße", ["enquete", "ss"]) == [
        Part("L’", False),
        Part("enque\u0302te", True),
        Part(", Stra", False),
        Part("ß", True),
        Part("e", False),
    ]


def test_words_that_overlap_are_one_mark():
    assert marked("retraining", ["train", "raining"]) == [
        Part("re", False),
        Part("training", True),
    ]


@given(st.text(alphabet="aé ß\u0301\u200fİx", max_size=40), st.sampled_from(["ae", "ss", "i", "x"]))
def test_pieces_make_up_the_text(text, word):
    parts = marked(text, [word])
    assert "".join(part.text for part in parts) == text
    assert any(part.marked for part in parts) == (word in fold(text))


def test_passage_begins_and_ends_between_words():
    parts = passage("before " * 50 + "needle" + " behind" * 50, WORDS, WORDS)
    texts = "".join(part.text for part in parts)
    assert texts.startswith("… before ") and texts.endswith(" behind …")
    assert [part.text for part in parts if part.marked] == ["need"]
    assert len(texts) <= 244


def test_passage_of_a_text_without_the_words_is_empty():
    assert passage("nothing here", WORDS, WORDS) == []


def test_passage_of_one_long_word_is_cut():
    parts = passage("x" * 5_000 + "need" + "x" * 5_000, WORDS, WORDS)
    assert len("".join(part.text for part in parts)) < 250


def test_passages_show_every_word_in_as_few_as_do():
    texts = {"one": "Judges. " + "…" * 300 + " Officers.", "two": "Trained judges", "three": ""}
    found = passages(texts, ["judge", "officer", "train"])
    assert [name for name, _parts in found] == ["one", "one", "two"]
    marks = [[part.text for part in parts if part.marked] for _name, parts in found]
    assert marks == [["Judge"], ["Officer"], ["Train", "judge"]]


def test_passages_are_not_without_end():
    words = ["aa", "bb", "cc", "dd"]
    assert len(passages({word: word for word in words}, words)) == 3
