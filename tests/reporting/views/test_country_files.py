"""A country's own picture, and a region's, as files: who gets them, and what they say."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest

from reporting.briefs import brief_pdf, country_brief
from reporting.briefs.content import About
from reporting.sources import Source
from reporting.views.countries import country_page, framework_with_objectives
from tests.factories import ProgressReportFactory
from tests.pages import links, texts
from tests.reporting.views.figures import report

PAGE = "/frameworks/2022-2025/countries/FR/"
REGION = "/frameworks/2022-2025/regions/EUR/"
FILES = [f"{PAGE}{name}" for name in ("progress.csv", "progress.xlsx", "brief.pdf")]
AT = datetime(2026, 1, 5, tzinfo=UTC)


def lines(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def sheets(response):
    """{name of a sheet: its rows}."""
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return {each.title: list(each.iter_rows(values_only=True)) for each in book.worksheets}


@pytest.fixture
def own(objective, open_round, france):
    """France's approved report among 21 of its region, 20 of which are counted."""
    report(objective, open_round, france.region, *[40] * 20)
    own = {"rating": "at_risk", "percent_complete": 70, "challenges": "Few.", "next_steps": "More."}
    return ProgressReportFactory(
        objective=objective, round=open_round, country=france, approved=True, **own
    )


@pytest.fixture
def brief(rf, reporter, own, france):
    request = rf.get(PAGE)
    request.user = reporter
    page = country_page(request, france, *framework_with_objectives("2022-2025"))
    source = Source(
        framework="Strategic Framework",
        slug="2022-2025",
        round="Second half of 2025",
        round_slug="2025-H2",
        region="",
        region_code="",
        made_at=AT,
        address="https://portal.example",
        country="France",
        country_code="FR",
    )
    return country_brief(page, About(source, "Second half of 2025.", "None", ["2025-H2"]))


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("reporter", 200), ("focal_point", 200), ("secretariat", 200)]
    + [(who, 404) for who in ("neighbour", "viewer", "editor", "administrator")],
)
def test_files_are_for_whom_the_page_is(request, client_of, own, address, who, status):
    response = client_of(request.getfixturevalue(who)).get(address)

    assert response.status_code == status
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("address", FILES)
def test_stranger_is_asked_to_sign_in(client, own, address):
    assert client.get(address).url.startswith("/accounts/login/")


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize("query", ["?round=nope", "?round=%20"])
def test_file_of_a_wrong_round_is_not_found(client_of, reporter, own, address, query):
    page = client_of(reporter).get(address + query)
    assert (page.status_code, links(page, "main")) == (404, [PAGE])
    assert texts(page, "p", class_="lede")[0].startswith("Round: There is no round “")


def test_csv_has_every_objective_in_every_round(client_of, reporter, own, round_before):
    rows = lines(client_of(reporter).get(f"{PAGE}progress.csv"))

    assert {row["country"] for row in rows} == {"FR"}
    [line] = [r for r in rows if (r["objective"], r["round"]) == ("1.1", "2025-H2")]
    assert (line["state"], line["rating"], line["percent complete"]) == (
        "approved",
        "at_risk",
        "70",
    )
    assert len(rows) == 2 * 4


def test_workbook_has_the_medians_beside(client_of, reporter, own):
    found = sheets(client_of(reporter).get(f"{PAGE}progress.xlsx"))

    assert list(found) == ["Objectives and rounds", "Beside the median", "About this file"]
    names, first, *_others = found["Beside the median"]
    row = dict(zip(names, first, strict=True))
    assert (row["percent complete"], row["median of the region"]) == (70, 40)
    facts = dict(found["About this file"])
    assert facts["Country"] == "France" and "Region" not in facts


def test_brief_says_first_what_is_owed(brief):
    [owed, behind] = brief.asked

    assert owed.startswith("Hand in what is open in ")
    assert owed.endswith(", 3 of 4: 1.2, 2.1, 2.2.")
    assert behind == "Decide what is done where our own reports say off track or at risk: 1.1."
    assert [(each.label, each.value) for each in brief.figures] == [
        ("Reports approved", "1"),
        ("Complete on average", "70.0\xa0%"),
        ("Median of the region", "40.0\xa0%"),
        ("Reports still open", "3"),
    ]


def test_brief_has_the_figures_of_the_page(brief, client_of, reporter):
    [page] = texts(client_of(reporter).get(PAGE), "table", class_="country-beside")

    assert brief.grids[0].rows[0][2:] == ["At risk, 70\xa0%", "40.0\xa0%", "20"]
    assert "40.0 %" in page and "70 %" in page
    assert brief_pdf(brief, AT).startswith(b"%PDF-")
    assert brief_pdf(brief, AT) == brief_pdf(brief, AT)


def test_workbook_withholds_a_median_of_few(client_of, reporter, objective, open_round, france):
    report(objective, open_round, france.region, *[40] * 3)

    found = sheets(client_of(reporter).get(f"{PAGE}progress.xlsx"))

    names, first, *_others = found["Beside the median"]
    row = dict(zip(names, first, strict=True))
    assert (row["median of the region"], row["withheld"]) == (None, "yes")


def test_files_of_a_region_have_the_figures_of_its_page(client, objective, open_round, europe):
    report(objective, open_round, europe, *[48] * 6)

    rows = lines(client.get(f"{REGION}progress.csv"))

    assert {row["region"] for row in rows} == {"EUR"}
    assert (rows[0]["objective"], rows[0]["mean percent complete"]) == ("1.1", "48.0")
    assert len(sheets(client.get(f"{REGION}progress.xlsx"))["Rounds"]) == len(rows) + 1
    assert client.get("/frameworks/2022-2025/regions/XXX/progress.csv").status_code == 404


def test_region_file_withholds_what_its_page_withholds(client, objective, open_round, europe):
    report(objective, open_round, europe, *[37] * 4)

    row = lines(client.get(f"{REGION}progress.csv"))[0]

    assert (row["mean percent complete"], row["withheld"]) == ("", "yes")
