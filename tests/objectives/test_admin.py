import pytest
from django.urls import reverse

from objectives.models import Indicator, Objective, Target
from tests.factories import (
    GoalFactory,
    IndicatorFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    TargetFactory,
)

NUL = "Null characters are not allowed."
NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."
INDICATOR_TEXTS = ["name", "definition", "unit", "denominator", "baseline_kind", "source"]


@pytest.fixture
def client(editor, client_of):
    return client_of(editor)


def indicator_data(**changes):
    data = {
        "number": "1",
        "name": "Name",
        "unit": "%",
        "direction": "up",
        "level": "outcome",
        "aggregation": "mean",
        "reporter": "country",
        "frequency": "annual",
    }
    return data | {"targets-TOTAL_FORMS": "0", "targets-INITIAL_FORMS": "0"} | changes


def change(client, row, data):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return client.post(reverse(name, args=[row.pk]), data)


def delete(client, row):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_delete"
    return client.post(reverse(name, args=[row.pk]), {"post": "yes"})


def errors(response):
    return response.context["adminform"].form.errors


def objective_rows(goal, *rows):
    data = {"number": goal.number, "title": goal.title}
    data |= {"objectives-TOTAL_FORMS": len(rows), "objectives-INITIAL_FORMS": "0"}
    for index, (number, statement) in enumerate(rows):
        prefix = f"objectives-{index}"
        data |= {f"{prefix}-number": number, f"{prefix}-statement": statement}
    return data


@pytest.mark.usefixtures("edit_history")
def test_goal_gets_its_objectives_on_its_own_page(client, editor):
    goal = GoalFactory()
    change(client, goal, objective_rows(goal, (1, "First."), (2, "Second.")))
    numbers = goal.objectives.values_list("number", flat=True)

    assert list(numbers) == [1, 2]
    assert Objective.history.first().history_user == editor


@pytest.mark.parametrize(
    ("number", "statement", "expected"),
    [
        ("1", "a\0", {"statement": [NUL]}),
        ("10000", "a", {"number": ["Ensure this value is less than or equal to 9999."]}),
    ],
)
def test_odd_objective_gets_a_message(client, number, statement, expected):
    goal = GoalFactory()
    response = change(client, goal, objective_rows(goal, (number, statement)))

    assert response.context["inline_admin_formsets"][0].formset.errors == [expected]


def test_objectives_are_not_deleted_beside_their_goal(client):
    objective = ObjectiveFactory()
    data = objective_rows(objective.goal, (1, "First.")) | {"objectives-INITIAL_FORMS": "1"}
    data |= {"objectives-0-id": objective.pk, "objectives-0-DELETE": "on"}
    change(client, objective.goal, data)

    assert objective.goal.objectives.get().statement == "First."


def test_objectives_stand_in_natural_order(client):
    goal = GoalFactory()
    for number in [10, 9, 1]:
        ObjectiveFactory(goal=goal, number=number)
    rows = client.get(reverse("admin:objectives_objective_changelist")).context["cl"].queryset

    assert [objective.code for objective in rows] == ["1.1", "1.9", "1.10"]


def test_objective_stays_in_its_goal(client):
    objective = ObjectiveFactory(goal__framework__state="draft")
    data = {"goal": GoalFactory().pk, "number": 5, "statement": "Other."}
    data |= {"indicators-TOTAL_FORMS": "0", "indicators-INITIAL_FORMS": "0"}
    change(client, objective, data)

    assert Objective.objects.values_list("goal", "number").get() == (objective.goal_id, 5)


def test_objective_is_found_for_an_indicator(client):
    objective = ObjectiveFactory(statement="Harden the borders.")
    query = {
        "app_label": "objectives",
        "model_name": "indicator",
        "field_name": "objective",
        "term": "borders",
    }
    answer = client.get(reverse("admin:autocomplete"), query).json()

    assert answer["results"] == [{"id": str(objective.pk), "text": "1.1 Harden the borders."}]


