from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.models import Indicator, Target
from objectives.status import Standing
from reporting.aggregation import Held, Tally, Values
from reporting.indicators import course_of, line
from reporting.models import ReportingRound
from tests.factories import FrameworkFactory, IndicatorFactory

REGIONS = {1: 54, 2: 38, 3: 54, 4: 50}
ROUND = 21


def indicator(aggregation="mean", *, unit="% of cases", **fields):
    """Not stored; its key is 11."""
    found = IndicatorFactory.build(
        pk=11, objective=None, number=1, aggregation=aggregation, unit=unit, **fields
    )
    found._prefetched_objects_cache = {"targets": []}
    return found


def tally(*values, region=1, no_data=0, not_applicable=0, over=0, under=0, pairs=None):
    """With a denominator, every number is a pair unless `pairs` says otherwise."""
    pairs = (len(values) if under else 0) if pairs is None else pairs
    kinds = {"number": len(values), "no_data": no_data, "not_applicable": not_applicable}
    return Tally(
        11,
        ROUND,
        region,
        {kind: count for kind, count in kinds.items() if count},
        [str(value) for value in values],
        Decimal(over),
        Decimal(under),
        pairs,
    )


def measure(asked, *tallies, region=None):
    return Values(tallies, [], REGIONS, region).measure(asked, ROUND)


# By the indicator's rule


def test_share_yes_has_both_denominators():
    found = measure(
        indicator("share_yes"), tally(*[1] * 60, *[0] * 20), tally(*[1] * 52, *[0] * 31, region=2)
    )

    assert (found.part, found.whole, found.value) == (112, 163, Decimal("68.7"))
    assert (found.part, found.answers.expected, found.share_of_all) == (112, 196, Decimal("57.1"))


def test_ratio_of_sums_is_no_mean_of_percentages():
    # Four countries with 1 of 1 and one with 0 of 96: the mean of their shares is 80 %.
    found = measure(indicator("ratio_of_sums"), tally(100, 100, 100, 100, 0, over=4, under=100))

    assert (found.value, found.part, found.whole) == (4, 4, 100)


def test_ratio_of_sums_without_denominators_is_no_data():
    assert measure(indicator("ratio_of_sums"), tally(1, 2, 3, 4, 5)).value is None


def test_ratio_in_another_unit_than_percent_is_not_times_a_hundred():
    asked = indicator("ratio_of_sums", unit="officers a post")

    assert measure(asked, tally(1, 1, 1, 1, 1, over=9, under=6)).value == Decimal("1.5")


@pytest.mark.parametrize(
    ("aggregation", "values", "value"),
    [
        ("sum", [1, 2, 3, 4, "0.5"], "10.5"),
        ("mean", [1, 2, 3, 4, 5, 5], "3.3"),
        ("median", [9, 1, 2, 1, 2, 100, 3, 9, 9, 9, 9], "9"),
        ("median", [1, 2, 3, 4, 5, 6, 7, 8, 9, 100], "5.5"),
        ("weighted_mean", [1, 2, 3, 4, 5, 5], "3.3"),
        ("count_distinct", [1, 0, 0, 2, 0], "3"),
    ],
)
def test_value_by_rule(aggregation, values, value):
    found = measure(indicator(aggregation, unit="items"), tally(*values))

    assert found.value == Decimal(value)
    assert (found.answers.given, found.answers.expected) == (len(values), 196)


def test_weighted_mean_weighs_by_the_denominators():
    assert measure(indicator("weighted_mean"), tally(*[50] * 5, over=90, under=100)).value == 90


def test_regions_are_put_together_by_their_values():
    found = measure(
        indicator("median"), tally(1, 1, 1, 1, 1, 1), tally(9, 9, 9, 9, 9, 9, 9, region=2)
    )

    assert found.value == 9


# What is no number


def test_no_data_is_in_no_mean():
    found = measure(indicator("mean"), tally(4, 4, 4, 4, 4, no_data=7, not_applicable=3))

    assert (found.value, found.answers.given) == (4, 5)
    assert (found.answers.no_data, found.answers.not_applicable) == (7, 3)
    assert found.answers.silent == 181


@pytest.mark.parametrize("aggregation", Indicator.Aggregation.values)
def test_nobody_answered_is_not_zero(aggregation):
    assert measure(indicator(aggregation)).value is None
    assert measure(indicator(aggregation), tally(no_data=9)).value is None


