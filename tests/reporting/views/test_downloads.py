import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from goals.models import Framework
from objectives.models import Objective
from reporting.models import IndicatorValue, ProgressReport
from reporting.tallies import recount_all
from tests.factories import IndicatorFactory, ObjectiveFactory
from tests.pages import elements, links, texts
from tests.reporting.views.figures import CSV, DASHBOARDS, FRAMEWORK, GOAL, OBJECTIVE, report

FILES = [
    f"{page}progress.{kind}" for page in (FRAMEWORK, GOAL, OBJECTIVE) for kind in ("csv", "xlsx")
]
XLSX = f"{GOAL}progress.xlsx"
BRIEFS = [f"{page}brief.pdf" for page in (FRAMEWORK, GOAL, OBJECTIVE)]
MEMBERS_ONLY = "The results of this framework are shown to its members. Sign in to see them."


def lines(response):
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def sheets(response):
    """The lines of a workbook's first sheet as dictionaries, and what its last one says."""
    figures, *_others, about = openpyxl.load_workbook(BytesIO(response.content)).worksheets
    names, *rows = figures.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows], dict(
        about.iter_rows(values_only=True)
    )


def test_workbook_says_what_the_csv_says(client, objective, open_round, round_before, europe):
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[10, 20, 30, 40, 55])

    rows, about = sheets(client.get(f"{XLSX}?region=EUR"))

    written = [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    downloaded = lines(client.get(f"{CSV}?region=EUR"))
    numbers = {"mean percent complete": "31.0", "change since the round before": "-19.0"}
    assert numbers.items() <= downloaded[0].items()
    for row in (*written, *downloaded):
        for name, value in row.items():
            row[name] = "made" if name == "made at" else value.removesuffix(".0")
    assert written == downloaded
    assert (about["Region"], about["From"][-len(GOAL) - 11 :]) == ("Europe", f"{GOAL}?region=EUR")


def test_framework_file_has_its_goals_and_then_their_objectives(client, objective, open_round):
    rows = lines(client.get(f"{FRAMEWORK}progress.csv"))

    assert [(row["goal"], row["objective"], row["countries"]) for row in rows] == [
        ("1", "all", "0"),
        ("2", "all", "0"),
        *((code[0], code, "0") for code in ("1.1", "1.2", "2.1", "2.2")),
    ]


def test_indicators_of_a_framework_come_in_the_order_of_their_codes(client, open_round):
    """Whatever was made or edited last."""
    objectives = {each.code: each for each in Objective.objects.all()}
    last = ObjectiveFactory(goal=objectives["1.1"].goal, number=10)
    for objective in (last, objectives["2.1"], objectives["1.2"], objectives["1.1"]):
        for number in (10, 2):
            IndicatorFactory(objective=objective, number=number)
    codes = [f"{code}.{number}" for code in ("1.1", "1.2", "1.10", "2.1") for number in (2, 10)]

    rows = lines(client.get(f"{FRAMEWORK}indicators.csv"))
    sheet = book(client.get(f"{FRAMEWORK}progress.xlsx"))["Indicators"]

    assert [row["indicator"] for row in rows] == codes
    assert [row["indicator"] for row in sheet] == codes


def test_objective_file_has_its_line(client, objective, open_round, europe):
    report(objective, open_round, europe, *[48] * 5)

    [row] = lines(client.get(f"{OBJECTIVE}progress.csv"))

    assert (row["objective"], row["mean percent complete"], row["reported"]) == ("1.1", "48.0", "5")


@pytest.mark.parametrize("address", FILES)
def test_file_withholds_what_the_page_withholds(client, objective, open_round, europe, address):
    report(objective, open_round, europe, *[37] * 4)

    response = client.get(address)
    rows = sheets(response)[0] if address.endswith("xlsx") else lines(response)

    hidden = [row for row in rows if row["withheld"] == "yes"]
    assert [row["objective"] for row in hidden][-1] == "1.1"
    for row in hidden:
        assert not any(row[name] for name in list(row)[list(row).index("reported") + 1 : -1])


@pytest.mark.parametrize("address", FILES + BRIEFS)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("?round=x", "Round: There is no round “x” here."),
        ("?round=2025-H1&round=2025-H2", "Round: The address names several. Choose one."),
        ("?region=x", "Region: There is no region “x”."),
        ("?snapshot=9", "There is no snapshot “9” of this framework."),
        ("?snapshot=9&snapshot=8", "The address names several snapshots. Choose one."),
    ],
)
def test_file_of_a_wrong_filter_says_what_is_wrong(
    client, open_round, round_before, address, query, reason
):
    page = client.get(address + query)

    assert (page.status_code, texts(page, "p", class_="lede")) == (404, [reason])
    beside = {FRAMEWORK: f"{FRAMEWORK}progress/"}
    folder = address.rpartition("/")[0] + "/"
    assert links(page, "main") == [beside.get(folder, folder)]