def test_indicator_is_added_with_its_targets(client):
    objective = ObjectiveFactory()
    data = indicator_data(objective=objective.pk)
    data |= {"targets-TOTAL_FORMS": "1", "targets-0-date": "2025-12-31", "targets-0-value": "80"}
    client.post(reverse("admin:objectives_indicator_add"), data)

    assert Target.objects.get().indicator == objective.indicators.get()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *[(field, "a\0", NUL) for field in INDICATOR_TEXTS],
        ("number", "10000", "Ensure this value is less than or equal to 9999."),
        ("name", "First\nSecond", "Write this on one line."),
        ("baseline_year", "99999", "Ensure this value is less than or equal to 32767."),
        ("baseline_value", "NaN", "Enter a number."),
        ("baseline_value", "1e400", "Ensure that there are no more than 18 digits in total."),
        ("tolerance", "1\0", "Enter a number."),
        (
            "direction",
            "sideways",
            "Select a valid choice. sideways is not one of the available choices.",
        ),
    ],
)
def test_odd_indicator_gets_a_message(client, field, value, expected):
    response = change(client, IndicatorFactory(), indicator_data(**{field: value}))

    assert errors(response)[field][0] == expected


def test_number_of_another_gets_a_message(client):
    first = ObjectiveFactory(goal__framework__state="draft")
    indicator, other = IndicatorFactory.create_batch(2, objective=first)
    objective = ObjectiveFactory(goal=indicator.objective.goal)
    data = {"number": 1, "statement": "Other."}
    data |= {"indicators-TOTAL_FORMS": "0", "indicators-INITIAL_FORMS": "0"}
    answers = [change(client, objective, data), change(client, other, indicator_data(number="1"))]

    assert [errors(answer)["__all__"] for answer in answers] == [
        ["This goal has an objective with this number already."],
        ["This objective has an indicator with this number already."],
    ]


@pytest.mark.parametrize(
    ("state", "stays"), [("draft", False), ("current", True), ("closed", True)]
)
def test_numbers_stay_once_the_framework_is_in_force(client, state, stays):
    indicator = IndicatorFactory(objective__goal__framework__state=state)
    was = indicator.number, indicator.objective.number
    data = {"number": 7, "statement": "Other."}
    data |= {"indicators-TOTAL_FORMS": "0", "indicators-INITIAL_FORMS": "0"}

    answers = [change(client, indicator, indicator_data(number="9"))]
    answers.append(change(client, indicator.objective, data))

    indicator.refresh_from_db()
    now = indicator.number, indicator.objective.number
    assert now == (was if stays else (9, 7))
    if stays:
        words = "Receipts and snapshots call this 1: its number stays."
        assert [errors(answer)["number"] for answer in answers] == [[words]] * 2


def test_date_of_another_target_gets_a_message(client):
    target, other = TargetFactory.create_batch(2, indicator=IndicatorFactory())
    response = change(client, other, {"date": target.date, "value": "80"})

    assert errors(response)["__all__"] == ["This indicator has a target for this date already."]


@pytest.mark.parametrize("value", ["abc", "a\0", "1.5", "1e400", "9" * 30, "0"])
@pytest.mark.parametrize(
    ("model", "field"), [("objective", "goal"), ("indicator", "objective"), ("target", "indicator")]
)
def test_key_that_is_none_gets_a_message(client, model, field, value):
    TargetFactory()
    data = indicator_data(statement="Statement.", **{field: value})
    data |= {"indicators-TOTAL_FORMS": "0", "indicators-INITIAL_FORMS": "0"}
    response = client.post(reverse(f"admin:objectives_{model}_add"), data)

    assert errors(response)[field] in [[NO_CHOICE], [NUL]]


@pytest.mark.parametrize("value", ["abc", "9" * 30])
def test_odd_key_in_an_address_is_left_out(client, value):
    page = reverse("admin:objectives_objective_add")

    assert client.get(page, {"goal": value}).status_code == 200


def test_band_in_disorder_gets_a_message(client):
    target = TargetFactory(value=80)
    data = {"date": "2025-12-31", "value": "80", "upper_value": "70"}

    assert errors(change(client, target, data))["__all__"] == [
        "The upper value must not be below the value."
    ]


def target_row(target, **changes):
    """The form's row of a target that is there already."""
    data = {"id": target.pk, "date": target.date, "value": "80"} | changes
    rows = {f"targets-0-{name}": value for name, value in data.items()}
    return rows | {"targets-TOTAL_FORMS": "1", "targets-INITIAL_FORMS": "1"}


def row_errors(response):
    return response.context["inline_admin_formsets"][0].formset.errors


UP = "Up is better here, so no target may lie below the baseline of 95."
DOWN = "Down is better here, so no target may lie above the baseline of 40."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"baseline_value": "95"}, UP),
        ({"baseline_value": "40", "direction": "down"}, DOWN),
    ],
)
def test_baseline_beyond_a_target_that_is_there_gets_a_message(client, changes, words):
    target = TargetFactory(indicator__baseline_value=40)

    response = change(client, target.indicator, indicator_data() | changes | target_row(target))

    assert row_errors(response) == [{"value": [words]}]
    assert Indicator.objects.get().baseline_value == 40


