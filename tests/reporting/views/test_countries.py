import csv
import datetime
from io import StringIO

import pytest
import time_machine

from members.models import MemberCountry
from objectives.models import Objective
from reporting import actions
from reporting.models import Rating
from tests.factories import (
    ExtensionFactory,
    FrameworkFactory,
    IndicatorValueFactory,
    MemberCountryFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
    days,
)
from tests.pages import elements, links, text, texts
from tests.reporting.views.figures import report

PAGE = "/frameworks/2022-2025/countries/FR/"
REGION = "/frameworks/2022-2025/regions/EUR/"
REGIONS = "/frameworks/2022-2025/regions/"


def grid(response):
    """The cells of each objective's row."""
    [table] = elements(response, "table", class_="country-grid")
    body = [each for each in table.children if each.name == "tbody"]
    rows = [row for each in body for row in each.children[1:]]
    return [[text(cell) for cell in row.children[1:]] for row in rows]


def beside(response):
    """(own, median) of each objective in the chosen round."""
    [table] = elements(response, "table", class_="country-beside")
    [body] = [each for each in table.children if each.name == "tbody"]
    return [tuple(text(cell) for cell in row.children[2:]) for row in body.children]


# Who sees a country's picture


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("reporter", 200),
        ("focal_point", 200),
        ("secretariat", 200),
        ("neighbour", 404),
        ("viewer", 404),
        ("editor", 404),
        ("administrator", 404),
    ],
)
def test_country_is_pictured_to_itself_and_to_reviewers(request, client_of, approved, who, status):
    person = request.getfixturevalue(who)

    assert client_of(person).get(PAGE).status_code == status


def test_country_is_pictured_to_nobody_who_is_signed_out(client, approved):
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"


@pytest.mark.parametrize(
    "page", [PAGE.replace("FR", "fr"), PAGE.replace("FR", "ZZ"), PAGE.replace("2022-2025", "x")]
)
def test_country_or_framework_that_does_not_exist_is_not_found(client_of, reporter, draft, page):
    assert client_of(reporter).get(page).status_code == 404


def test_page_of_a_country_takes_no_post(client_of, reporter, draft):
    assert client_of(reporter).post(PAGE).status_code == 405


# What is shown of a report


def test_country_sees_the_states_and_percentages_of_all_its_reports(
    client_of, reporter, open_round, round_before, framework, france
):
    first, second, third, fourth = Objective.objects.of(framework)
    own = {"country": france, "changed_by": reporter}
    ProgressReportFactory(round=round_before, objective=first, approved=True, **own)
    ProgressReportFactory(round=open_round, objective=first, percent_complete=71, **own)
    ProgressReportFactory(round=open_round, objective=second, submitted=True, **own)
    ProgressReportFactory(round=open_round, objective=third, returned=True, **own)
    ProgressReportFactory(
        round=open_round, objective=fourth, approved=True, not_applicable=True, **own
    )

    assert grid(client_of(reporter).get(PAGE)) == [
        ["On track 60 %", "Draft 71 %"],
        ["Not reported", "Submitted 60 %"],
        ["Not reported", "Returned for correction 60 %"],
        ["Not reported", "Not applicable"],
    ]


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_reviewer_sees_the_state_of_what_the_country_has_and_nothing_else(
    client_of, secretariat, open_round, objective, france, status
):
    found = ProgressReportFactory(
        round=open_round,
        objective=objective,
        country=france,
        rating=Rating.OFF_TRACK,
        percent_complete=87,
        **{status: True},
    )
    IndicatorValueFactory(report=found, value=4321)
    page = client_of(secretariat).get(PAGE)

    label = {"draft": "Draft", "returned": "Returned for correction"}[status]
    assert grid(page)[0] == [label]
    assert beside(page)[0] == (label, "–")
    assert "87 %" not in text(elements(page, "main")[0])
    assert "Off track" not in text(elements(page, "main")[0])
    assert "4321" not in page.content.decode()


def test_delegate_of_a_country_that_reviews_sees_no_other_draft(
    client_of, secretariat, neighbour, draft
):
    """Two roles of one person do not add up to more than each allows."""
    neighbour.memberships.update(user=secretariat)

    assert grid(client_of(secretariat).get(PAGE))[0] == ["Draft"]


