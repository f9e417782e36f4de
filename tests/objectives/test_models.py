from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from objectives.models import Indicator, Objective
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    ObjectiveFactory,
    TargetFactory,
)

Reporter = Indicator.Reporter


def messages_of(instance):
    with pytest.raises(ValidationError) as refused:
        instance.full_clean()
    return refused.value.messages


@pytest.fixture
def objective(db):
    return ObjectiveFactory(
        goal=GoalFactory(framework__slug="2022-2025", number=1), number=10, statement="Trust."
    )


def test_objective_is_called_by_its_code(objective):
    assert (objective.code, str(objective)) == ("1.10", "1.10 Trust.")


def test_objective_has_a_readable_address(objective):
    assert objective.get_absolute_url() == "/frameworks/2022-2025/objectives/1.10/"


def test_objectives_of_a_framework_come_in_natural_order(framework):
    ObjectiveFactory()
    goals = list(framework.goals.all())
    for number in (10, 9):
        ObjectiveFactory(goal=goals[0], number=number)

    found = Objective.objects.of(framework)

    assert [each.code for each in found] == ["1.1", "1.2", "1.9", "1.10", "2.1", "2.2"]


def test_goals_own_list_is_in_natural_order(db):
    goal = GoalFactory(number=1)
    for number in (10, 2, 9):
        ObjectiveFactory(goal=goal, number=number)

    assert [each.number for each in goal.objectives.all()] == [2, 9, 10]


def test_objectives_of_a_framework_bring_their_goals(framework, django_assert_num_queries):
    with django_assert_num_queries(1):
        slugs = {each.goal.framework.slug for each in Objective.objects.of(framework)}

    assert slugs == {"2022-2025"}


def test_objectives_are_found_by_code(objective):
    ObjectiveFactory(goal=objective.goal, number=1)

    assert list(Objective.objects.coded((1, 10))) == [objective]


def test_objective_refuses_a_number_that_is_taken(objective):
    second = ObjectiveFactory.build(goal=objective.goal, number=10)

    assert messages_of(second) == ["This goal has an objective with this number already."]


def test_objective_number_starts_at_one_in_the_data_base(db):
    with pytest.raises(IntegrityError, match="objectives_objective_number"):
        ObjectiveFactory(number=0)


def test_indicator_is_called_by_its_code(objective):
    indicator = IndicatorFactory(objective=objective, number=2, name="Share")

    assert str(indicator) == "1.10.2 Share"
    assert indicator.get_absolute_url() == f"{objective.get_absolute_url()}#indicator-2"


def test_indicator_is_proposed_until_somebody_says_otherwise():
    assert Indicator().is_official is False


@pytest.mark.parametrize(
    ("reporter", "asked"),
    [
        (Reporter.COUNTRY, True),
        (Reporter.COUNTRY_VERIFIED, True),
        (Reporter.SECRETARIAT_AND_COUNTRY, True),
        (Reporter.SECRETARIAT, False),
        (Reporter.REGIONAL_BUREAU, False),
        (Reporter.PORTAL, False),
    ],
)
def test_indicators_asked_of_countries(db, reporter, asked):
    indicator = IndicatorFactory(reporter=reporter)

    assert list(Indicator.objects.asked_of_countries()) == [indicator] * asked
    assert indicator.is_asked_of_countries is asked


def test_indicators_of_a_framework_come_in_the_order_of_their_codes(objective):
    first = ObjectiveFactory(goal=objective.goal, number=9)
    for parent, number in [(objective, 1), (first, 10), (first, 9)]:
        IndicatorFactory(objective=parent, number=number)
    IndicatorFactory(objective=ObjectiveFactory(goal__framework=FrameworkFactory()))

    found = Indicator.objects.of(objective.goal.framework)

    assert [each.code for each in found] == ["1.9.9", "1.9.10", "1.10.1"]


def test_indicator_refuses_a_number_that_is_taken(objective):
    taken = IndicatorFactory(objective=objective)
    second = IndicatorFactory.build(objective=objective, number=taken.number)

    assert messages_of(second) == ["This objective has an indicator with this number already."]


def test_target_refuses_a_second_value_for_a_day(objective):
    taken = TargetFactory(indicator__objective=objective)
    second = TargetFactory.build(indicator=taken.indicator, date=taken.date)

    assert messages_of(second) == ["This indicator has a target for this date already."]


def test_target_refuses_a_band_upside_down(objective):
    indicator = IndicatorFactory(objective=objective)
    target = TargetFactory.build(indicator=indicator, value=80, upper_value=79)

    assert messages_of(target) == ["The upper value must not be below the value."]


BEHIND = {
    "up": "Up is better here, so no target may lie below the baseline of 1,095.5.",
    "down": "Down is better here, so no target may lie above the baseline of 1,095.5.",
}


@pytest.mark.parametrize(
    ("direction", "value", "refused"),
    [
        ("up", 1095, True),
        ("up", 1096, False),
        ("down", 1096, True),
        ("down", 1095, False),
        *[(direction, Decimal("1095.5"), False) for direction in ("up", "down")],
        *[
            (direction, value, False)
            for direction in ("keep_at_or_above", "within_band")
            for value in (1, 9999)
        ],
    ],
)
def test_target_refuses_to_be_worse_than_the_baseline(objective, direction, value, refused):
    indicator = IndicatorFactory(
        objective=objective, direction=direction, baseline_value=Decimal("1095.5000")
    )
    target = TargetFactory.build(indicator=indicator, value=value)

    if refused:
        assert messages_of(target) == [BEHIND[direction]]
    else:
        target.full_clean()


def test_target_without_a_baseline_may_be_anything(objective):
    TargetFactory.build(indicator=IndicatorFactory(objective=objective), value=-5).full_clean()


def test_targets_come_by_date(objective):
    indicator = IndicatorFactory(objective=objective)
    for year in (2025, 2023):
        TargetFactory(indicator=indicator, date=date(year, 12, 31))

    assert [target.date.year for target in indicator.targets.all()] == [2023, 2025]


def test_natural_keys_lead_back_to_their_rows(objective):
    indicator = IndicatorFactory(objective=objective)

    for row in (objective, indicator):
        assert type(row).objects.get_by_natural_key(*row.natural_key()) == row