@pytest.mark.parametrize("address", FILES)
def test_file_of_a_members_framework_is_for_members(client, client_of, viewer, open_round, address):
    Framework.objects.update(results_visibility="members")

    refused = client.get(address)
    assert (refused.status_code, texts(refused, "p", class_="lede")) == (404, [MEMBERS_ONLY])
    assert client_of(viewer).get(address).status_code == 200
    assert client_of(viewer).post(address).status_code == 405


@pytest.mark.parametrize("address", FILES)
def test_file_takes_the_same_queries_whatever_its_length(
    client, objective, open_round, europe, django_assert_max_num_queries, address
):
    for _ in range(2):
        with django_assert_max_num_queries(8):
            client.get(address)
        report(objective, open_round, europe, *[48] * 5)
        ObjectiveFactory.create_batch(2, goal=objective.goal)


@pytest.mark.parametrize("page", DASHBOARDS)
def test_page_links_to_its_files_as_filtered(client, objective, open_round, europe, page):
    links = [
        dict(link.attributes).get("href")
        for link in elements(client.get(f"{page}?region=EUR"), "a")
    ]

    place = FRAMEWORK if page == "/" else page
    for name in ("progress.csv", "progress.xlsx", "brief.pdf"):
        assert f"{place}{name}?region=EUR" in links


def test_workbook_is_named_for_what_it_holds(client, open_round, europe):
    headers = client.get(f"{OBJECTIVE}progress.xlsx?region=EUR").headers

    name = "2022-2025-objective-1.1-2025-H2-EUR.xlsx"
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert texts(client.get(f"{GOAL}progress.pdf"), "h1") == ["There is no such page"]


def book(response):
    """{name of a sheet: its lines as dictionaries}, the one about the figures left out."""
    found = {}
    for sheet in openpyxl.load_workbook(BytesIO(response.content)).worksheets[:-1]:
        names, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(names, row, strict=True)) for row in rows]
    return found


@pytest.mark.parametrize("page", [FRAMEWORK, GOAL, OBJECTIVE])
def test_workbook_has_all_that_the_page_shows(
    client, objective, open_round, round_before, europe, page
):
    indicator = IndicatorFactory(objective=objective, unit="% of cases", aggregation="mean")
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[60] * 6)
    for each in ProgressReport.objects.filter(round=open_round):
        IndicatorValue.objects.create(report=each, indicator=indicator, kind="number", value=40)
    recount_all()

    found = book(client.get(f"{page}progress.xlsx"))

    of_regions = [] if page == FRAMEWORK else ["Regions"]
    assert list(found) == ["Figures", "Indicators", "Rounds", *of_regions]
    last = found["Indicators"][-1]
    assert (last["indicator"], last["value"], last["answered"], last["withheld"]) == (
        "1.1.1", 40, 6, "no"
    )  # fmt: skip
    means = {(row["round"], row["mean percent complete"]) for row in found["Rounds"]}
    assert {("2025-H1", 50), ("2025-H2", 60)} <= means
    if of_regions:
        [region] = found["Regions"]
        assert (region["region"], region["reported"]) == ("EUR", 6)


@pytest.mark.parametrize("page", [FRAMEWORK, GOAL, OBJECTIVE])
@pytest.mark.parametrize("table", ["indicators", "rounds"])
def test_csv_of_each_table_says_how_it_is_filtered(
    client, objective, open_round, europe, page, table
):
    IndicatorFactory(objective=objective)
    report(objective, open_round, europe, *[60] * 6)

    response = client.get(f"{page}{table}.csv?region=EUR")

    rows = lines(response)
    assert {(row["framework"], row["round"], row["region"]) for row in rows} == {
        ("2022-2025", "2025-H2", "EUR")
    }
    assert response.headers["Content-Disposition"].endswith(f'-EUR-{table}.csv"')


def test_csv_of_regions_has_a_line_for_each(client, objective, open_round, europe):
    report(objective, open_round, europe, *[60] * 6)

    rows = lines(client.get(f"{GOAL}regions.csv"))

    [row] = rows
    assert (row["region"], row["region's name"], row["goal"]) == ("EUR", "Europe", "1")
    assert row["reported"] == "6"
    of_one = client.get(f"{GOAL}regions.csv?region=EUR")
    assert (of_one.status_code, links(of_one, "main")) == (404, [GOAL])


def test_csv_of_indicators_withholds_what_the_page_withholds(client, objective, open_round, europe):
    indicator = IndicatorFactory(objective=objective, aggregation="mean")
    report(objective, open_round, europe, *[60] * 9)
    for each in ProgressReport.objects.all()[:4]:
        IndicatorValue.objects.create(report=each, indicator=indicator, kind="number", value=77)
    recount_all()

    for page in (FRAMEWORK, GOAL, OBJECTIVE):
        [row] = lines(client.get(f"{page}indicators.csv"))
        assert (row["value"], row["answered"], row["withheld"]) == ("", "4", "yes")
        assert "77" not in [*row.values()]


def test_page_without_such_a_table_is_not_found(client, open_round):
    assert client.get(f"{FRAMEWORK}regions.csv").status_code == 404
    assert client.get(f"{GOAL}nothing.csv").status_code == 404
