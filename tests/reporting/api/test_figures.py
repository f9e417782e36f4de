"""Whatever is asked for, the API says what the page says, and what the file says."""

import csv
from io import StringIO

import pytest

from tests.factories import GoalFactory
from tests.pages import elements, text, texts, walk
from tests.reporting.api.asking import API, answer

FRAMEWORK, GOAL, OBJECTIVE = "", "goals/1/", "objectives/1.1/"
SUBJECTS = [FRAMEWORK, GOAL, "goals/2/", OBJECTIVE, "objectives/1.2/", "objectives/2.1/"]
FILTERS = [
    "",
    "?round=2025-H1",
    "?region=AFR",
    "?region=ASI",
    "?region=EUR&round=2025-H1",
    "?snapshot=1",
    "?snapshot=1&region=AFR",
    "?snapshot=1&region=ASI&round=2025-H2",
]
COLUMNS = {
    "countries": "expected",
    "reported": "reported",
    "mean percent complete": "mean_percent",
    "median percent complete": "median_percent",
    "lower quartile": "lower_quartile",
    "upper quartile": "upper_quartile",
    "reports with a percentage": "percent_count",
    "change since the round before": "change",
}
RATINGS = ["completed", "on_track", "at_risk", "off_track", "not_started", "not_applicable"]


def progress(client, subject, query=""):
    """The answer and its lines, all of them."""
    found = answer(client, f"{API}frameworks/2022-2025/{subject}progress{query}")
    lines = [found["line"]] if subject.startswith("objectives") else found["lines"]
    return found, lines


def downloaded(client, subject, query, name="progress"):
    response = client.get(f"/frameworks/2022-2025/{subject}{name}.csv{query}")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def shown(client, address, caption="The same figures as a table"):
    """The rows of each table of the page with this caption."""
    tables = elements(client.get(address), "table")
    return [
        [[text(cell) for cell in row.children] for row in body.children]
        for each in tables
        if caption in text(each)
        for body in walk(each)
        if body.name == "tbody"
    ]


def as_in_the_file(line):
    found = {column: line[name] for column, name in COLUMNS.items()}
    found |= {name: line["ratings"] and line["ratings"][name] for name in RATINGS}
    for column, named in [("challenge", line["challenges"]), ("next step", line["next_steps"])]:
        found[f"reports that name this {column}"] = named and named["kinds"][0]["reports"]
        found[f"reports that name any {column}"] = named and named["reports"]
    words = {name: "" if value is None else str(value) for name, value in found.items()}
    return words | {
        "goal": str(line["goal"]),
        "objective": line["objective"] or "all",
        "statement": line["text"],
        "withheld": "yes" if line["withheld"] else "partly" if line["left_out"] else "no",
    }


def as_on_the_page(line):
    percent = [f"{line[name]} %" for name in ("mean_percent", "median_percent")]
    between = f"{line['lower_quartile']} – {line['upper_quartile']} %"
    change = "–" if line["change"] is None else f"{line['change']:+}".replace("-", "−")
    figures = [*percent, between, change.replace("+0.0", "0.0")]
    figures = [each.replace("None %", "–").replace("None – –", "–") for each in figures]
    counts = ["withheld"]
    if line["ratings"]:
        missing = line["expected"] - line["reported"]
        counts = [str(line["ratings"][name]) for name in RATINGS] + [str(missing)]
    name = line["text"] if line["region"] else str(line["goal"])
    subject = line["objective"] or name
    partly = " partly withheld" if line["left_out"] else ""
    return [subject, *counts, f"{line['reported']} of {line['expected']}{partly}", *figures]


@pytest.mark.parametrize("query", FILTERS)
def test_lines_say_what_the_file_says(client, frozen, query):
    for subject in SUBJECTS:
        found, lines = progress(client, subject, query)

        rows = downloaded(client, subject, query)
        assert len(lines) == len(rows) > 0
        for line, row in zip(lines, rows, strict=True):
            assert as_in_the_file(line).items() - row.items() == set()
        source = found["source"]
        asked = [source["framework"], source["round"], source["region"] or "all"]
        asked.append(str(source["snapshot"] or ""))
        names = ("framework", "round", "region", "snapshot")
        assert [[row[name] for name in names] for row in rows] == [asked] * len(rows)


@pytest.mark.parametrize("query", FILTERS)
def test_lines_say_what_the_page_says(client, frozen, query):
    for subject in SUBJECTS[1:]:
        _found, lines = progress(client, subject, query)

        said = shown(client, f"/frameworks/2022-2025/{subject}{query}")
        assert [as_on_the_page(line) for line in lines] == said[0]


@pytest.mark.parametrize("query", FILTERS)
def test_framework_says_what_the_front_page_says(client, frozen, query):
    _found, lines = progress(client, FRAMEWORK, query)

    goals = [as_on_the_page(line) for line in lines if line["kind"] == "goal"]
    assert [goals] == shown(client, f"/{query}")


