import itertools
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.dashboards import Cell, Figures, change, counted, rounded, row, together
from reporting.models import Rating

REGIONS = {1: 54, 2: 38, 3: 54, 4: 50}
OBJECTIVE, OTHER, ROUND = 11, 12, 21


def tally(region, reports, *, percent=50, given=None, rating="on_track", objective=OBJECTIVE):
    """`given` of the reports, all unless it says otherwise, say `percent`."""
    given = reports if given is None else given
    return counted(objective, ROUND, region, {rating: reports}, [percent] * given)


def figures(*tallies):
    return Figures(tallies, REGIONS)


def withheld(found):
    return [region for region in REGIONS if found.cell(OBJECTIVE, ROUND, region).withheld]


def cell(*percents, **fields):
    return Cell(20, {"on_track": len(percents)}, percents, **fields)


@st.composite
def any_tallies(draw):
    """Tallies of one objective and round; some regions have none, some an empty one."""
    found = []
    for region in draw(st.sets(st.sampled_from(list(REGIONS)))):
        ratings = draw(
            st.dictionaries(st.sampled_from(Rating.values), st.integers(1, 12), max_size=3)
        )
        percents = draw(st.lists(st.integers(0, 100), max_size=sum(ratings.values())))
        found.append(counted(OBJECTIVE, ROUND, region, ratings, sorted(percents)))
    return found


def test_cell_counts_reports_by_rating():
    found = figures(tally(1, 6), tally(2, 7, rating="off_track")).cell(OBJECTIVE, ROUND)

    assert found.counts == [
        (Rating.COMPLETED, 0),
        (Rating.ON_TRACK, 6),
        (Rating.AT_RISK, 0),
        (Rating.OFF_TRACK, 7),
        (Rating.NOT_STARTED, 0),
        (Rating.NOT_APPLICABLE, 0),
    ]
    assert (found.reported, found.expected, found.unreported) == (13, 196, 183)


def test_cell_of_a_region_expects_its_countries():
    found = figures(tally(1, 6), tally(2, 7)).cell(OBJECTIVE, ROUND, 2)

    assert (found.reported, found.expected) == (7, 38)


def test_cell_without_reports_has_no_mean():
    found = figures().cell(OBJECTIVE, ROUND)

    assert (found.reported, found.expected, found.mean_percent) == (0, 196, None)
    assert (found.withheld, found.shows_counts) == (False, False)


def test_mean_is_over_the_reports_that_gave_a_percentage():
    found = figures(tally(1, 5, percent=40), tally(2, 20, given=0, rating="not_applicable")).cell(
        OBJECTIVE, ROUND
    )

    assert (found.reported, found.percent_count, found.mean_percent) == (25, 5, 40)


def test_mean_of_reports_at_zero_is_zero():
    assert figures(tally(1, 5, percent=0)).cell(OBJECTIVE, ROUND).mean_percent == 0


@pytest.mark.parametrize(("reports", "hidden"), [(1, True), (4, True), (5, False)])
def test_cell_of_fewer_than_five_countries_is_withheld(reports, hidden):
    found = figures(tally(1, reports)).cell(OBJECTIVE, ROUND)

    assert (found.withheld, found.mean_percent is None) == (hidden, hidden)
    assert found.shows_counts is not hidden


def test_cell_with_fewer_than_five_percentages_is_withheld():
    assert figures(tally(1, 30, given=4)).cell(OBJECTIVE, ROUND).withheld


def test_cell_without_any_percentage_is_shown():
    found = figures(tally(1, 5, given=0, rating="not_applicable")).cell(OBJECTIVE, ROUND)

    assert (found.withheld, found.mean_percent) == (False, None)


def test_small_region_takes_the_one_of_the_fewest_members_with_it():
    assert withheld(figures(tally(1, 4), tally(2, 20), tally(3, 9), tally(4, 30))) == [1, 2]


def test_region_that_is_taken_along_stays_the_same_when_one_more_reports():
    """Else what was shown of it before would be taken from the total of today."""
    before = figures(tally(1, 2), tally(2, 6), tally(4, 6))
    after = figures(tally(1, 2), tally(2, 7), tally(4, 6))

    assert withheld(before) == withheld(after) == [1, 2]


def test_two_small_regions_hide_behind_each_other():
    assert withheld(figures(tally(1, 2), tally(2, 20), tally(3, 3))) == [1, 3]


def test_region_withheld_for_its_percentages_takes_others_with_it():
    assert withheld(figures(tally(1, 9, given=2), tally(2, 20), tally(3, 30))) == [1, 2]


def test_region_without_percentages_is_no_hiding_place_for_a_percentage():
    found = figures(tally(1, 4), tally(2, 6, given=0), tally(3, 50), tally(4, 7))

    assert withheld(found) == [1, 2, 4]


def test_only_region_that_reported_is_withheld_with_its_total():
    found = figures(tally(1, 4))

    assert (withheld(found), found.cell(OBJECTIVE, ROUND).withheld) == ([1], True)


def test_region_whose_reports_were_all_reopened_is_as_one_without():
    found = figures(counted(OBJECTIVE, ROUND, 1, {}, []), tally(2, 5))

    assert (found.cell(OBJECTIVE, ROUND, 1), withheld(found)) == (Cell(54), [])


def test_regions_of_five_and_more_are_shown():
    assert withheld(figures(tally(1, 5), tally(2, 5), tally(3, 5), tally(4, 5))) == []


def test_the_same_is_withheld_in_whatever_order_the_rows_come():
    """A data base gives rows in any order, and two different answers together would tell."""
    rows = [tally(1, 4), tally(2, 6), tally(3, 6)]

    assert withheld(figures(*rows)) == withheld(figures(*rows[::-1])) == [1, 2]


