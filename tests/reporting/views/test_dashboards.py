from datetime import date

import pytest

from goals.models import Framework
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    MilestoneFactory,
    ObjectiveFactory,
    RegionFactory,
    ReportingRoundFactory,
    TargetFactory,
)
from tests.pages import elements, links, texts
from tests.reporting.views.figures import (
    CSV,
    DASHBOARDS,
    FRAMEWORK,
    GOAL,
    OBJECTIVE,
    table,
)

NO_SUCH_CHOICE = (
    "No figures are shown, because the choice above names a round or region that does not exist."
    " Choose another."
)
NO_ROUND = "No reporting round of this framework has opened yet, so there are no figures."
NO_OBJECTIVES = "The objectives have not been published yet, so nobody reports on them."
TO_COME = "The objectives of this goal have not been published yet."


def crumbs(response):
    return texts(response, "li", class_="breadcrumb-item")


# What the pages say without figures


def test_home_shows_the_framework_in_force(client, framework):
    FrameworkFactory(state=Framework.State.DRAFT, starts_on=date(2025, 1, 1))

    response = client.get("/")

    assert texts(response, "h1") == ["Strategic Framework 2022-2025"]
    assert texts(response, "p", class_="vision") == ["“Connecting police for a safer world”"]
    assert texts(response, "title")[0] == "Strategic Framework 2022-2025 – Framework Portal"


def test_home_leads_to_the_goals(client, framework):
    response = client.get("/")

    assert links(response, "ul", class_="standing-list") == [GOAL, f"{FRAMEWORK}goals/2/"]


def test_home_shows_period_and_milestones(client, framework):
    MilestoneFactory(framework=framework)

    assert texts(client.get("/"), "ol", class_="timeline-marks") == [
        "1 Approved: General Assembly, 89th session, November 2021"
        " Period: 1 January 2022 – 31 December 2025"
    ]


def test_home_without_a_framework_leads_to_the_list(client, db):
    response = client.get("/", follow=True)

    assert response.redirect_chain == [("/frameworks/", 302)]
    assert texts(response, "li", class_="card-list-item") == ["No framework has been entered yet."]


def test_home_without_goals_says_so(client, db):
    ReportingRoundFactory()

    assert texts(client.get("/"), "p", class_="notice") == [NO_OBJECTIVES]


def test_home_with_a_goal_without_objectives_says_so(client, objective, open_round):
    GoalFactory(framework=open_round.framework, title="To come")

    response = client.get("/")

    assert texts(response, "li", class_="standing")[2] == f"3 To come {TO_COME}"


@pytest.mark.parametrize("address", DASHBOARDS)
def test_page_without_a_round_says_so(client, framework, address):
    response = client.get(address)

    assert texts(response, "p", class_="notice") == [NO_ROUND]
    assert elements(response, "table") + elements(response, "form", class_="filter") == []


@pytest.mark.parametrize("address", DASHBOARDS)
def test_choice_where_there_is_none_is_not_found(client, framework, address):
    response = client.get(f"{address}?round=nope")

    assert (response.status_code, texts(response, "p", class_="notice")) == (404, [NO_ROUND])


@pytest.mark.parametrize("address", DASHBOARDS)
def test_page_before_the_first_round_opens_says_so(client, framework, address):
    ReportingRoundFactory(framework=framework, ahead=True)

    assert texts(client.get(address), "p", class_="notice") == [NO_ROUND]


def test_goal_detail_without_objectives_says_so(client, db):
    goal = GoalFactory(framework__slug="2022-2025")
    ReportingRoundFactory(framework=goal.framework)

    assert texts(client.get(GOAL), "p", class_="notice") == [NO_OBJECTIVES]


def test_goal_detail_shows_its_text(client, framework):
    framework.goals.filter(number=1).update(title="Trust", description="One.\n\nTwo.")

    response = client.get(GOAL)

    assert texts(response, "p", class_="eyebrow") == ["Strategic Goal 1"]
    assert texts(response, "h1") == ["Trust"]
    assert texts(response, "div", class_="lede") == ["One. Two."]


def test_goal_detail_lists_its_objectives_in_natural_order(client, framework, open_round):
    for number in (10, 9):
        ObjectiveFactory(goal=framework.goals.get(number=1), number=number)

    codes = [row[0] for row in table(client.get(GOAL))]

    assert codes == ["1.1", "1.2", "1.9", "1.10"]


def test_levels_are_named_as_the_framework_says(client, framework):
    framework.goal_label, framework.objective_label = "Priority", "Aim"
    framework.save()

    assert texts(client.get(GOAL), "p", class_="eyebrow") == ["Priority 1"]
    assert crumbs(client.get(OBJECTIVE))[-2:] == ["Priority 1", "1.1"]
    assert texts(client.get(OBJECTIVE), "title")[0] == "Aim 1.1, 2022-2025 – Framework Portal"


