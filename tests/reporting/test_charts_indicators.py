from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.status import Aim, Course
from reporting.axes import HEIGHT, amount, ticks
from reporting.chart_labels import Box, Label, Mark
from reporting.charts import pace_bar
from reporting.charts_indicators import Names, Point, course_chart
from tests.reporting.test_charts import ESCAPED, EVIL, drawn, words

NAMES = Names("Baseline", "Target", "Milestone")
PERIOD = (date(2022, 1, 1), date(2025, 12, 31))


def way(direction="up", baseline=40, aims=(("2023-12-31", 50), ("2025-12-31", 80)), upper=None):
    return Course(
        direction,
        date(2021, 12, 31),
        None if baseline is None else Decimal(baseline),
        [
            Aim(date.fromisoformat(on), Decimal(value), None if upper is None else Decimal(upper))
            for on, value in aims
        ],
    )


def chart(course, *values, **options):
    points = [
        Point(date(2022 + n, 12, 31), None if value is None else Decimal(value), f"R{n}")
        for n, value in enumerate(values)
    ]
    options = {"title": "Use", "desc": "All of it"} | options
    return course_chart(course, points, period=PERIOD, names=NAMES, **options)


def marks(svg):
    classes = {name for [names] in drawn(svg, "path", "class") for name in names.split()}
    return classes - {"course-mark"}


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (4, 80, [0, 20, 40, 60, 80]),
        (50, 73, [50, 55, 60, 65, 70, 75]),
        (62, 78, [60, 65, 70, 75, 80]),
        ("99.4", "99.95", ["99.4", "99.6", "99.8", "100"]),
        (0, 0, [0, "0.2", "0.4", "0.6", "0.8", 1]),
        (5, 5, [0, 1, 2, 3, 4, 5]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (0, 1234567, [0, 250000, 500000, 750000, 1000000, 1250000]),
    ],
)
def test_ticks_are_round_and_hold_every_value(low, high, expected):
    assert ticks(Decimal(low), Decimal(high)) == [Decimal(each) for each in expected]


@pytest.mark.parametrize(
    ("value", "written"), [("80.0000", "80"), ("1234.5", "1,234.5"), ("0", "0"), ("100", "100")]
)
def test_amount_has_no_idle_zeros(value, written):
    assert amount(Decimal(value)) == written


def test_chart_says_what_it_is():
    svg = chart(way(), 45)

    assert words(svg, "title")[0] == "Use"
    assert words(svg, "desc") == ["All of it"]


def test_way_leads_from_the_baseline_by_the_milestone_to_the_target():
    svg = chart(way())

    assert marks(svg) == {"course-milestone", "course-target", "course-baseline"}
    first, second, *_rest = drawn(svg, "line", "x1", "y1", "x2", "y2", class_="course-pace")
    assert first[2:] == second[:2]


def test_round_without_a_figure_leaves_a_gap():
    svg = chart(way(), 45, None, 50, 55)

    assert len(drawn(svg, "circle", "cx")) == 3
    assert len(drawn(svg, "line", "x1", class_="trend")) == 1


def test_only_the_round_that_is_looked_at_has_the_large_dot_and_its_value():
    svg = chart(way(), 45, 46)

    assert len(drawn(svg, "circle", "cx", class_="course-dot-now")) == 1
    assert words(svg, "text")[-1] == "46"
    assert "46" not in words(chart(way(), 46, None), "text")


def test_band_is_hatched_between_its_edges():
    band = way("within_band", None, [("2023-12-31", 40), ("2025-12-31", 45)], upper=60)

    assert len(drawn(chart(band, 50), "rect", "x", class_="course-band")) == 2
    assert drawn(chart(band, 50), "path", "class") == []


@pytest.mark.parametrize(
    "course", [way(baseline=None), way(aims=()), way(baseline=None, aims=()), way(baseline=80)]
)
def test_what_is_not_set_is_not_drawn(course):
    svg = chart(course)

    assert ("course-baseline" in marks(svg)) == (course.baseline is not None)
    assert ("course-target" in marks(svg)) == bool(course.aims)