def test_answers_come_from_approved_reports_only(client_of, focal_point, secretariat, draft):
    answer = IndicatorValueFactory(report=draft, value=61)
    client = client_of(focal_point)

    assert texts(client.get(PAGE), "table", class_="country-answers") == []
    actions.submit_report(report=draft, version=1, by=focal_point)
    actions.approve_report(report=draft, version=2, by=secretariat)
    [table] = texts(client.get(PAGE), "table", class_="country-answers")
    assert table.endswith(f"1.1.1 {answer.indicator.name} 61 %")


# What is open


def test_country_is_led_to_what_it_has_to_do(client_of, reporter, returned, framework):
    page = client_of(reporter).get(PAGE)

    assert links(page, "ul", class_="country-open") == [
        f"/reporting/2025-H2/{objective.code}/" for objective in Objective.objects.of(framework)
    ]


def test_reviewer_is_led_to_what_waits_for_him(client_of, secretariat, submitted):
    page = client_of(secretariat).get(PAGE)

    assert links(page, "ul", class_="country-open") == [f"/review/{submitted.pk}/"]


def test_approved_reports_and_closed_rounds_are_not_open(
    client_of, reporter, approved, round_before
):
    page = client_of(reporter).get(PAGE)

    assert [each.split()[0] for each in texts(page, "ul", class_="country-open")[0:1]] == ["1.2"]
    assert texts(page, "h3") == ["Second half of 2025"]


def test_country_with_more_time_owes_still(client_of, reporter, framework, france, objective):
    late = ReportingRoundFactory(framework=framework, overdue=True)
    client = client_of(reporter)

    assert grid(client.get(PAGE))[0] == ["Overdue"]
    ExtensionFactory(round=late, country=france, granted=True)
    assert grid(client.get(PAGE))[0] == ["Due"]


@pytest.mark.parametrize(("more", "due"), [(0, "1 December 2025"), (20, "21 December 2025")])
def test_country_reads_when_its_own_reports_are_due(
    client_of, printed, reporter, framework, france, objective, more, due
):
    """By its own clocks, and with the time that it was given."""
    reporter.time_zone = "Pacific/Auckland"
    reporter.save()
    at = datetime.datetime(2025, 11, 30, 20, tzinfo=datetime.UTC)
    opened = ReportingRoundFactory(
        framework=framework, opens_at=at - days(60), due_at=at, closes_at=at + days(30)
    )
    if more:
        ExtensionFactory(round=opened, country=france, granted=True, asked_until=at + days(more))
    with time_machine.travel(at - days(1)):
        client = client_of(reporter)
        [said] = [each for each in texts(client.get(PAGE), "p") if "Due:" in each]
        client.get(f"{PAGE}brief.pdf")

    assert f"Due: {due}, 09:00 (Pacific/Auckland)" in said
    assert any(f"due on {due}" in each for each in printed[0].asked)


# Beside the region


def test_own_percentage_stands_beside_the_median_of_the_region(
    client_of, secretariat, approved, objective, open_round, europe
):
    report(objective, open_round, europe, *[30] * 10, *[90] * 9)

    page = client_of(secretariat).get(PAGE)
    assert beside(page) == [("60 %", "45.0 % of 20 countries"), *[("Due", "–")] * 3]
    assert text(elements(page, "svg", class_="bar-pair")[0]) == (
        "France, median of Europe 1.1: France 60 %, median of Europe 45.0 %"
    )
    assert "2025-H2: France 60.0 %, median of Europe 45.0 %" in texts(page, "desc")


def test_median_of_fewer_than_five_countries_is_withheld(
    client_of, reporter, approved, objective, open_round, europe
):
    report(objective, open_round, europe, 10, 20, 30)

    page = client_of(reporter).get(PAGE)
    assert beside(page)[0] == ("60 %", "withheld")
    assert "2025-H2: France 60.0 %, median of Europe –" in texts(page, "desc")


def test_median_that_would_tell_of_another_region_is_withheld(
    client_of, reporter, approved, objective, open_round, europe, africa
):
    report(objective, open_round, europe, 10, 20, 30, 40)
    report(objective, open_round, africa, 10)

    assert beside(client_of(reporter).get(PAGE))[0] == ("60 %", "withheld")