def test_everybody_said_zero_is_zero():
    assert measure(indicator("sum"), tally(0, 0, 0, 0, 0)).value == 0


def test_all_not_applicable_is_no_data():
    found = measure(indicator("share_yes"), tally(not_applicable=30))

    assert (found.value, found.withheld, found.answers.not_applicable) == (None, False, 30)


# What is withheld


def test_fewer_than_five_numbers_are_withheld():
    found = measure(indicator("sum"), tally(1, 2, 3, 4, no_data=20))

    assert (found.withheld, found.value) == (True, None)


def test_median_of_fewer_than_ten_numbers_is_withheld():
    """Of nine, the middle one is what one country said, with four on either side."""
    nine = tally(*range(9))

    assert measure(indicator("median"), nine).withheld
    assert not measure(indicator("mean"), nine).withheld
    assert measure(indicator("median"), tally(*range(10))).value == Decimal("4.5")
    rows = [nine, tally(*range(12), region=2), tally(*range(40), region=3)]
    assert [measure(indicator("median"), *rows, region=each).withheld for each in (1, 2, 3)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("aggregation", ["ratio_of_sums", "weighted_mean"])
def test_ratio_of_few_pairs_is_withheld_however_many_numbers_there_are(aggregation):
    """The others answered when the indicator asked for a number alone."""
    found = measure(indicator(aggregation), tally(*[50] * 9, over=9, under=10, pairs=4))

    assert (found.withheld, found.value, found.part) == (True, None, None)


def test_ratio_says_of_how_many_pairs_it_is():
    found = measure(
        indicator("ratio_of_sums"),
        tally(*[50] * 9, over=9, under=10, pairs=6),
        tally(*[50] * 8, region=2, no_data=1),
    )

    assert (found.value, found.part, found.whole) == (90, 9, 10)
    assert (found.answers.given, found.answers.no_data, found.answers.silent) == (6, 1, 189)


def test_region_of_few_pairs_is_withheld_and_the_next_with_it():
    rows = [
        tally(*[50] * 9, over=9, under=10, pairs=2),
        tally(*[50] * 9, region=2, over=8, under=20),
        tally(*[50] * 30, region=3, over=8, under=20),
    ]

    found = [measure(indicator("ratio_of_sums"), *rows, region=each) for each in (1, 2, 3)]
    assert [(each.withheld, each.answers.given) for each in found] == [
        (True, 2),
        (True, 9),
        (False, 30),
    ]


def test_the_one_region_that_would_follow_from_the_total_is_withheld():
    rows = [tally(*[3] * 4), tally(*[3] * 6, region=2), tally(*[3] * 9, region=3)]

    assert [measure(indicator(), *rows, region=region).withheld for region in REGIONS] == [
        True,
        True,
        False,
        False,
    ]
    assert measure(indicator(), *rows).value == 3


def test_region_counts_its_own_countries():
    found = measure(indicator(), tally(*[3] * 6), tally(*[5] * 9, region=2), region=2)

    assert (found.value, found.answers.given, found.answers.expected) == (5, 9, 38)


def test_the_same_is_withheld_in_whatever_order_the_rows_come():
    rows = [tally(*[3] * 4), tally(*[3] * 6, region=2), tally(*[5] * 6, region=3)]

    found = [
        [measure(indicator(), *rows, region=region).withheld for region in REGIONS]
        for rows in (rows, rows[::-1])
    ]
    assert found == [[True, True, False, False]] * 2


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=4))
def test_nothing_shown_tells_of_fewer_than_five(counts):
    rows = [
        tally(*[1] * numbers, region=region, no_data=without)
        for region, (numbers, without) in zip(REGIONS, counts, strict=True)
    ]
    total = measure(indicator(), *rows)
    regions = [measure(indicator(), *rows, region=region) for region in REGIONS]
    hidden = sum(each.answers.given for each in regions if each.withheld)

    assert all(each.answers.given >= 5 for each in regions if each.value is not None)
    assert total.value is None or total.answers.given >= 5
    assert hidden == 0 or hidden >= 5 or total.withheld