def test_goal_detail_says_where_one_is(client, framework):
    framework.goals.filter(number=1).update(title="Trust")
    response = client.get(GOAL)

    assert crumbs(response) == ["Home", "Frameworks", "2022-2025", "Strategic Goal 1"]
    assert texts(response, "title")[0] == ("Strategic Goal 1: Trust, 2022-2025 – Framework Portal")


def test_objective_detail_says_where_one_is(client, objective):
    response = client.get(OBJECTIVE)

    assert crumbs(response) == ["Home", "Frameworks", "2022-2025", "Strategic Goal 1", "1.1"]
    assert links(response, "ol", class_="breadcrumb") == ["/", "/frameworks/", FRAMEWORK, GOAL]
    assert texts(response, "h1") == [objective.statement]


@pytest.mark.parametrize(("number", "expected"), [(1, ["2"]), (2, ["1", "3"]), (3, ["2"])])
def test_goal_detail_leads_to_its_neighbours(client, framework, number, expected):
    GoalFactory(framework=framework)

    response = client.get(f"{FRAMEWORK}goals/{number}/")

    assert links(response, "nav", class_="neighbours") == [
        f"{FRAMEWORK}goals/{each}/" for each in expected
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("1.1", ["1.2"]), ("1.2", ["1.1", "2.1"]), ("2.1", ["1.2", "2.2"]), ("2.2", ["2.1"])],
)
def test_objective_detail_leads_to_its_neighbours(client, framework, code, expected):
    response = client.get(f"{FRAMEWORK}objectives/{code}/")

    assert links(response, "nav", class_="neighbours") == [
        f"{FRAMEWORK}objectives/{each}/" for each in expected
    ]


def test_objective_detail_shows_its_indicators(client, objective):
    indicator = IndicatorFactory(
        objective=objective,
        name="Use",
        definition="Counted.",
        baseline_value="2.5",
        baseline_year=2021,
    )
    TargetFactory(indicator=indicator, date=date(2025, 12, 31), value=80, upper_value=90)

    response = client.get(OBJECTIVE)

    facts = texts(response, "dl", class_="facts")[0]
    assert texts(response, "h3") == ["1.1.1 Use Proposed, not official"]
    assert "Baseline 2.5 (2021)" in facts
    assert "Targets 80 – 90 (31 Dec 2025)" in facts


def test_objective_detail_tags_no_indicator_that_is_official(client, objective):
    IndicatorFactory(objective=objective, name="Use", is_official=True)

    assert texts(client.get(OBJECTIVE), "h3") == ["1.1.1 Use"]


def test_objective_detail_without_indicators_says_so(client, objective):
    assert texts(client.get(OBJECTIVE), "p", class_="quiet") == [
        "This objective has no indicators."
    ]


def test_about_says_what_the_portal_is_not(client, db):
    response = client.get("/about/")

    assert texts(response, "h1") == ["About this portal"]
    assert texts(response, "title") == ["About this portal – Framework Portal"]
    assert texts(response, "p")[1].startswith(
        "This is not an INTERPOL product. INTERPOL has neither made nor endorsed it,"
    )


@pytest.mark.parametrize(
    "address", [*DASHBOARDS, FRAMEWORK, f"{FRAMEWORK}indicators/", "/about/", "/x/"]
)
def test_every_page_is_english_and_says_whose_it_is_not(client, framework, address):
    response = client.get(address)

    [html] = elements(response, "html", lang="en", dir="ltr")
    assert texts(response, "footer") == [
        "This is not an INTERPOL product, and INTERPOL has neither made nor endorsed it."
        " The text of the Strategic Framework is quoted; indicators are proposals of this project"
        " unless they are said to be adopted. About this portal · Read API"
    ]


@pytest.mark.parametrize("address", [*DASHBOARDS, FRAMEWORK, "/about/"])
def test_every_page_can_run_from_right_to_left(client, open_round, settings, address):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]

    response = client.get(address, headers={"accept-language": "ar"})

    assert len(elements(response, "html", lang="ar", dir="rtl")) == 1
    sheets = [dict(each.attributes)["href"] for each in elements(response, "link")]
    assert sheets[0].endswith("/bootstrap.rtl.min.css")


def test_every_page_has_a_title_of_its_own(client, framework):
    pages = [*DASHBOARDS, f"{FRAMEWORK}goals/2/", f"{FRAMEWORK}objectives/2.1/", "/frameworks/"]
    pages += [f"{FRAMEWORK}indicators/", "/about/", "/accounts/login/", "/accounts/password/reset/"]

    titles = [texts(client.get(address), "title")[0] for address in pages]

    assert sorted(set(titles)) == sorted(titles)