def test_round_is_chosen_in_the_address(
    client_of, reporter, approved, objective, round_before, europe
):
    report(objective, round_before, europe, *[30] * 20)
    page = client_of(reporter).get(f"{PAGE}?round=2025-H1")

    assert beside(page)[0] == ("Not reported", "30.0 % of 20 countries")
    [trend] = [each for each in texts(page, "desc") if each.startswith("2025-H1")]
    assert trend.startswith("2025-H1: France –, median of Europe 30.0 %")


@pytest.mark.parametrize("query", ["?round=nope", "?round=2021-H1", "?round=2025-H2&round=x"])
def test_round_that_does_not_exist_is_not_found_and_says_so(client_of, reporter, draft, query):
    ReportingRoundFactory(slug="2021-H1")
    page = client_of(reporter).get(PAGE + query)

    assert page.status_code == 404
    assert len(texts(page, "p", role="alert")) == 1
    assert texts(page, "table", class_="country-beside") == []
    assert grid(page)[0] == ["Draft 60 %"]


def test_round_that_lies_ahead_is_not_due_yet(client_of, reporter, framework):
    ReportingRoundFactory(framework=framework, ahead=True)
    page = client_of(reporter).get(PAGE)

    assert grid(page) == [["Not due yet"]] * 4
    assert texts(page, "p", class_="notice") == [
        "No reporting round of this framework has opened yet, so there are no figures."
    ]


@pytest.mark.parametrize("page", [PAGE, REGION])
def test_framework_without_rounds_or_objectives_says_so(client_of, reporter, framework, page):
    client = client_of(reporter)

    assert len(texts(client.get(page), "p", class_="notice")) == 1
    empty = FrameworkFactory(slug="empty")
    ReportingRoundFactory(framework=empty)
    assert texts(client.get(page.replace("2022-2025", "empty")), "p", class_="notice") == [
        "The objectives have not been published yet, so nobody reports on them."
    ]


# Regions


def test_region_shows_means_and_how_many_reported(
    client, open_round, round_before, objective, europe, france
):
    report(objective, round_before, europe, 10, 20, 30, 40, 50)
    report(objective, open_round, europe, 60, 70, 80, 90, 100)

    page = client.get(REGION)
    assert grid(page)[:2] == [["30.0 % 5 of 11", "80.0 % 5 of 11"], ["– 0 of 11", "– 0 of 11"]]
    assert texts(page, "desc") == [
        "2025-H1: Europe 30.0 %, all regions 30.0 %; 2025-H2: Europe 80.0 %, all regions 80.0 %"
    ]


def test_region_is_looked_at_in_a_round(
    client, open_round, round_before, objective, europe, africa
):
    report(objective, round_before, europe, 10, 20, 30, 40, 50)
    report(objective, open_round, europe, 60, 70, 80, 90, 100)

    now, then = client.get(REGION), client.get(f"{REGION}?round=2025-H1")

    assert texts(then, "label") == texts(now, "label") == ["Round"]
    assert "First half of 2025, Europe." in texts(then, "main")[0]
    assert (len(grid(now)[0]), grid(then)[0]) == (2, ["30.0 % 5 of 10"])
    assert texts(then, "desc") == ["2025-H1: Europe 30.0 %, all regions 30.0 %"]
    africa_then = f"{REGIONS}AFR/?round=2025-H1"
    assert links(then, "nav", class_="region-links")[0] == africa_then
    assert f"{objective.get_absolute_url()}?round=2025-H1&region=EUR" in links(then, "table")
    assert client.get(africa_then).status_code == 200
    file = client.get(f"{REGION}progress.csv?round=2025-H1").content.decode("utf-8-sig")
    assert {row["round"] for row in csv.DictReader(StringIO(file))} == {"2025-H1"}


def test_region_with_fewer_than_five_reports_is_withheld(client, open_round, objective, europe):
    report(objective, open_round, europe, 60, 70, 80, 90)

    page = client.get(REGION)
    assert grid(page)[0] == ["withheld 4 of 4"]
    assert texts(page, "desc") == ["2025-H2: Europe –, all regions –"]


def test_region_that_would_tell_of_another_is_withheld(
    client, open_round, objective, europe, africa
):
    report(objective, open_round, europe, 10, 20, 30, 40, 50)
    report(objective, open_round, africa, 60)

    assert grid(client.get(REGION))[0] == ["withheld 5 of 5"]