@given(
    st.sampled_from(["ratio_of_sums", "weighted_mean", "median", "share_yes"]),
    st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=4, max_size=4),
)
def test_nothing_shown_tells_of_few_by_any_rule(aggregation, counts):
    """Nor does the total less what is shown, of the numbers as of all answers."""
    rows = [
        tally(
            *[1] * numbers,
            region=region,
            no_data=without,
            over=min(pairs, numbers),
            under=min(pairs, numbers),
            pairs=min(pairs, numbers),
        )
        for region, (numbers, pairs, without) in zip(REGIONS, counts, strict=True)
    ]
    asked = indicator(aggregation)
    fewest = 10 if aggregation == "median" else 5
    total = measure(asked, *rows)
    regions = [measure(asked, *rows, region=region) for region in REGIONS]
    hidden = [each.answers for each in regions if each.withheld]

    assert all(each.answers.given >= fewest for each in [total, *regions] if each.value is not None)
    if not total.withheld:
        given = sum(each.given for each in hidden)
        answered = sum(sum(each.kinds.values()) for each in hidden)
        assert given == 0 or given >= fewest
        assert answered == 0 or answered >= 5


# What the secretariat holds


@pytest.mark.parametrize("aggregation", ["org_value", "sum", "ratio_of_sums"])
def test_what_the_secretariat_holds_is_as_it_says(aggregation):
    row = Held(11, ROUND, Decimal("61.5385"), Decimal(8), Decimal(13), "By the log.")
    asked = indicator(aggregation, reporter=Indicator.Reporter.SECRETARIAT)

    found = Values([], [row], REGIONS, 2).measure(asked, ROUND)

    assert (found.value, found.part, found.whole) == (Decimal("61.54"), 8, 13)
    assert (found.note, found.answers, found.withheld) == ("By the log.", None, False)


def test_value_for_the_whole_organisation_is_never_counted_from_countries():
    assert measure(indicator("org_value"), tally(1, 2, 3, 4, 5)).value is None


@pytest.mark.parametrize("row", [None, Held(11, ROUND, None, None, None, "No source.")])
def test_what_the_secretariat_does_not_hold_is_no_data(row):
    asked = indicator(reporter=Indicator.Reporter.SECRETARIAT)

    assert Values([], [row] if row else [], REGIONS).measure(asked, ROUND).value is None


# Where it stands


def judged(*tallies, region=None, targets=(("2025-12-31", 80),), **fields):
    asked = indicator("mean", **fields)
    asked._prefetched_objects_cache = {
        "targets": [Target(date=date.fromisoformat(on), value=Decimal(of)) for on, of in targets]
    }
    course = course_of(asked, FrameworkFactory.build())
    rounds = [ReportingRound(pk=ROUND, slug="2023-H2", ends_on=date(2023, 12, 31))]
    return line(asked, course, rounds, Values(tallies, [], REGIONS, region))


def test_value_is_judged_on_the_last_day_of_the_round():
    found = judged(tally(*[58] * 5), baseline_value=Decimal(40), baseline_year=2021)

    assert found.judgement.standing == Standing.ON_TRACK
    assert (found.judgement.achieved, found.expected) == (Decimal("0.45"), 60)


def test_value_is_judged_as_it_is_shown():
    found = judged(tally(*["79.96"] * 5), baseline_value=Decimal(40), baseline_year=2021)

    assert (found.measure.value, found.judgement.standing) == (80, Standing.COMPLETED)


def test_baseline_without_a_year_is_of_the_first_day_of_the_framework():
    assert judged(baseline_value=Decimal(40)).course.begins_on == date(2022, 1, 1)


def test_one_region_is_not_judged_by_the_target_of_all():
    assert judged(tally(*[58] * 5), region=1, baseline_value=Decimal(40)).judgement is None


def test_what_is_withheld_is_not_judged():
    assert judged(tally(*[58] * 4), baseline_value=Decimal(40)).judgement is None


@pytest.mark.parametrize(
    ("fields", "tallies", "standing"),
    [
        ({"baseline_value": Decimal(40)}, [], Standing.NO_DATA),
        ({"targets": ()}, [tally(*[58] * 5)], Standing.NO_TARGET),
        ({}, [tally(*[58] * 5)], Standing.NO_BASELINE),
    ],
)
def test_what_is_missing_has_a_name(fields, tallies, standing):
    found = judged(*tallies, **fields)

    assert found.judgement.standing == standing
