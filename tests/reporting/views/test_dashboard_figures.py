import csv
import re

import pytest

from goals.models import Framework
from objectives.models import Objective
from reporting.models import Status
from tests.factories import (
    MemberCountryFactory,
    ObjectiveFactory,
    RegionFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, links, text, texts, walk
from tests.reporting.views.figures import (
    DASHBOARDS,
    GOAL,
    OBJECTIVE,
    key_figures,
    numbers,
    report,
    table,
)

WITHHELD = (
    "Figures about fewer than five countries, and those they could be worked out from,"
    " are withheld."
)
# Median, middle half and change: of so few reports there are none.
NONE = ["–", "–", "–"]
MEMBERS_ONLY = "The results of this framework are shown to its members. Sign in to see them."


# What the figures are


def test_goal_detail_counts_approved_reports_only(client, objective, open_round, europe):
    report(objective, open_round, europe, 10, 20, 30, 40, 50)
    for status in (Status.DRAFT, Status.SUBMITTED, Status.RETURNED):
        report(objective, open_round, europe, 100, 100, approved=False, status=status)

    assert numbers(client.get(GOAL))[0] == "5 of 11 reported 30.0 % complete on average"


def test_words_are_of_how_many(client, objective, open_round, europe):
    MemberCountryFactory.create_batch(84, region=europe)
    report(objective, open_round, europe, *[50] * 112)

    assert numbers(client.get(GOAL))[0].startswith("112 of 196 reported ")
    assert key_figures(client.get(OBJECTIVE))[0].endswith("Reports approved 112 of 196")
    assert numbers(client.get("/"))[0].startswith("112 of 392 reports ")


def test_silence_is_neither_zero_nor_off_track(client, objective, open_round, europe):
    MemberCountryFactory.create_batch(3, region=europe)
    report(objective, open_round, europe, *[80] * 5)

    assert table(client.get(OBJECTIVE)) == [
        ["1.1", "0", "5", "0", "0", "0", "0", "3", "5 of 8", "80.0 %", *NONE]
    ]


def test_not_applicable_counts_as_reported_and_gives_no_percentage(
    client, objective, open_round, europe
):
    report(objective, open_round, europe, *[80] * 5)
    report(objective, open_round, europe, None, None, not_applicable=True)

    assert table(client.get(OBJECTIVE)) == [
        ["1.1", "0", "5", "0", "0", "0", "2", "0", "7 of 7", "80.0 %", *NONE]
    ]


def test_reports_of_another_framework_do_not_count(client, objective, open_round, europe):
    report(objective, open_round, europe, *[80] * 5)
    elsewhere = ObjectiveFactory()
    report(elsewhere, ReportingRoundFactory(framework=elsewhere.goal.framework), europe, *[9] * 5)

    for address in DASHBOARDS:
        assert table(client.get(address))[0][9] == "80.0 %"


def test_change_is_since_the_round_before(client, objective, open_round, round_before, europe):
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[48] * 5)

    assert numbers(client.get(GOAL))[0].endswith(
        "48.0 % complete on average −2.0 points since 2025-H1"
    )
    assert key_figures(client.get(OBJECTIVE))[0].startswith(
        "Complete on average 48.0 % Points since the round before −2.0 "
    )


def test_change_needs_a_figure_of_the_round_before(client, objective, open_round, round_before):
    report(objective, open_round, RegionFactory(), *[48] * 5)

    assert numbers(client.get(GOAL))[0].endswith("complete on average no figure for 2025-H1")


def test_trend_goes_up_to_the_round_that_is_looked_at(
    client, objective, open_round, round_before, europe
):
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[80] * 5)

    response = client.get(OBJECTIVE)

    assert table(response, -1) == [["1.1", "50.0 % 5", "80.0 % 5"]]
    [chart] = elements(response, "svg", class_="trend-chart")
    assert text(chart.children[1]) == "2025-H1: 50.0 %; 2025-H2: 80.0 %"
    assert len(elements(client.get(f"{OBJECTIVE}?round=2025-H1"), "table")) == 2