@pytest.mark.parametrize(("changes", "left"), [({"value": "99"}, [99]), ({"DELETE": "on"}, [])])
def test_baseline_and_target_are_moved_in_one_step(client, changes, left):
    target = TargetFactory(indicator__baseline_value=40)
    data = indicator_data(baseline_value="95") | target_row(target, **changes)

    change(client, target.indicator, data)

    assert Indicator.objects.get().baseline_value == 95
    assert list(Target.objects.values_list("value", flat=True)) == left


def test_baseline_does_not_pass_a_target_that_the_form_leaves_out(client):
    target = TargetFactory(indicator__baseline_value=40)

    response = change(client, target.indicator, indicator_data(baseline_value="95"))

    [inline] = response.context["inline_admin_formsets"]
    assert inline.non_form_errors() == [UP]
    assert Indicator.objects.get().baseline_value == 40


def test_new_indicator_with_a_target_worse_than_its_baseline_gets_a_message(client):
    data = indicator_data(objective=ObjectiveFactory().pk, baseline_value="95")
    data |= {"targets-TOTAL_FORMS": "1", "targets-0-date": "2025-12-31", "targets-0-value": "80"}

    response = client.post(reverse("admin:objectives_indicator_add"), data)

    assert row_errors(response) == [{"value": [UP]}]
    assert Indicator.objects.count() == 0


def test_new_indicator_of_no_direction_gets_a_message(client):
    data = indicator_data(objective=ObjectiveFactory().pk, baseline_value="95", direction="no")
    data |= {"targets-TOTAL_FORMS": "1", "targets-0-date": "2025-12-31", "targets-0-value": "80"}

    response = client.post(reverse("admin:objectives_indicator_add"), data)

    assert list(errors(response)) == ["direction"]


def test_target_on_its_own_page_is_held_to_the_baseline(client):
    target = TargetFactory(indicator__baseline_value=95, value=96)

    response = change(client, target, {"date": target.date, "value": "80"})

    assert errors(response) == {"value": [UP]}


@pytest.mark.parametrize("value", ["sNaN", "NaN", "Infinity", "-Infinity"])
def test_target_that_is_no_number_gets_a_message(client, value):
    target = TargetFactory()

    response = change(client, target, {"date": target.date, "value": value})

    assert errors(response)["value"] == ["Enter a number."]


def test_target_before_the_calendar_gets_a_message(client):
    response = change(client, TargetFactory(), {"date": "0001-01-01", "value": "80"})

    assert errors(response) == {"date": ["Enter a year from 1900 to 2199."]}


def test_what_has_reports_is_not_deleted(client):
    objective = ProgressReportFactory().objective

    for row in [objective, objective.goal]:
        assert delete(client, row).context["protected"] == ["Progress reports: 1"]
    assert Objective.objects.get() == objective


def test_indicator_without_reports_is_deleted(client):
    delete(client, TargetFactory().indicator)

    assert [Indicator.objects.count(), Target.objects.count()] == [0, 0]


@pytest.mark.parametrize("model", ["objective", "indicator", "target"])
def test_lists_ask_a_fixed_number_of_queries(
    client, model, django_assert_max_num_queries, django_assert_num_queries
):
    page = reverse(f"admin:objectives_{model}_changelist")
    TargetFactory()
    with django_assert_max_num_queries(12) as one:
        client.get(page)
    TargetFactory.create_batch(3)

    with django_assert_num_queries(len(one)):
        client.get(page)


@pytest.mark.parametrize("model", ["goals_goal", "objectives_objective", "objectives_indicator"])
def test_pages_with_rows_ask_a_fixed_number_of_queries(
    client, model, django_assert_max_num_queries, django_assert_num_queries
):
    indicator = TargetFactory().indicator
    objective = indicator.objective
    rows = {"goal": objective.goal, "objective": objective, "indicator": indicator}
    address = reverse(f"admin:{model}_change", args=[rows[model.split("_")[1]].pk])
    client.get(address)  # content types are read once
    with django_assert_max_num_queries(15) as one:
        client.get(address)
    TargetFactory.create_batch(3, indicator=indicator)
    IndicatorFactory.create_batch(3, objective=objective)
    ObjectiveFactory.create_batch(3, goal=objective.goal)

    with django_assert_num_queries(len(one)):
        client.get(address)
