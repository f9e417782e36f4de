from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from goals.models import Framework, Goal, Milestone
from goals.sequence import neighbours
from tests.factories import FrameworkFactory, GoalFactory, MilestoneFactory, ObjectiveFactory

Precision = Milestone.DatePrecision
Visibility = Framework.ResultsVisibility


def messages_of(instance):
    """What `instance` is refused with, in words."""
    with pytest.raises(ValidationError) as refused:
        instance.full_clean()
    return refused.value.messages


def test_framework_in_force_is_the_latest_current_one(db):
    FrameworkFactory(starts_on=date(2018, 1, 1))
    latest = FrameworkFactory(starts_on=date(2022, 1, 1))
    FrameworkFactory(
        starts_on=date(2026, 1, 1), ends_on=date(2030, 12, 31), state=Framework.State.DRAFT
    )

    assert Framework.objects.in_force() == latest


def test_framework_in_force_may_be_missing(db):
    FrameworkFactory(state=Framework.State.CLOSED)

    assert Framework.objects.in_force() is None


def test_framework_counts_goals_and_objectives(framework):
    counted = Framework.objects.with_counts().get()

    assert (counted.goal_count, counted.objective_count) == (2, 4)


def test_frameworks_come_latest_first(db):
    older = FrameworkFactory(starts_on=date(2018, 1, 1))
    newer = FrameworkFactory(starts_on=date(2022, 1, 1))

    assert list(Framework.objects.all()) == [newer, older]


def test_framework_refuses_to_end_before_it_starts(db):
    framework = FrameworkFactory.build(starts_on=date(2022, 1, 1), ends_on=date(2021, 12, 31))

    assert messages_of(framework) == ["A framework must end after it starts."]


def test_framework_refuses_to_precede_itself(db):
    framework = FrameworkFactory()
    framework.predecessor = framework

    assert messages_of(framework) == ["A framework cannot precede itself."]


def test_framework_refuses_itself_as_predecessor_in_the_data_base(db):
    framework = FrameworkFactory()

    with pytest.raises(IntegrityError, match="goals_framework_not_its_own_predecessor"):
        Framework.objects.update(predecessor=framework)


@pytest.mark.parametrize("slug", ["2022/2025", "Ärger", "2022-2025\n", "UPPER", ""])
def test_framework_refuses_a_short_name_that_no_address_can_hold(db, slug):
    with pytest.raises(ValidationError) as refused:
        FrameworkFactory.build(slug=slug).full_clean()

    assert list(refused.value.message_dict) == ["slug"]


@pytest.mark.parametrize(
    ("visibility", "anonymous", "signed_in"),
    [
        (Visibility.AGGREGATE, True, True),
        (Visibility.MEMBERS, False, True),
        (Visibility.PUBLIC, True, True),
    ],
)
def test_framework_shows_aggregates(viewer, visibility, anonymous, signed_in):
    framework = FrameworkFactory.build(results_visibility=visibility)

    assert framework.shows_aggregates_to(AnonymousUser()) is anonymous
    assert framework.shows_aggregates_to(viewer) is signed_in


@pytest.mark.usefixtures("edit_history")
def test_framework_keeps_its_history(db):
    framework = FrameworkFactory(title="Before")
    framework.title = "After"
    framework.save()

    assert [record.title for record in framework.history.all()] == ["After", "Before"]


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        (Precision.YEAR, "2021"),
        (Precision.MONTH, "November 2021"),
        (Precision.DAY, "27 November 2021"),
    ],
)
def test_milestone_says_its_date_as_exactly_as_it_is_known(precision, text):
    milestone = MilestoneFactory.build(date=date(2021, 11, 27), date_precision=precision)

    assert milestone.date_text == text
    assert str(milestone) == f"Approved, General Assembly, {text}"


def test_milestone_refuses_a_second_approval(db):
    first = MilestoneFactory()
    second = MilestoneFactory.build(framework=first.framework)

    assert messages_of(second) == ["This framework has a milestone of this kind already."]


def test_goal_says_its_level_as_the_framework_names_it(db):
    goal = GoalFactory(framework__goal_label="Priority", number=3, title="Trust")

    assert str(goal) == "Priority 3: Trust"


def test_goals_come_in_natural_order(db):
    framework = FrameworkFactory()
    for number in (10, 9, 1):
        GoalFactory(framework=framework, number=number)

    assert [goal.number for goal in framework.goals.all()] == [1, 9, 10]


def test_goal_refuses_a_number_that_is_taken(db):
    taken = GoalFactory()
    goal = GoalFactory.build(framework=taken.framework, number=taken.number)

    assert messages_of(goal) == ["This framework has a goal with this number already."]


def test_goal_number_starts_at_one_in_the_data_base(db):
    with pytest.raises(IntegrityError, match="goals_goal_number"):
        GoalFactory(number=0)


def test_goal_has_a_readable_address(db):
    goal = GoalFactory(framework__slug="2022-2025", number=2)

    assert goal.get_absolute_url() == "/frameworks/2022-2025/goals/2/"


def test_framework_goes_with_its_goals_and_milestones(db):
    framework = FrameworkFactory()
    MilestoneFactory(framework=framework)
    ObjectiveFactory(goal__framework=framework)

    framework.delete()

    assert not Goal.objects.exists() and not Milestone.objects.exists()


def test_natural_keys_lead_back_to_their_rows(db):
    milestone = MilestoneFactory()
    goal = GoalFactory(framework=milestone.framework)

    for row in (milestone.framework, milestone, goal):
        assert type(row).objects.get_by_natural_key(*row.natural_key()) == row


@pytest.mark.parametrize(
    ("item", "expected"), [("a", (None, "b")), ("b", ("a", "c")), ("c", ("b", None))]
)
def test_neighbours_stand_before_and_after(item, expected):
    assert neighbours(["a", "b", "c"], item) == expected


def test_neighbours_of_the_only_one_are_none():
    assert neighbours(["a"], "a") == (None, None)
