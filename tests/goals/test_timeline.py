from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from goals.timeline import timeline
from tests.factories import FrameworkFactory, MilestoneFactory

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
OUTSIDE = date(1980, 1, 1)


def framework(starts_on, ends_on):
    return FrameworkFactory.build(starts_on=starts_on, ends_on=ends_on)


def drawn(starts_on, ends_on, *decided_on, today=OUTSIDE, rtl=False):
    milestones = [MilestoneFactory.build(date=day) for day in decided_on]
    return timeline(framework(starts_on, ends_on), milestones, today=today, rtl=rtl)


def number(percent):
    return float(percent.removesuffix("%"))


def test_timeline_of_whole_years_fills_the_line():
    line = drawn(date(2022, 1, 1), date(2025, 12, 31))

    assert (line.period_start, line.period_width) == ("0.00%", "100.00%")


def test_timeline_marks_each_year():
    line = drawn(date(2025, 1, 1), date(2026, 12, 31))

    assert [(year.number, year.start) for year in line.years] == [(2025, "0.00%"), (2026, "50.00%")]


def test_timeline_gives_a_leap_year_its_day():
    line = drawn(date(2024, 1, 1), date(2025, 12, 31))

    assert [year.start for year in line.years] == ["0.00%", f"{100 * 366 / 731:.2f}%"]


def test_timeline_ends_on_a_leap_day():
    line = drawn(date(2024, 1, 1), date(2024, 2, 29))

    assert line.period_width == f"{100 * 60 / 366:.2f}%"


def test_timeline_runs_from_the_year_of_the_first_decision():
    line = drawn(date(2022, 1, 1), date(2025, 12, 31), date(2020, 7, 1), date(2021, 11, 1))

    assert [(year.number, year.in_period) for year in line.years] == [
        (2020, False),
        (2021, False),
        (2022, True),
        (2023, True),
        (2024, True),
        (2025, True),
    ]


def test_timeline_runs_to_the_year_of_the_last_decision():
    line = drawn(date(2022, 1, 1), date(2022, 12, 31), date(2024, 6, 1))

    assert [year.number for year in line.years] == [2022, 2023, 2024]


def test_timeline_numbers_the_decisions():
    line = drawn(date(2021, 1, 1), date(2021, 12, 31), date(2021, 1, 1), date(2021, 12, 31))

    assert [(mark.number, mark.at) for mark in line.marks] == [(1, "0.00%"), (2, "99.73%")]


def test_timeline_shows_today_within_it():
    line = drawn(date(2025, 1, 1), date(2026, 12, 31), today=date(2026, 1, 1))

    assert line.today == "50.00%"


def test_timeline_shows_today_on_its_first_and_last_day():
    period = date(2025, 1, 1), date(2025, 12, 31)

    assert [drawn(*period, today=day).today for day in period] == ["0.00%", "99.73%"]


def test_timeline_leaves_out_a_today_before_and_after_it():
    period = date(2025, 1, 1), date(2025, 12, 31)
    outside = [period[0] - timedelta(1), period[1] + timedelta(1)]

    assert [drawn(*period, today=day).today for day in outside] == [None, None]


def test_timeline_right_to_left_begins_at_the_right():
    line = drawn(
        date(2026, 1, 1), date(2026, 12, 31), date(2025, 1, 1), today=date(2025, 1, 1), rtl=True
    )

    assert (line.marks[0].at, line.today) == ("100.00%", "100.00%")
    assert (line.period_start, line.period_width) == ("0.00%", "50.00%")


@given(st.tuples(DAYS, DAYS).filter(lambda days: days[0] < days[1]), DAYS, st.booleans())
def test_timeline_lies_between_its_ends(period, decided_on, rtl):
    line = drawn(*period, decided_on, today=period[0], rtl=rtl)

    start, width = number(line.period_start), number(line.period_width)
    places = [start, start + width, number(line.marks[0].at), number(line.today)]
    assert [place for place in places if not 0 <= place <= 100.01] == []
    assert "-" not in line.period_start


@given(st.tuples(DAYS, DAYS).filter(lambda days: days[0] < days[1]), DAYS)
def test_timeline_mirrors(period, decided_on):
    left = drawn(*period, decided_on)
    right = drawn(*period, decided_on, rtl=True)

    assert abs(number(left.marks[0].at) + number(right.marks[0].at) - 100) < 0.011