# What is not there


@pytest.mark.parametrize(
    "rest",
    ["goals/3/", "goals/0/", "goals/x/", "goals/-1/", "goals/99999999999999999999/"]
    + ["goals/99999999999999999999/progress.csv", "goals/" + "9" * 5000 + "/"]
    + ["objectives/1.99/", "objectives/0.1/", "objectives/1.1.1/", "objectives/99999.1/"]
    + ["objectives/x/", "objectives/9999.9999/"],
)
def test_what_the_framework_does_not_have_is_not_found(client, open_round, rest):
    response = client.get(FRAMEWORK + rest)

    assert (response.status_code, texts(response, "h1")) == (404, ["There is no such page"])


@pytest.mark.parametrize("rest", ["goals/1/", "goals/1/progress.csv", "objectives/1.1/"])
def test_another_frameworks_goal_is_not_found_here(client, framework, rest):
    FrameworkFactory(slug="2017-2020")

    response = client.get(f"/frameworks/2017-2020/{rest}")

    assert (response.status_code, texts(response, "h1")) == (404, ["There is no such page"])


@pytest.mark.parametrize("address", [*DASHBOARDS, CSV, "/about/", "/healthz"])
def test_pages_are_only_read(client, open_round, address):
    assert client.post(address).headers["Allow"] == "GET, HEAD"


# Which round and region


@pytest.fixture
def other_rounds(framework):
    ReportingRoundFactory(slug="elsewhere")
    ReportingRoundFactory(framework=framework, slug="later", ahead=True)


@pytest.mark.parametrize("address", DASHBOARDS)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("round=nope", "There is no round “nope” here."),
        ("round=elsewhere", "There is no round “elsewhere” here."),
        ("round=later", "There is no round “later” here."),
        ("region=ZZZ", "There is no region “ZZZ”."),
        ("region=<b>", "There is no region “<b>”."),
    ],
)
def test_choice_of_what_is_not_there_is_told_at_its_field(
    client, open_round, other_rounds, address, query, message
):
    response = client.get(f"{address}?{query}")

    assert response.status_code == 404
    assert texts(response, "p", class_="filter-error") == [message]
    assert texts(response, "p", class_="notice") == [NO_SUCH_CHOICE]
    assert elements(response, "table") + elements(response, "svg", class_="stacked-bar") == []


@pytest.mark.parametrize("query", ["round=nope", "round=elsewhere", "round=later", "region=ZZZ"])
def test_csv_of_what_is_not_there_is_not_found(client, open_round, other_rounds, query):
    response = client.get(f"{CSV}?{query}")

    found = response.status_code, texts(response, "h1")
    assert found == (404, ["There is nothing to show here"])


def test_filter_offers_the_rounds_that_opened_and_all_regions(
    client, open_round, round_before, other_rounds, europe, africa
):
    # Neither its code nor its turn puts it where its name does.
    RegionFactory(code="AAA", name="Beyond")

    assert texts(client.get(GOAL), "option") == [
        "Second half of 2025",
        "First half of 2025",
        "All regions",
        "Africa",
        "Beyond",
        "Europe",
    ]


@pytest.mark.parametrize("address", DASHBOARDS)
def test_page_shows_the_latest_round_that_opened(client, open_round, round_before, address):
    assert texts(client.get(address), "p", class_="quiet")[0].startswith(
        "Second half of 2025, all regions. The round is open; reports are due on "
    )


@pytest.mark.parametrize("address", DASHBOARDS)
def test_page_shows_the_round_and_region_chosen(client, open_round, round_before, europe, address):
    response = client.get(f"{address}?round=2025-H1&region=EUR")

    assert texts(response, "p", class_="quiet")[0].startswith(
        "First half of 2025, Europe. The round is over. Only approved reports count."
    )
    assert texts(response, "option", selected=None) == ["First half of 2025", "Europe"]


def test_choice_stays_while_one_goes_deeper(client, open_round, round_before):
    query = "?round=2025-H1&region="

    assert links(client.get(f"/{query}"), "li", class_="standing")[0] == GOAL + query
    assert links(client.get(GOAL + query), "li", class_="standing")[0] == OBJECTIVE + query
    assert f"{CSV}{query}" in links(client.get(GOAL + query), "p")


@pytest.mark.parametrize(
    ("trait", "label"),
    [({}, "No report yet"), ({"overdue": True}, "Overdue"), ({"closed": True}, "Not reported")],
)
def test_silence_is_called_by_the_rounds_phase(client, objective, trait, label):
    ReportingRoundFactory(framework=objective.goal.framework, **trait)

    assert texts(client.get(OBJECTIVE), "th")[7] == label
    assert texts(client.get(OBJECTIVE), "ul", class_="legend")[0].endswith(f"applicable {label}")