def test_region_in_a_snapshot_stays_as_it_was_frozen(
    client, secretariat, editor, open_round, objective, europe
):
    report(objective, open_round, europe, 10, 20, 30, 40, 50)
    found = actions.propose_snapshot(reporting_round=open_round, reason="Assembly", by=secretariat)
    actions.confirm_snapshot(snapshot=found, by=editor)
    report(objective, open_round, europe, 100)
    page = client.get(f"{REGION}?snapshot=1")

    assert grid(page)[0] == ["30.0 % 5 of 5"]
    assert grid(client.get(REGION))[0] == ["41.7 % 6 of 6"]
    assert {link.rpartition("?")[2] for link in links(page, "nav", class_="region-links")} == {
        "snapshot=1"
    }


@pytest.mark.parametrize("query", ["?snapshot=7", "?snapshot=x"])
def test_region_in_a_snapshot_that_does_not_exist_is_not_found(client, open_round, europe, query):
    assert client.get(REGION + query).status_code == 404


@pytest.mark.parametrize(
    ("visibility", "shown"), [("aggregate", True), ("members", False), ("public", True)]
)
def test_region_shows_figures_as_the_framework_says(
    client, client_of, viewer, framework, open_round, europe, visibility, shown
):
    framework.results_visibility = visibility
    framework.save()

    assert bool(texts(client.get(REGION), "table")) == shown
    assert texts(client_of(viewer).get(REGION), "table") != []


def test_region_names_its_countries_and_links_to_whom_one_may_see(
    client, client_of, secretariat, reporter, france, framework
):
    MemberCountryFactory(region=france.region, name_en="Åland", iso2="AX")
    pages = {"AX": PAGE.replace("FR", "AX"), "FR": PAGE}
    for page in [REGION, REGIONS]:
        assert texts(client.get(page), "li")[-2:] == ["Åland", "France"] or page == REGIONS
        assert links(client.get(page), "ul", class_="region-countries") == []
        assert links(client_of(reporter).get(page), "ul", class_="region-countries") == [PAGE]
        assert links(client_of(secretariat).get(page), "ul", class_="region-countries") == [
            pages["AX"],
            pages["FR"],
        ]


def test_region_without_countries_says_so(client, open_round):
    RegionFactory(code="EUR", name="Europe")

    assert "No country belongs to this region yet." in texts(client.get(REGION), "p")


@pytest.mark.parametrize("page", [f"{REGIONS}eur/", f"{REGIONS}ZZZ/", "/frameworks/x/regions/"])
def test_region_that_does_not_exist_is_not_found(client, france, framework, page):
    assert client.get(page).status_code == 404


# How much it takes


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("page", "who", "queries"),
    [(PAGE, "focal_point", 9), (PAGE, "secretariat", 9), (REGION, "viewer", 7)],
)
def test_pages_take_the_same_queries_whatever_they_hold(
    request, client_of, focal_point, open_round, objective, europe, django_assert_num_queries,
    number, page, who, queries,
):  # fmt: skip
    france = MemberCountry.objects.get(iso2="FR")
    for _n in range(number):
        own = ProgressReportFactory(round=open_round, country=france, approved=True)
        own.objective.goal.framework = open_round.framework
        IndicatorValueFactory(report=own)
        ReportingRoundFactory(framework=open_round.framework)
        ObjectiveFactory(goal=objective.goal)
    report(objective, open_round, europe, *[50] * number)
    client = client_of(request.getfixturevalue(who))

    with django_assert_num_queries(queries):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?round=nope", "No figures are shown, because the address asks for a round"),
        ("?round=2025-H2&round=2025-H2", "No figures are shown, because the address asks for"),
        ("?snapshot=77", "There is no snapshot “77” of this framework."),
        ("?snapshot=1&snapshot=1", "The address names several snapshots. Choose one."),
    ],
)
def test_region_says_what_of_its_address_there_is_not(
    client, objective, open_round, europe, query, said
):
    page = client.get(REGION + query)

    assert page.status_code == 404
    [notice] = texts(page, "p", class_="notice")
    assert notice.startswith(said)
    assert texts(page, "table", class_="region-grid") == []


def test_country_has_no_snapshots_of_its_own(client_of, reporter, draft):
    page = client_of(reporter).get(f"{PAGE}?snapshot=1")

    assert page.status_code == 404
    assert texts(page, "p", class_="notice") == [
        "A country’s own page has no snapshots: it is as of today."
    ]
