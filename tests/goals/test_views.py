from datetime import date

import pytest
from django.urls import reverse

from goals.models import Framework
from tests.factories import FrameworkFactory, GoalFactory, MilestoneFactory, ObjectiveFactory
from tests.pages import elements, links, texts

LIST = reverse("goals:framework_list")
PAGE = "/frameworks/2022-2025/"


def crumbs(response):
    return texts(response, "li", class_="breadcrumb-item")


def test_framework_list_shows_the_latest_first(client, framework):
    FrameworkFactory(
        title="Strategic Framework 2026-2030",
        starts_on=date(2026, 1, 1),
        ends_on=date(2030, 12, 31),
        state=Framework.State.DRAFT,
    )

    assert texts(client.get(LIST), "h2") == [
        "Strategic Framework 2026-2030 In preparation",
        "Strategic Framework 2022-2025 In force",
    ]


def test_framework_list_says_period_and_counts(client, framework):
    assert texts(client.get(LIST), "p", class_="quiet") == [
        "1 January 2022 – 31 December 2025 · 2 Strategic Goals · 4 Strategic Objectives"
    ]


def test_framework_list_says_one_in_the_singular(client, db):
    ObjectiveFactory()

    [line] = texts(client.get(LIST), "p", class_="quiet")

    assert line.endswith(" · 1 Strategic Goal · 1 Strategic Objective")


def test_framework_list_says_that_objectives_are_to_come(client, db):
    GoalFactory()

    [line] = texts(client.get(LIST), "p", class_="quiet")

    assert line.endswith(" · 1 Strategic Goal · objectives not published yet")


def test_framework_list_leads_to_the_frameworks(client, framework):
    assert links(client.get(LIST), "h2") == [PAGE]


def test_framework_list_without_a_framework_says_so(client, db):
    assert texts(client.get(LIST), "li", class_="card-list-item") == [
        "No framework has been entered yet."
    ]


@pytest.mark.parametrize("frameworks", [1, 3])
def test_framework_list_asks_as_often_for_any_number(
    client, db, frameworks, django_assert_num_queries
):
    for framework in FrameworkFactory.create_batch(frameworks):
        ObjectiveFactory.create_batch(frameworks, goal__framework=framework)

    with django_assert_num_queries(1):
        response = client.get(LIST)

    assert len(texts(response, "h2")) == frameworks


def test_framework_detail_shows_its_text(client, framework):
    framework.summary = "First paragraph.\n\nSecond paragraph."
    framework.save()

    response = client.get(PAGE)

    assert texts(response, "h1") == ["Strategic Framework 2022-2025 In force"]
    assert texts(response, "p", class_="vision") == ["“Connecting police for a safer world”"]
    [summary] = texts(response, "details")
    assert summary == "About this framework First paragraph. Second paragraph."


def test_framework_detail_lists_goals_and_objectives(client, db):
    goal = GoalFactory(framework__slug="2022-2025", number=2, title="Trust")
    ObjectiveFactory(goal=goal, number=1, statement="Share.")

    response = client.get(PAGE)

    assert texts(response, "h3") == ["2 Trust"]
    assert links(response, "section", class_="goal-block") == [
        f"{PAGE}goals/2/",
        f"{PAGE}objectives/2.1/",
    ]
    assert texts(response, "ol", class_="objective-list") == ["2.1 Share."]


def test_framework_detail_orders_naturally(client, db):
    goals = [GoalFactory(framework__slug="2022-2025", number=10)]
    goals += [GoalFactory(framework=goals[0].framework, number=9)]
    for number in (10, 9):
        ObjectiveFactory(goal=goals[1], number=number)
        ObjectiveFactory(goal=goals[0], number=number)

    codes = texts(client.get(PAGE), "span", class_="code")

    assert codes == ["9.9", "9.10", "10.9", "10.10"]


def test_framework_detail_names_its_levels_as_it_says(client, framework):
    framework.goal_label_plural = "Priorities"
    framework.save()

    assert texts(client.get(PAGE), "h2") == ["Priorities"]


def test_framework_detail_shows_its_milestones(client, framework):
    MilestoneFactory(framework=framework, date=date(2021, 11, 1))

    response = client.get(PAGE)

    assert texts(response, "ol", class_="timeline-marks") == [
        "1 Approved: General Assembly, 89th session, November 2021"
        " Period: 1 January 2022 – 31 December 2025"
    ]
    assert texts(response, "desc") == ["Approved, General Assembly, November 2021."]


def test_framework_detail_leads_to_those_before_and_after(client, framework):
    before = FrameworkFactory(slug="2017-2020", title="The one before")
    FrameworkFactory(slug="2026-2030", title="The one after", predecessor=framework)
    framework.predecessor = before
    framework.save()

    paragraphs = texts(client.get(PAGE), "p")

    assert [each for each in paragraphs if " it: " in each] == [
        "Before it: The one before",
        "After it: The one after",
    ]


def test_framework_detail_without_neighbours_names_none(client, framework):
    assert [each for each in texts(client.get(PAGE), "p") if " it: " in each] == []


def test_framework_detail_without_goals_says_so(client, db):
    FrameworkFactory(slug="2022-2025")

    assert texts(client.get(PAGE), "p", class_="quiet") == ["No goals have been entered yet."]


def test_framework_detail_of_a_goal_without_objectives_says_so(client, db):
    GoalFactory(framework__slug="2022-2025")

    assert texts(client.get(PAGE), "ol", class_="objective-list") == [
        "The objectives of this goal have not been published yet."
    ]


def test_framework_detail_escapes_its_texts(client, framework):
    framework.title = framework.vision = framework.summary = "<script>alert(1)</script>"
    framework.save()

    response = client.get(PAGE)

    assert elements(response, "script") == []
    assert texts(response, "p", class_="vision") == ["“<script>alert(1)</script>”"]


def test_framework_pages_say_where_one_is(client, framework):
    assert crumbs(client.get(LIST)) == ["Home", "Frameworks"]
    assert crumbs(client.get(PAGE)) == ["Home", "Frameworks", "2022-2025"]
    assert texts(client.get(LIST), "title")[0] == "Frameworks – Framework Portal"
    assert texts(client.get(PAGE), "title")[0] == "Strategic Framework 2022-2025 – Framework Portal"


@pytest.mark.parametrize("goals", [1, 3, 10])
def test_framework_detail_asks_as_often_for_any_number(
    client, db, goals, django_assert_num_queries
):
    framework = FrameworkFactory(slug="2022-2025", predecessor=FrameworkFactory())
    for goal in GoalFactory.create_batch(goals, framework=framework):
        ObjectiveFactory.create_batch(goals, goal=goal)
        ObjectiveFactory(goal__framework=FrameworkFactory())
    MilestoneFactory(framework=framework)

    with django_assert_num_queries(4):
        response = client.get(PAGE)

    assert len(texts(response, "h3")) == goals


@pytest.mark.parametrize("slug", ["2017-2020", "x", "2022-2025-"])
def test_framework_detail_of_an_unknown_one_is_not_found(client, framework, slug):
    response = client.get(f"/frameworks/{slug}/")

    assert (response.status_code, texts(response, "h1")) == (404, ["There is no such page"])


@pytest.mark.parametrize("address", [LIST, PAGE])
def test_framework_pages_are_only_read(client, framework, address):
    assert client.post(address).headers["Allow"] == "GET, HEAD"
    assert client.head(address).content == b""
