"""A brief has all that its page says and draws of figures, and withholds what the page does."""

import datetime
import re
from dataclasses import asdict
from html import unescape

import pytest

from members.models import Role
from objectives.models import Indicator
from objectives.status import VERSION
from reporting import actions
from reporting.briefs.typesetting import SOURCE
from reporting.models import IndicatorValue, ProgressReport
from reporting.tallies import recount_all
from tests.factories import IndicatorFactory, MembershipFactory, ObjectiveFactory, TargetFactory
from tests.pages import elements, text, texts
from tests.reporting.test_briefs import headings, set_in_type
from tests.reporting.views.figures import FRAMEWORK, GOAL, OBJECTIVE, report, table

COUNTRY = f"{FRAMEWORK}countries/FR/"


def alternatives(brief):
    """What is read out in the place of the pictures."""
    return [found["alt"] for kind in ("figure", "image") for found in set_in_type(brief, kind)]


def drawn_on(response):
    """Title and description of each picture of the page."""
    found = []
    for svg in elements(response, "svg", role="img"):
        words = [text(each) for each in svg.children[:2]]
        found.append(unescape(". ".join(words)))
    return found


@pytest.fixture
def indicator(objective):
    """From 40 at the end of 2021 by 50 to 80 at the end of 2025."""
    found = IndicatorFactory(
        objective=objective, name="Use", unit="% of cases", baseline_value=40, baseline_year=2021
    )
    TargetFactory(indicator=found, date=datetime.date(2023, 12, 31), value=50)
    TargetFactory(indicator=found, date=datetime.date(2025, 12, 31), value=80)
    return found


@pytest.fixture
def answered(indicator, objective, open_round, round_before, europe):
    """By 6 countries in either round."""
    for each, value in ((round_before, 50), (open_round, 60)):
        report(objective, each, europe, *[60] * 6)
        for found in ProgressReport.objects.filter(round=each):
            IndicatorValue.objects.create(
                report=found, indicator=indicator, kind="number", value=value
            )
    recount_all()
    return indicator


# How far along the countries are


def test_goal_brief_says_how_far_along_the_countries_are(
    client, printed, objective, open_round, europe
):
    few, hidden = ObjectiveFactory.create_batch(2, goal=objective.goal)
    report(objective, open_round, europe, *range(0, 100, 4))
    report(few, open_round, europe, *[50] * 7)
    report(hidden, open_round, europe, *[37] * 3)
    page = client.get(GOAL)

    client.get(f"{GOAL}brief.pdf")

    spreads = printed[0].sections[0].spreads
    strip = spreads[0].picture.alt
    assert [each.said for each in spreads] == [
        "Half of 25 reports: 24.0 to 72.0 %; median 48.0 %, mean 48.0 %",
        "no percentage reported",
        "fewer than 20 percentages",
        "withheld",
    ]
    assert strip == f"1.1: how far along the countries are. {spreads[0].said}"
    assert strip in drawn_on(page) and strip in alternatives(printed[0])
    assert [each.picture for each in spreads[1:]] == [None] * 3
    assert "How far along the countries are" in headings(printed[0])
    said = texts(page, "ul", class_="spread-list")[0]
    assert all(each.said in said for each in spreads[1:])


def test_tables_have_the_median(client, printed, objective, open_round, europe):
    report(objective, open_round, europe, *[20] * 11, *[30] * 10)
    page = client.get(GOAL)

    client.get(f"{GOAL}brief.pdf")

    [row] = [each for each in table(page) if each[0] == "1.1"]
    ratings = str(set_in_type(printed[0], "table")[0])
    assert "20.0 %" in row and "'Median'" in ratings and "20.0\\xa0%" in ratings


# Indicators