def half_yearly(course, values, **options):
    ends = [date(2022 + n // 2, 12, 31) if n % 2 else date(2022 + n // 2, 6, 30) for n in range(8)]
    points = [
        Point(on, None if value is None else Decimal(str(value)), "")
        for on, value in zip(ends, values, strict=False)
    ]
    return course_chart(course, points, period=PERIOD, names=NAMES, title="Use", desc="", **options)


def labels(svg):
    """The words of the picture that have found their place."""
    found = drawn(svg, "text", "class", "x", "y", "text-anchor", class_="course-text")
    found += drawn(svg, "text", "class", "x", "y", "text-anchor", class_="course-value")
    said = [each for each in words(svg, "text") if each.split()[0] in ("Baseline", "Target")]
    said += words(svg, "text")[-1:]
    return [
        Label(text, css, float(x[:-1]), float(y), anchor)
        for text, (css, x, y, anchor) in zip(said, found, strict=True)
    ]


def lines(svg, width):
    for x1, y1, x2, y2 in drawn(svg, "line", "x1", "y1", "x2", "y2", class_="trend"):
        yield float(x1[:-1]) * width / 100, float(y1), float(x2[:-1]) * width / 100, float(y2)


FROM_4_TO_80 = (("2023-12-31", 35), ("2025-12-31", 80))
CROWDED = {
    "steep, up to just below the target": (
        way(baseline=4, aims=FROM_4_TO_80), [5.4, 9.7, 17, 29.6, 41.8, 52, 62, 77.2],
    ),
    "steep, up to just below the pace": (
        way(baseline=4, aims=FROM_4_TO_80), [5.4, 9.7, 17, 29.6, 30, 31, 62],
    ),
    "at the target": (
        way(baseline=6, aims=(("2023-12-31", 35), ("2025-12-31", 70))),
        [8.5, 14, 28, 35, 44, 52, 64.6, 70.4],
    ),
    "down, at the target's level before its day": (
        way("down", 70, (("2025-12-31", 40),)), [51, 50, 46, 44, 39, 38, 38],
    ),
    "up and down above a level": (
        way("keep_at_or_above", None, (("2025-12-31", "99.5"),)),
        [99.9, 99.64, 99.57, 99.93, 99.41, 99.92, 99.7],
    ),
    "at the top, without a target": (
        way(baseline=None, aims=()), [33, 33, 40, None, 48, 46, 50],
    ),
    "the first value, beside the baseline": (way(baseline=4, aims=FROM_4_TO_80), [5]),
    "the first value, above the baseline": (
        way(baseline=45, aims=(("2025-12-31", 90),)), [48],
    ),
    "the first value, worse than the baseline": (
        way(baseline=45, aims=(("2025-12-31", 90),)), [43],
    ),
    "two values, beside the baseline": (way(baseline=4, aims=FROM_4_TO_80), [5.4, 9.7]),
    "the second a little above it": (way(baseline=6, aims=FROM_4_TO_80), [8.5, 13.7]),
    "the first value, below the baseline, down": (
        way("down", 70, (("2025-12-31", 40),)), [66],
    ),
}  # fmt: skip


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("width", [300, 356, 480, 653, 740])
@pytest.mark.parametrize("case", CROWDED)
def test_words_lie_on_no_line_and_on_no_other_words(case, width, rtl):
    svg = half_yearly(*CROWDED[case], rtl=rtl)

    boxes = [label.box(width) for label in labels(svg)]
    assert [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])] == []
    crossed = [box for box in boxes for each in lines(svg, width) if box.is_crossed(*each)]
    assert crossed == []
    dots = [
        Mark(float(x[:-1]), float(y), float(r)).box(width)
        for x, y, r in drawn(svg, "circle", "cx", "cy", "r")
    ]
    assert [box for box in boxes for dot in dots if box.meets(dot)] == []


