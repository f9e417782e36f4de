from datetime import date
from decimal import Decimal

import pytest

from objectives.status import Aim, Course
from reporting.axes import amount, ticks
from reporting.charts_indicators import Names, Point, course_chart, pace_bar
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
