"""What an objective's page says of its indicators, and the values behind it."""

import csv
import datetime
from io import StringIO

import pytest

from members.models import Role
from objectives.models import Indicator
from reporting import actions
from reporting.models import IndicatorValue, SecretariatValue, Status
from reporting.tallies import recount_all
from tests.factories import (
    IndicatorFactory,
    MemberCountryFactory,
    MembershipFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
    TargetFactory,
)
from tests.pages import elements, links, text, texts, walk
from tests.reporting.views.figures import GOAL, OBJECTIVE

VALUES = "/frameworks/2022-2025/indicators/1.1.1/values/"
CSV = "/frameworks/2022-2025/indicators/1.1.1/values.csv"


@pytest.fixture
def indicator(objective):
    """From 40 at the end of 2021 to 80 at the end of 2025."""
    found = IndicatorFactory(
        objective=objective, name="Use", unit="% of cases", baseline_value=40, baseline_year=2021
    )
    TargetFactory(indicator=found, date=datetime.date(2025, 12, 31), value=80)
    return found


def answer(indicator, reporting_round, *values, status=Status.APPROVED, region=None, note=""):
    """An answer for each value, None for no data, each in the report of another country."""
    for value in values:
        place = {"country__region": region} if region else {}
        report = ProgressReportFactory(
            round=reporting_round, objective=indicator.objective, status=status, **place
        )
        kind = "no_data" if value is None else "number"
        IndicatorValue.objects.create(
            report=report, indicator=indicator, kind=kind, value=value, note=note
        )
    recount_all()


def reading(client, query=""):
    [found] = texts(client.get(f"{OBJECTIVE}{query}"), "div", class_="indicator-reading")
    return found


def test_indicator_says_its_value_of_how_many_and_where_it_stands(client, indicator, open_round):
    answer(indicator, open_round, *[70] * 6, None)

    words = reading(client)

    assert words.startswith("70 % of cases from 6 of 7 countries No data: 1. Not applicable: 0.")
    assert "At risk" in words
    assert "75 % of the way from baseline to target is behind." in words
    assert "By 31 December 2025, 100 % was expected, that is 80 %." in words


def test_share_of_countries_has_both_denominators(client, indicator, open_round):
    Indicator.objects.update(aggregation="share_yes")
    MemberCountryFactory.create_batch(2)
    answer(indicator, open_round, 1, 1, 1, 1, 0, 0, None)

    assert "4 of 6 that answered, 66.7 %; 4 of 9 countries, 44.4 %" in reading(client)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"baseline_value": None}, "No baseline yet"),
        ({}, "No target set There is nothing to compare the value with."),
    ],
)
def test_what_is_missing_is_said(client, indicator, open_round, change, words):
    if not change:
        indicator.targets.all().delete()
    Indicator.objects.update(**change or {"baseline_value": 40})
    answer(indicator, open_round, *[70] * 6)

    assert words in reading(client)


def test_target_worse_than_the_baseline_is_a_level_on_every_page(client, indicator, open_round):
    """It cannot be entered any more, but may be there."""
    Indicator.objects.update(baseline_value=95)
    answer(indicator, open_round, *[63] * 6)

    words = reading(client)

    assert "Off track The target is worse than the baseline, so there is no way to go" in words
    assert "of the way" not in words
    assert row(client) == [["1.1.1 Use", "63 %", "6 of 6", "–", "80 %", "", "Off track"]]


def test_no_data_is_not_zero_and_the_latest_figure_is_told(
    client, indicator, open_round, round_before
):
    answer(indicator, round_before, *[60] * 6)
    answer(indicator, open_round, *[None] * 6)

    words = reading(client)

    assert words.startswith("no data The latest figure is 60 %, First half of 2025.")
    assert "No data is not zero" in words


def test_fewer_than_five_are_withheld_in_words_picture_and_table(
    client, indicator, open_round, round_before
):
    answer(indicator, round_before, *[37] * 4)
    answer(indicator, open_round, *[37] * 4)

    page = client.get(OBJECTIVE)

    assert reading(client).startswith("withheld Figures about fewer than five countries")
    [chart] = elements(page, "svg", class_="course-chart")
    assert text(chart.children[1]).count("withheld") == 2
    assert "37" not in texts(page, "main")[0]


def test_region_is_measured_and_not_judged(client, indicator, open_round):
    africa = RegionFactory(code="AFR", name="Africa")
    answer(indicator, open_round, *[70] * 6, region=africa)
    answer(indicator, open_round, *[10] * 6)

    words = reading(client, "?region=AFR")

    assert words.startswith("70 % of cases from 6 of 6 countries")
    assert "no status is computed for one region" in words