@pytest.mark.parametrize("query", ["", "?round=2025-H1", "?snapshot=1"])
def test_regions_of_a_goal_are_those_of_its_page(client, frozen, query):
    for goal in ("goals/1/", "goals/2/"):
        found, _lines = progress(client, goal, query)

        _objectives, regions = shown(client, f"/frameworks/2022-2025/{goal}{query}")
        assert [as_on_the_page(line) for line in found["regions"]] == regions
        assert [line["text"] for line in found["regions"]] == ["Africa", "Asia", "Europe"]


@pytest.mark.parametrize("query", ["?", "?round=2025-H1", "?snapshot=1"])
def test_regions_of_an_objective_are_its_pages_by_region(client, frozen, query):
    subjects = ("kind", "goal", "objective", "region", "text")
    for subject in SUBJECTS[3:]:
        found, _lines = progress(client, subject, query)

        one_by_one = [
            progress(client, subject, f"{query}&region={line['region']}")[0]
            for line in found["regions"]
        ]
        figures = [
            {name: value for name, value in line.items() if name not in subjects}
            for line in found["regions"]
        ]
        assert [line["region"] for line in found["regions"]] == ["AFR", "ASI", "EUR"]
        assert [each["line"] | line for each, line in zip(one_by_one, figures, strict=True)] == [
            each["line"] for each in one_by_one
        ]
        assert [each["regions"] for each in one_by_one] == [[]] * 3


@pytest.mark.parametrize("query", FILTERS)
def test_goal_as_a_whole_is_what_its_page_says(client, frozen, query):
    found, _lines = progress(client, GOAL, query)
    total = found["total"]

    page = client.get(f"/frameworks/2022-2025/{GOAL}{query}")
    if total["withheld"]:
        said = f"{total['reported']} of {total['expected']} reported. Figures about fewer"
        assert texts(page, "p", class_="withheld")[0].startswith(said)
        return
    [words] = texts(page, "dl", class_="key-figures")
    mean = "–" if total["mean_percent"] is None else f"{total['mean_percent']} %"
    assert words.startswith(f"Complete on average {mean} ")
    assert words.endswith(f"Reports approved {total['reported']} of {total['expected']}")


@pytest.mark.parametrize("query", ["", "?region=AFR", "?region=ASI", "?snapshot=1", "?region=EUR"])
def test_trend_is_that_of_the_page(client, frozen, query):
    found, _lines = progress(client, OBJECTIVE, query)

    page = f"/frameworks/2022-2025/{OBJECTIVE}{query}"
    [[words]] = shown(client, page, "Mean percent complete in each round")
    said = [
        f"{each['mean_percent']} % {each['percent_count']}"
        if each["mean_percent"] is not None
        else ("withheld" if each["withheld"] else "–")
        for each in found["trend"]
    ]
    assert ["1.1", *said] == words
    assert [each["round"] for each in found["trend"]] == ["2025-H1", "2025-H2"]


def test_answer_says_what_it_is_of(client, settings, frozen, noon):
    settings.PUBLIC_BASE_URL = "https://portal.example"

    found, _lines = progress(client, GOAL, "?region=EUR&snapshot=1&page_size=1")

    assert found["filter"] == {"round": None, "region": "EUR", "snapshot": 1}
    assert found["source"].pop("snapshot_sha256") == frozen.snapshot.sha256
    assert found["source"] == {
        "made_at": "2025-11-15T12:00:00Z",
        "page": "https://portal.example/frameworks/2022-2025/goals/1/?region=EUR&snapshot=1",
        "framework": "2022-2025",
        "framework_title": "Strategic Framework 2022-2025",
        "round": "2025-H2",
        "round_name": "Second half of 2025",
        "region": "EUR",
        "region_name": "Europe",
        "snapshot": 1,
    }


def test_snapshot_says_the_same_after_a_correction(client, frozen):
    frozen_line = progress(client, "objectives/2.1/", "?snapshot=1")[0]["line"]
    line = progress(client, "objectives/2.1/")[0]["line"]

    assert (frozen_line["reported"], frozen_line["withheld"]) == (3, True)
    assert (line["reported"], line["withheld"]) == (8, False)


@pytest.mark.parametrize("subject", [FRAMEWORK, GOAL])
def test_parts_of_a_list_are_the_whole(client, frozen, subject):
    _found, lines = progress(client, subject)

    parts, address = [], f"{API}frameworks/2022-2025/{subject}progress?page_size=1"
    while address:
        found = answer(client, address.removeprefix("http://127.0.0.1:8000"))
        parts += found["lines"]
        address = found["paging"]["next"]
    assert parts == lines
    assert found["paging"]["pages"] == found["paging"]["count"] == len(lines)


def test_goal_without_objectives_has_no_lines(client, frozen):
    GoalFactory(framework=frozen.framework)

    found, lines = progress(client, "goals/3/")

    assert (found["total"], lines, found["regions"], found["paging"]["count"]) == (None, [], [], 0)