def test_goal_brief_has_the_indicators_with_their_pace(client, printed, answered):
    IndicatorFactory(objective=answered.objective, number=2, name="No way to go")
    page = client.get(GOAL)

    client.get(f"{GOAL}brief.pdf")

    first, second = printed[0].indicators
    assert [first.code, first.name, first.value, first.reported, first.target, first.standing] == [
        "1.1.1", "Use", "60\xa0%", "6 of 12", "80\xa0%", "Off track",
    ]  # fmt: skip
    assert (first.pace.achieved, first.pace.expected, first.pace.key) == (0.5, 1, "off_track")
    assert first.pace.alt in drawn_on(page)
    assert first.pace.alt in alternatives(printed[0])
    assert second.pace is None
    assert "Indicators" in headings(printed[0])


def test_objective_brief_has_each_indicator_as_its_page(client, printed, answered, secretariat):
    actions.set_status(
        indicator=answered,
        reporting_round=ProgressReport.objects.latest("pk").round,
        standing="at_risk",
        reason="The last month\n\nis <missing>.",
        by=secretariat,
    )
    page = client.get(OBJECTIVE)

    client.get(f"{OBJECTIVE}brief.pdf")

    [reading] = printed[0].readings
    [said] = texts(page, "div", class_="indicator-reading")
    said = unescape(said).replace(" .", ".")
    words = [each.text.replace("\xa0", " ") for each in reading.paragraphs]
    assert words[0] == "60 % of cases" and words[-3:] == [
        f"Status computed by version {VERSION} of the rules.",
        "At risk set by the secretariat, because:",
        "The last month is <missing>.",
    ]
    assert "Off track computed" in words
    assert [each for each in words if each not in said] == []
    assert secretariat.name not in str(asdict(printed[0]))
    assert reading.picture.alt in drawn_on(page)
    assert reading.picture.alt in alternatives(printed[0])
    for mark in ("course-pace", "course-baseline", "course-target", "course-milestone"):
        assert mark in reading.picture.svg
    assert reading.picture.svg.count('class="course-dot') == 2


def test_all_that_is_drawn_has_its_look(client_of, reporter, printed, answered, france, open_round):
    report(answered.objective, open_round, france.region, *range(30, 51))
    report(answered.objective, open_round, france.region, 70, country=france)
    for address in (GOAL, OBJECTIVE, COUNTRY):
        assert client_of(reporter).get(f"{address}brief.pdf").status_code == 200

    goal, objective, country = printed
    pictures = [goal.sections[0].spreads[0], objective.readings[0]]
    drawn = "".join([each.picture.svg for each in pictures] + [country.trend.svg])
    shapes = re.findall(r'<(?:line|circle|rect|path|text)[^>]*? class="([^"]*)"', drawn)
    style = SOURCE.decode().partition("#let style = (")[2].partition("\n)\n")[0]
    known = set(re.findall(r"\.([a-z-]+)[ ,]", style))
    assert len(shapes) > 20
    assert [each for each in shapes if known.isdisjoint(each.split())] == []


def test_objective_brief_has_both_denominators(client, printed, answered):
    Indicator.objects.update(aggregation="share_yes")
    IndicatorValue.objects.update(value=1)
    IndicatorValue.objects.filter(pk=IndicatorValue.objects.latest("pk").pk).update(
        kind="no_data", value=None
    )
    recount_all()

    client.get(f"{OBJECTIVE}brief.pdf")

    [reading] = printed[0].readings
    assert "5 of 5 that answered, 100 %; 5 of 12 countries, 41.7 %" in [
        each.text.replace("\xa0", " ") for each in reading.paragraphs
    ]


def test_what_is_withheld_of_an_indicator_is_neither_said_nor_drawn(
    client, printed, indicator, objective, open_round, europe
):
    report(objective, open_round, europe, *[60] * 4)
    for found in ProgressReport.objects.all():
        IndicatorValue.objects.create(report=found, indicator=indicator, kind="number", value=67)
    recount_all()

    client.get(f"{OBJECTIVE}brief.pdf")

    [reading] = printed[0].readings
    assert reading.paragraphs[0].text == "withheld"
    assert "2025-H2: withheld" in reading.picture.alt
    assert "course-dot" not in reading.picture.svg and "67" not in str(reading.paragraphs)
    assert printed[0].indicators[0].pace is None


