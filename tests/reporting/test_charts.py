import re
from decimal import Decimal

import pytest
from django.test.html import parse_html
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts import Segment, place, sparkline, spread_strip, stacked_bar, trend_line
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


def spark(*values, rtl=False):
    points = [(f"R{n}", value) for n, value in enumerate(values, 1)]
    return sparkline(points, title="Trend", rtl=rtl)


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


def test_figures_are_written_as_the_reader_writes_them_and_places_as_svg_does():
    with translation.override("fr"):
        drawn = {
            "bar": bar(1234, 3),
            "trend": line(Decimal("62.5"), 70.25),
            "spark": spark(Decimal("62.5"), 70.25),
        }
    said = {
        name: " ".join([*words(svg, "desc"), *words(svg, "text")]) for name, svg in drawn.items()
    }
    assert said["bar"] == "Label 0: 1 234; Label 1: 3"
    assert said["trend"] == "R1: 62,5 %; R2: 70,2 % 0 % 50 % 100 % 62,5 70,2 R1 R2"
    assert said["spark"] == "R1: 62,5 %; R2: 70,2 %"
    assert [text for svg in drawn.values() for text in words(svg, "title") if "." in text] == []
    places = re.findall(r' (?:x|y|x1|x2|y1|y2|cx|cy|width)="([^"]*)"', "".join(drawn.values()))
    assert len(places) > 20 and not any("," in place for place in places)


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
@pytest.mark.parametrize("draw", [line, spark])
def test_line_of_no_value_draws_none(values, draw):
    svg = draw(*values)

    marks = [drawn(svg, name, class_="trend") for name in ("line", "polyline", "circle")]
    assert marks == [[], [], []]


@given(st.lists(st.none() | st.floats(0, 100), max_size=12), st.booleans())
@pytest.mark.parametrize(("draw", "height"), [(line, 190), (spark, 34)])
def test_line_stays_inside_its_frame(draw, height, values, rtl):
    dots = numbers(drawn(draw(*values, rtl=rtl), "circle", "cx", "cy"))

    assert [dot for dot in dots if not (0 < dot[0] < 100 and 0 < dot[1] < height)] == []


def test_spark_has_its_last_dot_alone_and_no_grid():
    svg = spark(10, 30)

    assert words(svg, "title") == ["Trend", "R2: 30.0 %"]
    assert words(svg, "desc") == ["R1: 10.0 %; R2: 30.0 %"]
    assert drawn(svg, "line") + words(svg, "text") == []


def test_spark_runs_from_round_to_round():
    assert drawn(spark(0, 50, 100), "polyline", "points") == [("4.00,29.0 50.00,17.0 96.00,5.0",)]


def test_spark_right_to_left_is_mirrored():
    svg = spark(0, 50, 100, rtl=True)

    assert drawn(svg, "polyline", "points") == [("96.00,29.0 50.00,17.0 4.00,5.0",)]
    assert drawn(svg, "circle", "cx") == [("4.00%",)]


def test_spark_leaves_a_gap_and_draws_a_lone_round_as_a_dot():
    [[first], [second]] = drawn(spark(0, None, 100, 100), "polyline", "points")

    assert first == "4.00,29.0 4.00,29.0"
    assert second == "65.33,5.0 96.00,5.0"


def test_line_escapes_its_words():
    svg = trend_line([(EVIL, 1.0)], title=EVIL)

    assert (svg.count(ESCAPED), svg.count("<script")) == (4, 0)


@pytest.mark.parametrize("svg", [bar(1, 2), line(1, 2), spark(1, 2)])
def test_picture_has_a_role_a_title_and_a_description(svg):
    assert svg.count('role="img"') == 1
    assert [each.name for each in parse_html(str(svg)).children[:2]] == ["title", "desc"]


# Spread


def spread(lower, median, upper, mean, **options):
    return spread_strip(
        *map(Decimal, (lower, median, upper, mean)), title="1.1", description="Half", **options
    )


def test_spread_strip_draws_the_middle_half_median_and_mean():
    picture = spread(45, 60, 80, 59)

    assert 'class="spread-half" x="45.000%" y="5" width="35.000%"' in picture
    assert 'class="spread-median" x1="60.000%"' in picture
    assert 'class="spread-mean" cx="59.000%"' in picture
    assert "<title>1.1</title><desc>Half</desc>" in picture


def test_spread_strip_of_equal_reports_is_still_seen():
    assert 'class="spread-half" x="50.000%" y="5" width="0.400%"' in spread(50, 50, 50, 50)


def test_spread_strip_runs_from_the_right():
    picture = spread(45, 60, 80, 59, rtl=True)

    assert 'class="spread-half" x="20.000%" y="5" width="35.000%"' in picture
    assert 'class="spread-median" x1="40.000%"' in picture
