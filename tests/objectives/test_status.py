import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from objectives.status import VERSION, Aim, Course, Standing, judge

TEXT = (settings.BASE_DIR / "docs" / "computed-status.md").read_text()


def cases(rules=VERSION):
    """The rows of the table of worked cases, cell by cell, or of those of the version before."""
    _text, now, then = re.split(r"^## .*(?:Worked cases|version 1 judged).*$", TEXT, flags=re.M)
    for line in (now if rules == VERSION else then).splitlines():
        if re.match(r"\| \d", line):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def day(month):
    return date.fromisoformat(f"{month}-01")


def number(text):
    return Decimal(text) if text else None


def aim(text):
    on, values = text.split(":")
    return Aim(day(on), *map(Decimal, values.split("..")))


def comes_out_as_written(case, rules):
    _number, _words, direction, begins, baseline, aims, on, value, achieved, expected, status = case
    aims = [aim(each) for each in aims.split()]
    course = Course(direction, day(begins), number(baseline), aims, rules)
    found = judge(course, number(value), day(on))
    assert found.standing == status
    for share, written in [(found.achieved, achieved), (found.expected, expected)]:
        assert (share is None) == (written == "")
        # Years of 365 and of 366 days: a half is not quite a half.
        assert share is None or abs(share - Decimal(written)) < Decimal("0.001")


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case[0])
def test_worked_case_comes_out_as_written(case):
    comes_out_as_written(case, VERSION)


@pytest.mark.parametrize("case", list(cases(rules=1)), ids=lambda case: case[0])
def test_version_1_says_what_it_said(case):
    comes_out_as_written(case, 1)


def test_version_is_the_one_that_is_written_down():
    assert f"Rules of version {VERSION}," in TEXT


def test_every_standing_has_a_case():
    assert {case[-1] for case in cases()} == set(Standing.values)


@given(value=st.decimals(-200, 200, places=2), months=st.integers(0, 60))
def test_down_is_up_seen_in_a_mirror(value, months):
    on = date(2022 + months // 12, 1 + months % 12, 1)
    up = Course("up", date(2022, 1, 1), Decimal(40), [Aim(date(2026, 1, 1), Decimal(80))])
    down = Course("down", date(2022, 1, 1), Decimal(-40), [Aim(date(2026, 1, 1), Decimal(-80))])
    assert judge(up, value, on) == judge(down, -value, on)


@given(values=st.tuples(*[st.decimals(0, 100, places=1)] * 2), months=st.integers(0, 60))
def test_more_is_never_worse(values, months):
    on = date(2022 + months // 12, 1 + months % 12, 1)
    course = Course("up", date(2022, 1, 1), Decimal(0), [Aim(date(2026, 1, 1), Decimal(100))])
    order = [Standing.OFF_TRACK, Standing.AT_RISK, Standing.ON_TRACK, Standing.COMPLETED]
    less, more = (order.index(judge(course, value, on).standing) for value in sorted(values))
    assert less <= more


@given(
    baseline=st.decimals(0, 100, places=1),
    target=st.decimals(0, 100, places=1),
    values=st.tuples(*[st.decimals(0, 120, places=1)] * 2),
    months=st.integers(0, 60),
)
def test_more_is_never_worse_wherever_the_target_lies(baseline, target, values, months):
    on = date(2022 + months // 12, 1 + months % 12, 1)
    course = Course("up", date(2022, 1, 1), baseline, [Aim(date(2026, 1, 1), target)])
    order = [Standing.OFF_TRACK, Standing.AT_RISK, Standing.ON_TRACK, Standing.COMPLETED]
    less, more = (order.index(judge(course, value, on).standing) for value in sorted(values))
    assert less <= more
