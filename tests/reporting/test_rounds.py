from datetime import UTC, date, datetime

import pytest

from reporting.models.rounds import name_of_period, shifted


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 2, 28), 6, date(2027, 8, 31)),
        (date(2026, 8, 30), 6, date(2027, 2, 28)),
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(9999, 12, 31), 6, date(9999, 6, 30)),
    ],
)
def test_shifted_ends_with_the_month(day, months, later):
    assert shifted(day, months) == later
    assert shifted(datetime(*day.timetuple()[:3], 23, 59, tzinfo=UTC), months).date() == later


@pytest.mark.parametrize(
    ("day", "months", "slug"),
    [
        (date(2026, 1, 1), 6, "2026-H1"),
        (date(2026, 7, 1), 6, "2026-H2"),
        (date(2026, 1, 1), 12, "2026"),
        (date(2026, 10, 1), 3, "2026-Q4"),
        (date(2026, 4, 1), 6, "2026-04"),
        (date(2026, 4, 1), 12, "2026-04"),
    ],
)
def test_a_period_names_its_round(day, months, slug):
    assert name_of_period(day, months)[0] == slug