@pytest.mark.parametrize("address", ["/", GOAL, OBJECTIVE, "/frameworks/2022-2025/regions/EUR/"])
def test_pictures_and_tables_have_the_readers_decimal_point(
    client, objective, open_round, round_before, europe, settings, address
):
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    report(objective, round_before, europe, *range(0, 100, 5), 33)
    report(objective, open_round, europe, *range(0, 100, 5), 44)

    page = elements(client.get(address, headers={"accept-language": "fr"}), "main")[0]

    assert "47,3" in text(page)
    # Codes of objectives have a point, and so has nothing else.
    codes = {each.code for each in Objective.objects.select_related("goal")}
    assert set(re.findall(r"\d+\.\d+", text(page))) <= codes


def test_region_is_counted_by_itself(client, objective, open_round, europe, africa):
    report(objective, open_round, europe, *[80] * 5)
    report(objective, open_round, africa, *[20] * 6)

    assert numbers(client.get(f"{GOAL}?region=EUR"))[0].startswith("5 of 5 reported 80.0 %")
    assert numbers(client.get(f"{GOAL}?region=AFR"))[0].startswith("6 of 6 reported 20.0 %")


def test_goal_detail_shows_where_the_middle_half_is(client, objective, open_round, europe):
    report(objective, open_round, europe, *range(0, 105, 5))
    report(objective.goal.objectives.get(number=2), open_round, europe, *[50] * 19)

    response = client.get(GOAL)

    assert texts(response, "ul", class_="spread-list") == [
        "0 25 50 75 100 1.1 1.1: how far along the countries are Half of 21 reports:"
        " 25.0 to 75.0 %; median 50.0 %, mean 50.0 % half of 21 between 25 and 75 %"
        " 1.2 fewer than 20 percentages"
    ]
    assert [row[9:12] for row in table(response)] == [
        ["50.0 %", "50.0 %", "25.0 – 75.0 %"],
        ["50.0 %", "–", "–"],
    ]
    assert "Half of the reports between 48.8 and 51.3 %" in key_figures(response)[0]


def test_goal_detail_shows_its_regions(client, objective, open_round, europe, africa):
    report(objective, open_round, europe, *[80] * 5)
    report(objective, open_round, africa, *[20] * 6, rating="off_track")

    response = client.get(GOAL)

    assert [[row[0], row[4], *row[8:10]] for row in table(response, 1)] == [
        ["Africa", "6", "6 of 12", "20.0 %"],
        ["Europe", "0", "5 of 10", "80.0 %"],
    ]
    assert links(response, "li", class_="standing")[2:] == ["?region=AFR", "?region=EUR"]
    kept = client.get(f"{GOAL}?round=2025-H2")
    assert links(kept, "li", class_="standing")[2] == "?round=2025-H2&region=AFR"


def test_goal_detail_withholds_a_small_region_and_the_next(
    client, objective, open_round, europe, africa
):
    Objective.objects.exclude(pk=objective.pk).delete()
    report(objective, open_round, europe, *[37] * 3)
    report(objective, open_round, africa, *[83] * 9)

    rows = table(client.get(GOAL), 1)

    assert [row[:2] for row in rows] == [["Africa", "withheld"], ["Europe", "withheld"]]


def test_goal_detail_of_a_region_has_no_other_regions(client, objective, open_round, europe):
    report(objective, open_round, europe, *[80] * 5)

    assert len(elements(client.get(f"{GOAL}?region=EUR"), "table")) == 1


# What needs attention


def attention(response):
    [section] = elements(response, "section", class_="attention")
    return [text(each) for each in walk(section) if each.name in ("dd", "li", "p")]


