"""Which rounds a page of results is in."""

import pytest

from reporting.search import where_they_are

# Hits by the start of their round, the latest first.
COUNTS = [("d", 0), ("c", 30), ("b", 0), ("a", 15)]


@pytest.mark.parametrize(
    ("begin", "end", "starts", "part"),
    [
        (0, 20, ["c"], slice(0, 20)),
        (20, 40, ["c", "a"], slice(20, 40)),
        (30, 40, ["a"], slice(0, 10)),
        (40, 60, ["a"], slice(10, 30)),
        (60, 80, [], slice(60, 80)),
    ],
)
def test_page_is_looked_for_in_its_own_rounds(begin, end, starts, part):
    assert where_they_are(COUNTS, slice(begin, end)) == (starts, part)


def test_without_hits_no_round_is_looked_into():
    assert where_they_are([("a", 0)], slice(3)) == ([], slice(0, 3))