AMOUNTS = st.decimals(-5000, 5000, places=1)


@given(
    direction=st.sampled_from(["up", "down", "keep_at_or_above"]),
    baseline=st.none() | AMOUNTS,
    target=AMOUNTS,
    values=st.lists(st.none() | AMOUNTS, max_size=8),
    rtl=st.booleans(),
)
def test_words_stay_in_the_picture(direction, baseline, target, values, rtl):
    course = way(direction, baseline, (("2025-12-31", target),))

    for label in labels(half_yearly(course, [*values, 1][-8:], rtl=rtl)):
        for width in (300, 356, 653, 900):
            box = label.box(width)
            assert box.left >= 0 and box.right <= width
            assert box.top >= 0 and box.bottom <= HEIGHT


def test_value_stands_where_the_line_does_not_come_from():
    for values, is_above in [([40, 50], True), ([50, 40], False)]:
        svg = half_yearly(way(baseline=None, aims=()), values)
        [value] = labels(svg)
        *_before, (dot,) = drawn(svg, "circle", "cy")

        assert (value.y < float(dot)) is is_above


def test_mark_that_a_dot_hides_stands_out_behind_it():
    near = drawn(half_yearly(*CROWDED["at the target"]), "path", "class")
    far = drawn(half_yearly(way(aims=FROM_4_TO_80), [5] * 8), "path", "class")

    assert [("behind" in css) for (css,) in near] == [True, True, False]
    assert [("behind" in css) for (css,) in far] == [False, False, False]


def test_target_worse_than_the_baseline_is_a_level_without_a_way():
    svg = chart(way(baseline=95, aims=(("2025-12-31", 80),)), 90)

    assert drawn(svg, "line", "x1", class_="course-pace") == []
    assert len(drawn(svg, "line", "x1", class_="course-level")) == 1


@given(
    corner=st.tuples(*[st.integers(0, 40)] * 2),
    size=st.tuples(*[st.integers(4, 30)] * 2),
    line=st.tuples(*[st.integers(0, 50)] * 4),
)
def test_line_crosses_a_box_where_a_point_of_it_is_inside(corner, size, line):
    left, top = corner
    found = Box(left, top, left + size[0], top + size[1])
    x1, y1, x2, y2 = line
    inside = any(
        found.left < x1 + (x2 - x1) * n / 200 < found.right
        and found.top < y1 + (y2 - y1) * n / 200 < found.bottom
        for n in range(201)
    )

    assert found.is_crossed(*line) or not inside
    # Between two of the points the line may cut a corner.
    narrower = Box(found.left + 1, found.top + 1, found.right - 1, found.bottom - 1)
    assert inside or not narrower.is_crossed(*line)


def test_right_to_left_time_runs_the_other_way():
    [[there]] = drawn(chart(way(), 45), "circle", "cx")
    [[back]] = drawn(chart(way(), 45, rtl=True), "circle", "cx")

    assert float(there[:-1]) + float(back[:-1]) == pytest.approx(100)


def test_words_are_escaped():
    assert ESCAPED in chart(way(), 45, title=EVIL)
    assert EVIL not in chart(way(), 45, title=EVIL, desc=EVIL)


def bar(achieved, expected, **options):
    found = pace_bar(
        Decimal(achieved), Decimal(expected), standing="at_risk", title="Way", desc="", **options
    )
    return drawn(found, "rect", "x", "width")[1], drawn(found, "line", "x1")[0][0]


def test_pace_bar_is_as_long_as_what_is_achieved():
    assert bar("0.25", "0.5") == (("0.000%", "25.000%"), "50.000%")


def test_pace_bar_right_to_left():
    assert bar("0.25", "0.6", rtl=True) == (("75.000%", "25.000%"), "40.000%")


@pytest.mark.parametrize(("achieved", "width"), [("-0.2", "0.000%"), ("1.4", "100.000%")])
def test_pace_bar_ends_where_the_way_ends(achieved, width):
    assert bar(achieved, 1)[0][1] == width