def test_home_says_first_what_is_off_track_and_at_risk(
    client, objective, open_round, round_before, europe
):
    second = objective.goal.objectives.get(number=2)
    report(objective, round_before, europe, *[50] * 6)
    report(objective, open_round, europe, *[50] * 4)
    report(objective, open_round, europe, 10, 10, rating="at_risk")
    report(second, open_round, europe, *[50] * 3)
    report(second, open_round, europe, *[10] * 3, rating="off_track")

    found = attention(client.get("/"))

    assert found[:4] == ["1 of 4", "1 of 4", "2 of 4", "4 of 4"]
    assert found[4].startswith(f"Off track 1.2 {second.statement} ")
    assert found[4].endswith("50 % off track or at risk (3 of 6 reports) no figure for 2025-H1")
    assert found[5].startswith(f"At risk new 1.1 {objective.statement} ")
    assert found[5].endswith(
        "33 % off track or at risk (2 of 6 reports) +33 points since 2025-H1 (0 of 6)"
    )


def test_home_says_what_is_no_longer_at_risk(client, objective, open_round, round_before, europe):
    report(objective, round_before, europe, *[50] * 6, rating="at_risk")
    report(objective, open_round, europe, *[60] * 6)

    assert attention(client.get("/"))[4:6] == [
        "By the rule below, no objective is off track or at risk. Judged are 1 of 4, those with "
        "reports from five countries or more.",
        "Off track or at risk in 2025-H1, and no longer: 1.1 (100 % → 0 %)",
    ]


def test_home_names_objectives_with_few_reports(client, objective, open_round, europe):
    Objective.objects.exclude(pk=objective.pk).delete()
    MemberCountryFactory.create_batch(5, region=europe)
    report(objective, open_round, europe, *[60] * 4)

    assert attention(client.get("/"))[5] == (
        "Fewer than half of the countries have reported so far on: 1.1 (4 of 9)"
    )


def test_home_of_a_round_without_reports_judges_nothing(client, objective, open_round, europe):
    MemberCountryFactory.create_batch(5, region=europe)

    page = client.get("/")

    assert attention(page)[:4] == ["– of 4", "– of 4", "4 of 4", "4 of 4"]
    assert attention(page)[4:6] == [
        "No objective has reports from five countries yet, so none is judged.",
        "Nobody has reported on any objective yet.",
    ]
    assert "No kinds are shown" not in client.get(OBJECTIVE).content.decode()


def test_home_of_a_new_round_leads_to_the_round_before(client, objective, open_round, round_before):
    page = client.get("/?region=")

    assert "?region=&amp;round=2025-H1" in page.content.decode()


# What is withheld


def test_fewer_than_five_countries_are_withheld(client, objective, open_round, europe):
    report(objective, open_round, europe, *[37] * 4)

    response = client.get(GOAL)

    total, line, *_regions = texts(response, "p", class_="withheld")
    assert total == "Without 1 of 2 objectives, whose figures are withheld."
    assert line == f"4 of 4 reported. {WITHHELD}"
    assert table(response)[0] == ["1.1", "withheld", "4 of 4", "–", "–", "–", "–"]
    assert "37.0 %" not in texts(response, "main")[0]


def test_total_says_what_is_left_out_and_compares_the_same_objectives(
    client, objective, open_round, round_before, europe
):
    other = objective.goal.objectives.exclude(pk=objective.pk).get()
    for each in (objective, other):
        report(each, round_before, europe, *[30] * 9)
    report(other, open_round, europe, *[50] * 9)
    report(objective, open_round, europe, *[90] * 4)

    response = client.get(GOAL)

    line = numbers(response)[-1]
    assert "9 of 31 reports" in line
    assert "of other objectives than in 2025-H1" in line
    assert "9 of 31 partly withheld" in table(response, 1)[0]
    file = client.get(f"{GOAL}regions.csv").content.decode("utf-8-sig").splitlines()
    [row] = csv.DictReader(file)
    assert (row["withheld"], row["change since the round before"]) == ("partly", "")


