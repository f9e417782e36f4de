import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.dashboards import Cell, Figures, counted
from reporting.models import Challenge
from reporting.named import passages
from reporting.themes import merged, named_in, sizes
from tests.reporting.test_dashboards import OBJECTIVE, OTHER, REGIONS, ROUND

FIELD = "main_challenge"


def themes(**kinds):
    """`themes(staff=(3, 2))`: named by three reports that are behind and by two others."""
    return {FIELD: {kind: list(pair) for kind, pair in kinds.items()}}


def tally(region, objective=OBJECTIVE, reports=20, **kinds):
    return counted(objective, ROUND, region, {"at_risk": reports}, [50] * reports, themes(**kinds))


def figures(*tallies):
    return Figures(tallies, REGIONS)


def withheld(found):
    return [region for region in REGIONS if found.cell(OBJECTIVE, ROUND, region).themes_withheld]


@st.composite
def any_tallies(draw):
    """Regions whose reports name up to three kinds, or none."""
    pair = st.tuples(st.integers(0, 6), st.integers(0, 6))
    kinds = st.dictionaries(st.sampled_from(["staff", "money", "law"]), pair, max_size=3)
    found = []
    for region in draw(st.sets(st.sampled_from(list(REGIONS)))):
        named = draw(kinds)
        reports = draw(st.integers(max(1, sum(map(sum, named.values()))), 40))
        found.append(tally(region, reports=reports, **named))
    return found


def test_kinds_named_most_come_first_and_equal_ones_in_the_order_of_the_list():
    counts = themes(law=(4, 1), staff=(2, 3), money=(0, 9), data=(1, 0))

    found = named_in(counts, FIELD, 40, only_behind=False)

    assert found.kinds == [
        (Challenge.MONEY, 9),
        (Challenge.STAFF, 5),
        (Challenge.LAW, 5),
        (Challenge.DATA, 1),
    ]
    assert (found.most, found.count, found.named, found.reports) == ([Challenge.MONEY], 9, 20, 40)


def test_those_behind_are_counted_alone():
    found = named_in(themes(law=(4, 1), money=(4, 9)), FIELD, 12, only_behind=True)

    assert (found.most, found.count, found.named) == ([Challenge.MONEY, Challenge.LAW], 4, 8)


def test_nothing_named_is_nothing_to_show():
    assert named_in({}, FIELD, 40, only_behind=False) is None
    assert named_in(themes(law=(0, 7)), FIELD, 5, only_behind=True) is None


def test_a_page_shows_five_kinds_and_the_rest_together():
    kinds = {kind.value: (9 - place, 0) for place, kind in enumerate(list(Challenge)[:8])}
    found = named_in(themes(**kinds), FIELD, 99, only_behind=False)

    assert ([count for _kind, count in found.shown], found.others) == ([9, 8, 7, 6, 5], (3, 9))


def test_a_sixth_kind_is_not_left_out_alone():
    kinds = {kind.value: (1, 0) for kind in list(Challenge)[:6]}
    found = named_in(themes(**kinds), FIELD, 99, only_behind=False)

    assert (len(found.shown), found.others) == (6, (0, 0))


def test_cell_says_what_is_named_of_how_many():
    found = figures(tally(1, staff=(6, 0)), tally(2, staff=(5, 0), law=(7, 0)))

    named = found.cell(OBJECTIVE, ROUND).named(FIELD)
    assert (named.most, named.count, named.named, named.reports) == ([Challenge.STAFF], 11, 18, 40)


def test_named_by_fewer_than_five_is_withheld_and_no_rating_with_it():
    cell = figures(tally(1, staff=(3, 0)), tally(2)).cell(OBJECTIVE, ROUND)

    assert (cell.named(FIELD), cell.withheld, cell.reported) == (None, False, 40)


def test_four_that_are_not_behind_withhold_what_those_behind_name():
    """Else the page of all less the page of those behind would tell of the four."""
    cell = figures(tally(1, staff=(9, 4))).cell(OBJECTIVE, ROUND)

    assert cell.named(FIELD, only_behind=True) is None


def test_small_region_takes_the_smallest_other_with_it():
    found = figures(tally(1, staff=(3, 0)), tally(2, staff=(6, 0)), tally(3, staff=(9, 0)))

    assert withheld(found) == [1, 2]
    assert found.cell(OBJECTIVE, ROUND).named(FIELD).named == 18


def test_region_whose_ratings_are_withheld_hides_its_kinds_behind_another():
    found = figures(
        tally(1, reports=4, staff=(4, 0)), tally(2, staff=(6, 0)), tally(3, staff=(9, 0))
    )

    assert 1 in withheld(found)
    assert found.cell(OBJECTIVE, ROUND, 1).named(FIELD) is None


@given(any_tallies().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_same_is_withheld_in_whatever_order_the_rows_come(both):
    one, other = (figures(*rows) for rows in both)

    assert withheld(one) == withheld(other)


@given(any_tallies())
def test_what_is_not_shown_is_of_five_or_of_none(tallies):
    found = figures(*tallies)
    cells = [found.cell(OBJECTIVE, ROUND, region) for region in REGIONS]
    hidden = [each for each in cells if each.withheld or each.themes_withheld]
    shown = [each for each in cells if not (each.withheld or each.themes_withheld)]

    for cell in shown:
        assert [size for size in sizes(cell.themes) if 0 < size < 5] == []
    total = found.cell(OBJECTIVE, ROUND)
    if total.themes_withheld or total.withheld:
        return
    rest = sizes(merged(cell.themes for cell in hidden))
    assert [size for size in rest if 0 < size < 5] == []


@given(any_tallies())
def test_regions_add_up_to_the_total(tallies):
    found = figures(*tallies)
    cells = [found.cell(OBJECTIVE, ROUND, region).themes for region in REGIONS]

    assert sizes(found.cell(OBJECTIVE, ROUND).themes) == sizes(merged(cells))


def test_total_leaves_an_objective_out_whose_kinds_are_withheld():
    found = figures(tally(1, staff=(3, 0)), tally(1, objective=OTHER, law=(8, 0)))

    named = found.total([OBJECTIVE, OTHER], ROUND).named(FIELD)
    assert (named.kinds, named.named, named.reports) == ([(Challenge.LAW, 8)], 8, 20)


def test_cell_of_a_trend_names_nothing():
    assert Cell(20, None, None, False, 9, 9, 90).themes == {}


@pytest.mark.parametrize(("withheld", "said"), [(False, "Staff and training"), (True, "")])
def test_passage_says_no_kind_where_kinds_are_withheld(withheld, said):
    cell = Cell(
        10,
        {"at_risk": 6},
        [40] * 6,
        themes={"main_challenge": {"staff": [6, 0]}},
        themes_withheld=withheld,
        quotations=[(1, "challenges", "staff", "Few trainers stay.")],
    )

    assert passages(cell, "challenges") == [(said, "Few trainers stay.")]
