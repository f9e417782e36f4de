import re

import pytest
from django.test.html import parse_html
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts import Segment, place, stacked_bar, trend_line
from tests.pages import text, walk

COUNTS = st.lists(st.integers(0, 196), min_size=1, max_size=8).filter(any)
EVIL = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def bar(*counts, rtl=False):
    segments = [Segment(f"key{n}", f"Label {n}", count) for n, count in enumerate(counts)]
    return stacked_bar(segments, title="Ratings", rtl=rtl)


def line(*values, **options):
    points = [(f"R{n}", value) for n, value in enumerate(values, 1)]
    return trend_line(points, title="Trend", **options)


def drawn(svg, name, *attributes, class_=""):
    """The attributes of every element `name` in the picture, as tuples of text."""
    found = [dict(each.attributes) for each in walk(parse_html(str(svg))) if each.name == name]
    if class_:
        found = [each for each in found if class_ in each.get("class", "").split()]
    return [tuple(each[attribute] for attribute in attributes) for each in found]


def words(svg, name):
    return [text(each) for each in walk(parse_html(str(svg))) if each.name == name]


def numbers(rows):
    return [tuple(float(value.removesuffix("%")) for value in row) for row in rows]


def test_place_counts_from_the_start_of_the_line():
    assert (place(12.5, rtl=False), place(12.5, rtl=True)) == ("12.500%", "87.500%")


def test_place_right_to_left_leaves_room_for_the_width():
    assert place(25, rtl=True, width=50) == "25.000%"


def test_bar_is_in_proportion():
    assert drawn(bar(1, 3), "rect", "x", "width", "fill") == [
        ("0.000%", "25.000%", "url(#fill-key0)"),
        ("25.000%", "75.000%", "url(#fill-key1)"),
    ]


def test_bar_right_to_left_is_mirrored():
    assert drawn(bar(1, 3, rtl=True), "rect", "x", "width") == [
        ("75.000%", "25.000%"),
        ("0.000%", "75.000%"),
    ]


@given(COUNTS, st.booleans())
def test_bar_is_filled_without_a_gap(counts, rtl):
    rects = sorted(numbers(drawn(bar(*counts, rtl=rtl), "rect", "x", "width")))

    ends = [0, *(x + width for x, width in rects)]
    gaps = [x - end for (x, _), end in zip(rects, ends, strict=False)]
    assert max(map(abs, gaps)) < 0.01
    assert ends[-1] == pytest.approx(100, abs=0.01)


def test_bar_leaves_out_what_counts_nothing():
    svg = bar(2, 0, 1)

    assert len(drawn(svg, "rect")) == 2
    assert words(svg, "desc") == ["Label 0: 2; Label 2: 1"]


def test_bar_says_in_words_what_it_shows():
    assert words(bar(2, 1), "title") == ["Ratings", "Label 0: 2", "Label 1: 1"]


def test_bar_of_nothing_is_empty():
    assert drawn(bar(0, 0), "rect") == []


def test_bar_escapes_its_words():
    svg = stacked_bar([Segment("key", EVIL, 1)], title=EVIL)

    assert (svg.count(ESCAPED), svg.count("<script")) == (3, 0)


def test_line_runs_from_point_to_point():
    assert drawn(line(0, 50, 100), "line", "x1", "x2", class_="trend") == [
        ("12.000%", "50.000%"),
        ("50.000%", "88.000%"),
    ]


def test_line_right_to_left_is_mirrored():
    assert drawn(line(0, 50, 100, rtl=True), "line", "x1", "x2", class_="trend") == [
        ("88.000%", "50.000%"),
        ("50.000%", "12.000%"),
    ]


def test_line_rises_with_its_values():
    [(start, end)] = numbers(drawn(line(10, 90), "line", "y1", "y2", class_="trend"))

    assert start > end


def test_line_puts_nothing_and_all_on_the_grid():
    grid = [y for (y,) in drawn(line(0, 100), "line", "y1", class_="grid")]

    assert drawn(line(0, 100), "circle", "cy") == [(grid[0],), (grid[2],)]


def test_line_leaves_a_gap_where_a_round_has_no_value():
    svg = line(10, None, 30, 40)

    assert len(drawn(svg, "line", class_="trend")) == 1
    assert words(svg, "desc") == ["R1: 10.0 %; R2: –; R3: 30.0 %; R4: 40.0 %"]


def test_line_labels_every_round():
    assert re.findall(r'class="trend-label[^>]*>(\w+)<', line(10, None, 30)) == ["R1", "R2", "R3"]


def test_line_of_one_point_is_a_dot():
    svg = line(42)

    assert drawn(svg, "line", class_="trend") == []
    assert drawn(svg, "circle", "cx") == [("12.000%",)]


@pytest.mark.parametrize("values", [(), (None,), (None, None)])
@pytest.mark.parametrize("small", [True, False])
def test_line_of_no_value_draws_none(values, small):
    svg = line(*values, small=small)

    assert drawn(svg, "line", class_="trend") + drawn(svg, "circle") == []


def test_small_line_has_its_last_dot_alone_and_no_grid():
    svg = line(10, 30, small=True)

    assert words(svg, "title") == ["Trend", "R2: 30.0 %"]
    assert drawn(svg, "line", class_="grid") + words(svg, "text") == []


@given(st.lists(st.none() | st.floats(0, 100), max_size=12), st.booleans(), st.booleans())
def test_line_stays_inside_its_frame(values, rtl, small):
    svg = line(*values, rtl=rtl, small=small)

    [(height,)] = numbers(drawn(svg, "svg", "height"))
    dots = numbers(drawn(svg, "circle", "cx", "cy"))
    assert [dot for dot in dots if not (0 < dot[0] < 100 and 0 < dot[1] < height)] == []


def test_line_escapes_its_words():
    svg = trend_line([(EVIL, 1.0)], title=EVIL)

    assert (svg.count(ESCAPED), svg.count("<script")) == (4, 0)


@pytest.mark.parametrize("svg", [bar(1, 2), line(1, 2), line(1, 2, small=True)])
def test_picture_has_a_role_a_title_and_a_description(svg):
    assert drawn(svg, "svg", "role") == [("img",)]
    assert [each.name for each in parse_html(str(svg)).children[:2]] == ["title", "desc"]