def test_what_the_secretariat_holds_is_shown_with_its_note(client, indicator, open_round):
    Indicator.objects.update(reporter=Indicator.Reporter.SECRETARIAT, denominator="cases due")
    SecretariatValue.objects.create(
        round=open_round, indicator=indicator, value=50, numerator=4, denominator=8, note="By log."
    )

    words = reading(client)

    assert words.startswith("50 % of cases 4 of 8 (cases due) One value for the whole organisation")
    assert "By log." in words


def test_status_leads_to_its_rules(client, indicator, open_round):
    page = client.get(OBJECTIVE)

    assert "/about/#computed-status" in links(page, "p", class_="small-print")
    assert elements(client.get("/about/"), "h2", id="computed-status") != []


@pytest.mark.parametrize(
    ("definition", "words"),
    [("Cases with <b>use</b>.", "Cases with <b>use</b>."), ("", "No definition yet.")],
)
def test_indicator_says_what_is_counted_or_that_nobody_has_said(
    client, indicator, open_round, definition, words
):
    Indicator.objects.update(definition=definition)

    assert texts(client.get(OBJECTIVE), "p", class_="indicator-definition") == [words]


# The values behind a figure


def rows(page):
    [body] = elements(page, "tbody")
    return [[text(cell) for cell in row.children] for row in walk(body) if row.name == "tr"]


@pytest.mark.parametrize("person", ["secretariat", "editor"])
def test_values_are_listed_by_name(
    request, client_of, indicator, approved, france, japan, open_round, person
):
    IndicatorValue.objects.create(
        report=approved, indicator=indicator, kind="number", value=3, note="A count."
    )
    other = ProgressReportFactory(
        round=open_round, objective=indicator.objective, country=japan, approved=True
    )
    IndicatorValue.objects.create(report=other, indicator=indicator, kind="no_data")
    browser = client_of(request.getfixturevalue(person))

    page = browser.get(VALUES)

    assert rows(page) == [["France", "3 %", "A count."], ["Japan", "No data", "–"]]
    assert VALUES + "?round=2025-H2" in links(browser.get(OBJECTIVE), "article")


def test_values_of_reports_that_are_not_approved_are_not_listed(
    client_of, secretariat, indicator, open_round
):
    answer(indicator, open_round, 3, status=Status.SUBMITTED)

    page = client_of(secretariat).get(VALUES)

    assert texts(page, "p", class_="notice") == ["No approved report of this round answers it."]


def test_values_of_a_region_and_round_are_downloaded_with_the_filter(
    client_of, secretariat, indicator, open_round, round_before
):
    africa = RegionFactory(code="AFR", name="Africa")
    answer(indicator, round_before, 7, region=africa, note="=1+1")
    answer(indicator, round_before, 8)
    answer(indicator, open_round, 9, region=africa)

    response = client_of(secretariat).get(f"{CSV}?round=2025-H1&region=AFR")

    found = csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert [
        (row["round"], row["region asked for"], row["value"], row["note"]) for row in found
    ] == [("2025-H1", "AFR", "7.0000", "'=1+1")]


def test_values_of_a_wrong_round_are_no_file(client_of, secretariat, indicator, open_round):
    page = client_of(secretariat).get(f"{CSV}?round=x")

    assert (page.status_code, links(page, "main")) == (404, [VALUES])
    assert texts(page, "p", class_="lede") == ["Round: There is no round “x” here."]


@pytest.mark.parametrize("address", [VALUES, CSV])
@pytest.mark.parametrize("person", ["viewer", "reporter", "neighbour"])
def test_values_are_refused_to_others(request, client_of, indicator, open_round, person, address):
    browser = client_of(request.getfixturevalue(person))

    assert browser.get(address).status_code == 403
    assert VALUES not in " ".join(links(browser.get(OBJECTIVE), "article"))


def test_values_ask_a_stranger_to_sign_in(client, indicator):
    assert client.get(VALUES)["Location"] == f"/accounts/login/?next={VALUES}"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (VALUES.replace("1.1.1", "1.1.9"), 404),
        (VALUES.replace("1.1.1", "99999.1.1"), 404),
        (VALUES.replace("2022-2025", "nowhere"), 404),
        (f"{VALUES}?round=nowhere", 404),
        (f"{CSV}?region=nowhere", 404),
        (VALUES, 200),
    ],
)
def test_values_of_what_is_not_there_are_not_found(
    client_of, secretariat, indicator, open_round, address, status
):
    assert client_of(secretariat).get(address).status_code == status


def test_values_without_a_round_are_not_there(client_of, secretariat, indicator):
    browser = client_of(secretariat)

    assert (browser.get(VALUES).status_code, browser.get(CSV).status_code) == (200, 404)


def test_values_that_no_country_is_asked_for_are_not_there(
    client_of, secretariat, indicator, open_round
):
    Indicator.objects.update(reporter=Indicator.Reporter.SECRETARIAT)

    assert client_of(secretariat).get(VALUES).status_code == 404


