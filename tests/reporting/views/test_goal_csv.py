import csv
from io import StringIO

import pytest

from goals.models import Framework
from tests.factories import RegionFactory
from tests.pages import texts
from tests.reporting.views.figures import CSV, GOAL, report, table


def downloaded(client, query=""):
    response = client.get(f"{CSV}{query}")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_csv_has_every_figure_of_the_page(client, objective, open_round, round_before, europe):
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[48] * 20)
    report(objective, open_round, europe, None, not_applicable=True)

    row = downloaded(client)[0]

    assert row.pop("made at").endswith(" UTC")
    assert row == {
        "framework": "2022-2025",
        "round": "2025-H2",
        "region": "all",
        "region's name": "all regions",
        "snapshot": "",
        "goal": "1",
        "objective": "1.1",
        "statement": objective.statement,
        "countries": "26",
        "reported": "21",
        "completed": "0",
        "on_track": "20",
        "at_risk": "0",
        "off_track": "0",
        "not_started": "0",
        "not_applicable": "1",
        "mean percent complete": "48.0",
        "median percent complete": "48.0",
        "lower quartile": "48.0",
        "upper quartile": "48.0",
        "reports with a percentage": "20",
        "change since the round before": "-2.0",
        "challenge named most": "",
        "reports that name this challenge": "",
        "reports that name any challenge": "",
        "next step named most": "",
        "reports that name this next step": "",
        "reports that name any next step": "",
        "withheld": "no",
    }


@pytest.mark.parametrize("query", ["", "?region=EUR", "?region=AFR", "?round=2025-H1"])
def test_csv_agrees_with_the_page(client, objective, open_round, round_before, query):
    second = objective.goal.objectives.get(number=2)
    for code, percents in {"EUR": [10, 15, 20, 33, 47] * 4, "AFR": [7] * 7, "ASI": [1] * 3}.items():
        region = RegionFactory(code=code)
        report(objective, open_round, region, *percents)
        report(second, round_before, region, *percents, rating="off_track")

    rows = downloaded(client, query)

    assert [
        ["withheld" if row["withheld"] == "yes" else row["off_track"], row["reported"]]
        for row in rows
    ] == [
        [row[1] if row[1] == "withheld" else row[4], row[-5].split(" of ")[0]]
        for row in table(client.get(GOAL + query))
    ]
    assert [row["mean percent complete"] or "–" for row in rows] == [
        row[-4].removesuffix(" %") for row in table(client.get(GOAL + query))
    ]
    assert [
        f"{row['lower quartile']} – {row['upper quartile']} %" if row["lower quartile"] else "–"
        for row in rows
    ] == [row[-2] for row in table(client.get(GOAL + query))]


def test_csv_withholds_what_the_page_withholds(client, objective, open_round, europe):
    report(objective, open_round, europe, *[37] * 4)

    row = downloaded(client)[0]

    assert (row["reported"], row["countries"], row["withheld"]) == ("4", "4", "yes")
    hidden = list(row)[list(row).index("reported") + 1 : -1]
    assert [row[name] for name in hidden] == [""] * 18


def test_csv_says_what_is_named_most(client, objective, open_round, europe):
    kinds = {"main_challenge": "staff", "main_next_step": "train"}
    report(objective, open_round, europe, *[40] * 6, **kinds)
    report(objective, open_round, europe, *[40] * 6, main_challenge="law")

    row = downloaded(client)[0]

    named = [value for name, value in row.items() if name.endswith((" most", " step", "challenge"))]
    assert named == [
        "Staff and training; Law and procedure",
        "6",
        "12",
        "Recruit or train",
        "6",
        "6",
    ]


def test_csv_quotes_what_a_spreadsheet_would_run(client, objective, open_round):
    objective.statement = "=1+1"
    objective.save()

    assert downloaded(client)[0]["statement"] == "'=1+1"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "2022-2025-goal-1-2025-H2.csv"),
        ("?region=EUR", "2022-2025-goal-1-2025-H2-EUR.csv"),
        ("?round=2025-H1", "2022-2025-goal-1-2025-H1.csv"),
    ],
)
def test_csv_is_named_for_what_it_holds(client, open_round, round_before, europe, query, name):
    headers = client.get(f"{CSV}{query}").headers

    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["Content-Type"] == "text/csv; charset=utf-8"


def test_csv_of_a_members_framework_is_for_members(client, client_of, viewer, open_round):
    Framework.objects.update(results_visibility="members")

    response = client.get(CSV)

    assert (response.status_code, texts(response, "h1")) == (404, ["There is nothing to show here"])
    assert [row["objective"] for row in downloaded(client_of(viewer))] == ["1.1", "1.2"]