@pytest.mark.parametrize("address", DASHBOARDS)
def test_small_region_is_withheld(client, objective, open_round, europe, africa, address):
    report(objective, open_round, africa, *[83] * 9)
    report(objective, open_round, europe, *[37] * 3)
    Objective.objects.exclude(pk=objective.pk).delete()

    response = client.get(f"{address}?region=EUR")

    assert texts(response, "p", class_="withheld") != []
    assert "37.0 %" not in texts(response, "main")[0]


def test_region_that_a_small_one_could_be_worked_out_from_is_withheld(
    client, objective, open_round, europe, africa
):
    report(objective, open_round, africa, *[83] * 9)
    report(objective, open_round, europe, *[37] * 3)

    response = client.get(f"{GOAL}?region=AFR")

    assert table(response)[0] == ["1.1", "withheld", "9 of 9", "–", "–", "–", "–"]
    assert "83.0 %" not in texts(response, "main")[0]


def test_total_of_a_goal_leaves_a_withheld_objective_out(client, objective, open_round, europe):
    report(objective, open_round, europe, *[80] * 5)
    report(objective.goal.objectives.get(number=2), open_round, europe, *[20] * 4)

    assert key_figures(client.get(GOAL)) == [
        "Complete on average 80.0 % Points since the round before – Reports approved 5 of 9"
    ]
    assert numbers(client.get("/"))[0] == "5 of 9 reports 80.0 % complete on average"


def test_trend_withholds_a_small_round(client, objective, open_round, round_before, europe):
    report(objective, round_before, europe, *[37] * 4)
    report(objective, open_round, europe, *[80] * 5)

    response = client.get(OBJECTIVE)

    assert table(response, -1) == [["1.1", "withheld", "80.0 % 5"]]
    assert "37.0 %" not in texts(response, "main")[0]


def test_front_page_shows_the_trend_of_each_goal(
    client, objective, open_round, round_before, europe
):
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[80] * 5)

    response = client.get("/")

    assert table(response, -1)[0] == ["1", "50.0 % 5", "80.0 % 5"]
    [spark, *_others] = elements(response, "svg", class_="sparkline")
    assert text(spark.children[1]) == "2025-H1: 50.0 %; 2025-H2: 80.0 %"


def test_front_page_withholds_a_small_round_of_the_trend(
    client, objective, open_round, round_before, europe
):
    report(objective, round_before, europe, *[37] * 4)
    report(objective, open_round, europe, *[80] * 5)

    response = client.get("/")

    assert table(response, -1)[0] == ["1", "–", "80.0 % 5"]
    assert "37" not in texts(response, "main")[0]


def test_objective_shows_each_region(client, objective, open_round, europe, africa):
    report(objective, open_round, europe, *[80] * 5)
    report(objective, open_round, africa, *[20] * 6)

    response = client.get(OBJECTIVE)

    assert [row[0] for row in table(response, 1)] == ["Africa", "Europe"]
    assert numbers(response)[0].startswith("6 of 6 reports 20.0 %")
    assert len(elements(client.get(f"{OBJECTIVE}?region=EUR"), "table")) == 1


# Who sees the figures


@pytest.mark.parametrize("address", DASHBOARDS)
def test_members_framework_shows_a_stranger_its_text_alone(
    client, objective, open_round, europe, address
):
    report(objective, open_round, europe, *[37] * 5)
    Framework.objects.update(results_visibility="members")

    response = client.get(address)

    assert texts(response, "p", class_="notice") == [MEMBERS_ONLY]
    assert elements(response, "table") + elements(response, "form", class_="filter") == []
    assert "37.0 %" not in texts(response, "main")[0]


@pytest.mark.parametrize("address", DASHBOARDS)
def test_members_framework_shows_members_its_figures(
    client_of, viewer, objective, open_round, europe, address
):
    report(objective, open_round, europe, *[37] * 5)
    Framework.objects.update(results_visibility="members")

    assert table(client_of(viewer).get(address))[0][9] == "37.0 %"