@given(any_tallies())
def test_nothing_withheld_is_the_total_less_what_is_shown(tallies):
    found = figures(*tallies)
    total = found.cell(OBJECTIVE, ROUND)
    hidden = together(0, [found.cell(OBJECTIVE, ROUND, region) for region in withheld(found)])

    if not total.withheld:
        assert [n for n in (hidden.reported, hidden.percent_count) if 0 < n < 5] == []


@given(any_tallies())
def test_no_cell_shown_is_of_one_to_four_countries(tallies):
    found = figures(*tallies)
    cells = [found.cell(OBJECTIVE, ROUND, region) for region in [None, *REGIONS]]
    shown = [each for each in cells if not each.withheld]

    assert [n for each in shown for n in (each.reported, each.percent_count) if 0 < n < 5] == []


@given(any_tallies())
def test_regions_add_up_to_the_total(tallies):
    found = figures(*tallies)
    total = found.cell(OBJECTIVE, ROUND)
    cells = [found.cell(OBJECTIVE, ROUND, region) for region in REGIONS]

    for name in ("expected", "reported", "percent_count", "unreported"):
        assert sum(getattr(each, name) for each in cells) == getattr(total, name)
    assert sorted(percent for each in cells for percent in each.percents) == list(total.percents)


@pytest.mark.parametrize(
    ("percents", "quartiles"),
    [
        ([10] * 5 + [45] * 5 + [60] * 5 + [80] * 5, ("36.3", "52.5", "65")),
        (list(range(0, 105, 5)), ("25", "50", "75")),
        ([7] * 29, ("7", "7", "7")),
    ],
)
def test_spread_is_where_the_middle_half_lies(percents, quartiles):
    assert cell(*percents).spread == tuple(map(Decimal, quartiles))


@given(st.lists(st.integers(0, 100), min_size=20).map(sorted))
def test_quartiles_are_those_of_the_standard_library(percents):
    found = statistics.quantiles(map(Decimal, percents), method="inclusive")

    assert cell(*percents).spread == tuple(rounded(each) for each in found)


def test_spread_of_few_percentages_is_not_shown():
    """Of five, the median and both quartiles are what three single countries said."""
    assert cell(1, 2, 3, 4, 5).spread is None
    assert cell(*range(19)).spread is None
    assert cell(*range(20), withheld=True).spread is None


@given(st.lists(st.integers(0, 100), min_size=20, unique=True).map(sorted))
def test_five_percentages_lie_on_each_side_of_every_quartile(percents):
    spread = cell(*percents).spread
    edges = [-1, *spread, 101]

    for below, above in itertools.pairwise(edges):
        assert sum(below <= each <= above for each in percents) >= 5


def test_total_adds_up_its_objectives():
    found = figures(tally(1, 5, percent=20), tally(1, 15, percent=60, objective=OTHER))

    total = found.total([OBJECTIVE, OTHER], ROUND)

    assert (total.reported, total.expected, total.mean_percent) == (20, 392, 50)


def test_total_expects_reports_on_an_objective_that_has_none():
    total = figures(tally(1, 5)).total([OBJECTIVE, OTHER], ROUND)

    assert (total.reported, total.expected) == (5, 392)


def test_total_leaves_a_withheld_objective_out():
    found = figures(tally(1, 5, percent=20), tally(1, 4, percent=60, objective=OTHER))

    total = found.total([OBJECTIVE, OTHER], ROUND)

    assert (total.reported, total.expected, total.mean_percent) == (5, 196, 20)


def test_total_of_withheld_objectives_is_withheld():
    total = figures(tally(1, 4)).total([OBJECTIVE], ROUND)

    assert (total.withheld, total.reported, total.mean_percent) == (True, 0, None)


def test_total_of_no_objective_is_empty_and_not_withheld():
    total = figures().total([], ROUND)

    assert (total.expected, total.withheld) == (0, False)


def test_total_of_a_region_without_countries_is_not_withheld():
    total = Figures([], {1: 0}).total([OBJECTIVE], ROUND, 1)

    assert (total.expected, total.withheld) == (0, False)


def test_total_leaves_the_cells_as_they_were():
    found = figures(tally(1, 5))
    found.total([OBJECTIVE, OBJECTIVE], ROUND)

    assert found.cell(OBJECTIVE, ROUND).reported == 5


@pytest.mark.parametrize(
    ("before", "now", "points"),
    [([40], [50, 55], 12.5), ([50, 55], [40], -12.5), ([40], [40], 0)],
)
def test_change_is_in_points(before, now, points):
    assert change(cell(*now), cell(*before)) == points


def test_change_is_between_the_means_as_they_are_shown():
    before = cell(*[10] * 8, 14)
    now = cell(*[11] * 8, 16)

    assert (f"{before.mean_percent:.1f}", f"{now.mean_percent:.1f}") == ("10.4", "11.6")
    assert change(now, before) == Decimal("1.2")


def test_change_needs_both_means():
    withheld_cell, empty = cell(10, 10, 10, 10, withheld=True), Cell(20)

    others = [None, empty, withheld_cell]
    assert [change(cell(50), before) for before in others] == [None, None, None]
    assert [change(now, cell(50)) for now in others[1:]] == [None, None]


def test_row_looks_back_one_round_and_no_further_than_its_own():
    cells = [cell(10), cell(30), cell(70)]

    line = row("goal", cells, 1)

    assert (line.cell, line.change, line.trend) == (cells[1], 20, cells[:2])


def test_row_of_the_first_round_has_no_change():
    assert row("goal", [cell(10), cell(30)], 0).change is None
