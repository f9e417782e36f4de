import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.differences import Kind, Segment, differences, replaced

SAME, REMOVED, ADDED = Kind


def text_of(segments, *kinds):
    return "".join(segment.text for segment in segments if segment.kind in kinds)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("", "New.", [(ADDED, "New.")]),
        ("Old.", "", [(REMOVED, "Old.")]),
        ("The same.", "The same.", [(SAME, "The same.")]),
        (
            "Two courses were held.",
            "Three courses were held.",
            [(REMOVED, "Two "), (ADDED, "Three "), (SAME, "courses were held.")],
        ),
        ("It is done.", "It is done!", [(SAME, "It is done"), (REMOVED, "."), (ADDED, "!")]),
        (
            "about 1.5 %",
            "about 1.6 %",
            [(SAME, "about "), (REMOVED, "1.5 "), (ADDED, "1.6 "), (SAME, "%")],
        ),
        ("one two", "one  two", [(SAME, "one  two")]),
        ("one two", "one\ntwo", [(SAME, "one"), (ADDED, "\n"), (SAME, "two")]),
        ("one\r\ntwo", "one\ntwo", [(SAME, "one\ntwo")]),
        (
            "عُقدت دورتان تدريبيتان.",
            "عُقدت ثلاث دورات تدريبية.",
            [
                (SAME, "عُقدت "),
                (REMOVED, "دورتان تدريبيتان"),
                (ADDED, "ثلاث دورات تدريبية"),
                (SAME, "."),
            ],
        ),
        (
            "a b c d e",
            "a c d x e",
            [(SAME, "a "), (REMOVED, "b "), (SAME, "c d "), (ADDED, "x "), (SAME, "e")],
        ),
    ],
)
def test_differences_are_marked_word_by_word(before, after, expected):
    assert differences(before, after) == expected


PIECES = st.lists(
    st.sampled_from(["one", "two", "three", "أربعة", " ", "  ", "\n", "\r\n", ".", ",", "1.5"])
).map("".join)


@given(PIECES, PIECES)
def test_differences_lose_nothing(before, after):
    segments = differences(before, after)

    assert text_of(segments, SAME, ADDED) == after
    # Spaces are those of the later text, also between a word and a mark that it has lost.
    assert "".join(text_of(segments, SAME, REMOVED).split()) == "".join(before.split())


@given(PIECES, PIECES)
def test_differences_have_neither_empty_segments_nor_two_neighbours_of_a_kind(before, after):
    segments = differences(before, after)

    assert all(segment.text for segment in segments)
    assert all(one.kind != two.kind for one, two in zip(segments, segments[1:], strict=False))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            " ".join(f"w{n // 30} X" for n in range(1500)),
            " ".join(f"w{n // 30} Y" for n in range(1500)),
        ),
        ("x" + " a" * 4998 + " x", "y" + " a" * 4998 + " y"),
        ("x" + "\n" * 9998 + "x", "y" + "\n" * 9998 + "y"),
    ],
    ids=["alternating", "one word", "lines"],
)
def test_differences_of_texts_made_to_be_slow_are_coarse_and_soon_found(before, after):
    began = time.process_time()

    segments = differences(before, after)

    assert time.process_time() - began < 3  # without a bound: half a minute and more
    assert text_of(segments, SAME, ADDED) == after


def test_replaced_keeps_no_half_of_a_choice():
    assert replaced("On track", "Off track") == [
        Segment(REMOVED, "On track"),
        Segment(ADDED, "Off track"),
    ]
    assert replaced("On track", "On track") == [Segment(SAME, "On track")]
    assert replaced("", "60 %") == [Segment(ADDED, "60 %")]