def test_of_one_region_no_status_is_said(client, printed, answered):
    client.get(f"{OBJECTIVE}brief.pdf?region=EUR")

    why = "Targets are for all regions together, so no status is computed for one region."
    assert why in printed[0].indicators_note
    assert "is for the whole organization" in printed[0].indicators_note
    assert why in [each.text for each in printed[0].readings[0].paragraphs]
    assert printed[0].indicators[0].pace is None


def test_pictures_are_mirrored_for_who_reads_from_the_right(client, printed, settings, answered):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    for address in (GOAL, OBJECTIVE):
        client.get(f"{address}brief.pdf", headers={"accept-language": "ar"})
    client.get(f"{OBJECTIVE}brief.pdf")

    goal, there, here = printed
    assert there.right_to_left and not here.right_to_left
    assert there.readings[0].picture.svg != here.readings[0].picture.svg
    assert goal.indicators[0].pace == here.indicators[0].pace


# A country beside its region


def pictured(client_of, printed, reporter):
    page = client_of(reporter).get(COUNTRY)
    assert client_of(reporter).get(f"{COUNTRY}brief.pdf").status_code == 200
    return page, printed[-1]


def test_country_brief_draws_the_median_beside_its_own_mean(
    client_of, reporter, printed, objective, open_round, round_before, france
):
    for each, own, others in ((round_before, 30, 20), (open_round, 70, 40)):
        report(objective, each, france.region, *[others] * 20)
        report(objective, each, france.region, own, country=france)

    page, brief = pictured(client_of, printed, reporter)

    assert brief.trend.alt in drawn_on(page) and brief.trend.alt in alternatives(brief)
    assert "France 70.0 %, median of Europe 40.0 %" in brief.trend.alt
    assert [brief.trend.svg.count(f"pair-mark-{each}") for each in ("own", "other")] == [2, 2]
    assert list(brief.trend_key) == [
        "France, mean of its objectives",
        "median of the reports of Europe",
    ]
    rows = [[each.replace("\xa0", " ") for each in row] for row in brief.grids[1].rows]
    assert rows == table(page, -1)


def test_country_brief_draws_no_median_of_few(
    client_of, reporter, printed, objective, open_round, france
):
    report(objective, open_round, france.region, *[41] * 18)
    report(objective, open_round, france.region, 70, country=france)

    page, brief = pictured(client_of, printed, reporter)

    assert "pair-mark-own" in brief.trend.svg and "pair-mark-other" not in brief.trend.svg
    assert "41" not in str([brief.trend.alt, brief.grids, brief.figures])
    assert brief.closing.partition(". ")[2] in texts(page, "main")[0]
    assert "of fewer than twenty percentages none is shown" in brief.closing


# A snapshot


@pytest.mark.parametrize("address", [FRAMEWORK, GOAL, OBJECTIVE])
def test_brief_of_a_snapshot_stays_as_it_was(
    client, printed, answered, open_round, objective, europe, secretariat, address
):
    proposal = actions.propose_snapshot(reporting_round=open_round, reason="x", by=secretariat)
    colleague = MembershipFactory(role=Role.REVIEWER).user
    actions.confirm_snapshot(snapshot=proposal, by=colleague)
    client.get(f"{address}brief.pdf?snapshot=1")
    Indicator.objects.update(name="Another", unit="pieces", baseline_value=1, aggregation="sum")
    answered.targets.update(value=1)
    report(objective, open_round, europe, *[1] * 20)
    actions.set_status(
        indicator=Indicator.objects.get(), reporting_round=open_round, standing="completed",
        reason="Another reason.", by=secretariat,
    )  # fmt: skip

    client.get(f"{address}brief.pdf?snapshot=1")
    client.get(f"{address}brief.pdf")

    then, later, now = ({**asdict(each), "facts": [], "footer": ""} for each in printed)
    assert then == later != now