def test_values_are_only_read(client_of, secretariat, indicator, open_round):
    assert client_of(secretariat).post(VALUES).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_values_ask_as_often_for_any_number(
    client_of, secretariat, indicator, open_round, count, django_assert_num_queries
):
    answer(indicator, open_round, *[5] * count)
    ReportingRoundFactory.create_batch(count, framework=open_round.framework, ahead=True)
    browser = client_of(secretariat)

    with django_assert_num_queries(6):
        browser.get(VALUES)


# In a snapshot


@pytest.mark.parametrize("aggregation", ["mean", "org_value"])
def test_snapshot_says_the_same_whatever_is_changed_later(
    client, indicator, open_round, secretariat, editor, aggregation
):
    Indicator.objects.update(aggregation=aggregation)
    answer(indicator, open_round, *[70] * 6)
    held = SecretariatValue.objects.create(round=open_round, indicator=indicator, value=70)
    proposed = actions.propose_snapshot(
        reporting_round=open_round, reason="94th General Assembly", by=secretariat
    )
    MembershipFactory(user=editor, role=Role.REVIEWER)
    number = actions.confirm_snapshot(snapshot=proposed, by=editor).number
    address = f"{OBJECTIVE}?snapshot={number}"
    before = texts(client.get(address), "article")
    assert "At risk" in before[0]

    IndicatorValue.objects.update(value=10)
    recount_all()
    SecretariatValue.objects.filter(pk=held.pk).update(value=10)
    Indicator.objects.update(baseline_value=60)
    indicator.targets.update(value=90)
    actions.set_status(
        indicator=indicator,
        reporting_round=open_round,
        standing="on_track",
        reason="Said too late for it.",
        by=editor,
    )

    assert texts(client.get(address), "article") == before
    assert texts(client.get(OBJECTIVE), "article") != before


# On the page of the goal


def row(client, query=""):
    [found] = elements(client.get(f"{GOAL}{query}"), "table", class_="indicator-table")
    body = [each for each in walk(found) if each.name == "tbody"][0]
    return [[text(cell) for cell in each.children] for each in body.children]


def test_goal_lists_its_indicators_against_target_and_pace(client, indicator, open_round):
    answer(indicator, open_round, *[70] * 6, None)

    [cells] = row(client)

    pace = "1.1.1: the way from baseline to target 75 % is behind, 100 % was expected"
    assert cells == ["1.1.1 Use", "70 %", "6 of 7", "80 %", "80 %", pace, "At risk"]


def test_goal_shows_what_the_objectives_page_says(client, indicator, open_round):
    TargetFactory(indicator=indicator, date=datetime.date(2024, 12, 31), value=60)
    held = IndicatorFactory(objective=indicator.objective, number=2, reporter="secretariat")
    SecretariatValue.objects.create(round=open_round, indicator=held, value="73.5")
    earlier = ReportingRoundFactory(framework=open_round.framework, slug="2020-H1", closed=True)
    SecretariatValue.objects.create(round=earlier, indicator=held, value="1.0")
    answer(indicator, open_round, *[70] * 6)

    first, second = row(client)

    page = texts(client.get(OBJECTIVE), "p", class_="indicator-value")
    assert [first[1], second[1].split("\xa0")[0].split(" ")[0]] == ["70 %", "73.5"]
    assert page[0].startswith("70 %") and page[1].startswith("73.5")


def test_goal_says_both_where_a_person_has_set_another_status(
    client, indicator, open_round, secretariat
):
    answer(indicator, open_round, *[70] * 6)
    actions.set_status(
        indicator=indicator,
        reporting_round=open_round,
        standing="on_track",
        reason="The last month is not in it.",
        by=secretariat,
    )

    assert row(client)[0][-1] == "On track set by the secretariat At risk computed"


def test_goal_of_one_region_has_values_without_status(client, indicator, open_round):
    region = RegionFactory(code="EUR")
    answer(indicator, open_round, *[70] * 6, region=region)

    [cells] = row(client, "?region=EUR")

    assert (cells[1], cells[-1]) == ("70 %", "–")


def test_goal_withholds_what_too_few_answer(client, indicator, open_round):
    answer(indicator, open_round, *[70] * 4)

    assert row(client)[0][1:3] == ["withheld", "4 of 4"]


def test_goal_without_indicators_has_no_such_table(client, objective, open_round):
    assert elements(client.get(GOAL), "table", class_="indicator-table") == []


def test_indicator_without_anything_says_so(client, objective, open_round):
    IndicatorFactory(objective=objective, name="Use", baseline_value=None, baseline_year=None)

    [cells] = row(client)

    assert (cells[0], cells[1], cells[3:5]) == ("1.1.1 Use", "no data", ["–", "–"])
