import pytest

from objectives.models import Indicator
from tests.factories import FrameworkFactory, IndicatorFactory, ObjectiveFactory
from tests.pages import elements, links, texts

PAGE = "/frameworks/2022-2025/indicators/"


@pytest.fixture
def objective(db):
    return ObjectiveFactory(goal__framework__slug="2022-2025", statement="Share.")


def test_indicator_list_shows_each_below_its_objective(client, objective):
    IndicatorFactory(objective=objective, name="Countries that share")

    response = client.get(PAGE)

    assert texts(response, "h2") == ["1.1 Share."]
    assert texts(response, "ul", class_="indicator-list") == [
        "1.1.1 Countries that share % · up is better · countries Proposed, not official"
    ]


def test_indicator_list_leads_to_the_indicator(client, objective):
    IndicatorFactory(objective=objective)

    objective_page = "/frameworks/2022-2025/objectives/1.1/"
    response = client.get(PAGE)

    assert links(response, "section") == [objective_page, f"{objective_page}#indicator-1"]
    assert elements(client.get(objective_page), "article", id="indicator-1") != []


def test_indicator_list_tags_every_proposal_and_nothing_else(client, objective):
    IndicatorFactory(objective=objective, is_official=True, name="Adopted")
    IndicatorFactory(objective=objective, name="Proposed")

    items = texts(client.get(PAGE), "li")

    assert [item.split(" %")[0] for item in items if "not official" in item] == ["1.1.2 Proposed"]


def test_indicator_list_orders_naturally(client, objective):
    later = ObjectiveFactory(goal=objective.goal, number=10)
    IndicatorFactory(objective=later)
    for number in (10, 9):
        IndicatorFactory(objective=objective, number=number)

    codes = texts(client.get(PAGE), "span", class_="code")

    assert codes == ["1.1", "1.1.9", "1.1.10", "1.10", "1.10.1"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (1, "1 of them is asked of countries; the others are the secretariat's."),
        (2, "2 of them are asked of countries; the others are the secretariat's."),
    ],
)
def test_indicator_list_says_how_many_are_asked_of_countries(client, objective, asked, words):
    IndicatorFactory.create_batch(asked, objective=objective)
    IndicatorFactory(objective=objective, reporter=Indicator.Reporter.SECRETARIAT)
    IndicatorFactory(objective__goal__framework=FrameworkFactory())

    assert texts(client.get(PAGE), "p", class_="lede") == [words]


def test_indicator_list_of_an_objective_without_any_says_so(client, objective):
    assert texts(client.get(PAGE), "li", class_="quiet") == ["This objective has no indicators."]


def test_indicator_list_of_a_framework_without_objectives_says_so(client, db):
    FrameworkFactory(slug="2022-2025")

    response = client.get(PAGE)

    assert texts(response, "p", class_="quiet") == [
        "The objectives of this framework have not been published yet, so it has no indicators."
    ]
    assert texts(response, "p", class_="lede") == []


def test_indicator_list_says_where_one_is(client, objective):
    framework = objective.goal.framework
    response = client.get(PAGE)

    assert texts(response, "li", class_="breadcrumb-item") == [
        "Home",
        "Frameworks",
        "2022-2025",
        "Indicators",
    ]
    assert texts(response, "title")[0] == f"Indicators, {framework.title} – Framework Portal"


def test_indicator_list_of_an_unknown_framework_is_not_found(client, objective):
    response = client.get("/frameworks/2017-2020/indicators/")

    assert (response.status_code, texts(response, "h1")) == (404, ["There is no such page"])


def test_indicator_list_is_only_read(client, objective):
    assert client.post(PAGE).headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("indicators", [1, 3, 30])
def test_indicator_list_asks_as_often_for_any_number(
    client, objective, indicators, django_assert_num_queries
):
    for each in [objective, *ObjectiveFactory.create_batch(indicators, goal=objective.goal)]:
        IndicatorFactory(objective=each)

    with django_assert_num_queries(4):
        response = client.get(PAGE)

    assert len(texts(response, "h2")) == indicators + 1
