from decimal import Decimal
from types import SimpleNamespace

from django.test.html import parse_html

from reporting.dashboards import Cell, Row
from reporting.standings import Standing as Line
from reporting.standings import Words, rating_table, spread_list, standing_list, trend_table
from tests.pages import text, walk
from tests.reporting.test_charts import ESCAPED, EVIL

WORDS = Words.of("No report yet", "2025-H1")
FULL = Cell(20, {"on_track": 5, "at_risk": 2}, [10, 20, 30, 40, 50])
MANY = Cell(20, {"on_track": 20}, sorted([10, 20, 30, 40, 50] * 4))


def row(cell, *trend, change=None, code="1.1"):
    return Row(SimpleNamespace(code=code), cell, change, [*trend, cell])


def read(html, name, class_=""):
    found = [each for each in walk(parse_html(str(html))) if each.name == name]
    return [text(each) for each in found if class_ in dict(each.attributes).get("class", "")]


def listed(cell, of_reports=False, **fields):
    return standing_list([Line("Trust", row(cell, **fields), "Trust")], WORDS, of_reports)


def test_line_says_of_how_many_what_mean_and_what_change():
    found = listed(FULL, change=Decimal("-2.5"))

    assert read(found, "div", "standing-numbers") == [
        "7 of 20 reported 30.0 % complete on average −2.5 points since 2025-H1"
    ]


def test_line_of_reports_without_a_figure_before_says_so():
    assert read(listed(FULL, of_reports=True), "div", "standing-numbers") == [
        "7 of 20 reports 30.0 % complete on average no figure for 2025-H1"
    ]


def test_line_without_percentages_says_so():
    found = listed(Cell(20, {"not_applicable": 6}))

    assert "no percentage reported" in read(found, "div", "standing-numbers")[0]


def test_withheld_line_shows_how_many_reported_and_no_picture():
    found = listed(Cell(20, {"on_track": 3}, [1, 2, 3], withheld=True))

    assert read(found, "li")[0].startswith("Trust 3 of 20 reported. Figures about fewer than five")
    assert "<svg" not in found


def test_rating_table_has_every_rating_and_what_is_not_reported():
    found = rating_table([row(FULL, change=Decimal("1.0"))], "Aim", WORDS)

    assert read(found, "th")[:2] == ["Aim", "Completed"]
    assert read(found, "td") == ["0", "5", "2", "0", "0", "0", "13", "7 of 20"] + [
        "30.0 %", "–", "–", "+1.0"
    ]  # fmt: skip
    found = rating_table([row(MANY)], "Aim", WORDS)
    assert read(found, "td")[7:] == ["20 of 20", "30.0 %", "30.0 %", "20.0 – 40.0 %", "–"]


def test_rating_table_withholds():
    hidden = Cell(20, {"on_track": 3}, [1, 2, 3], withheld=True)

    assert read(rating_table([row(hidden)], "Aim", WORDS), "td") == [
        "withheld", "3 of 20", "–", "–", "–", "–"
    ]  # fmt: skip


def test_trend_table_has_a_column_for_each_round():
    found = trend_table([row(FULL, Cell(20))], ["2025-H1", "2025-H2"], "Aim")

    assert read(found, "th") == ["Aim", "2025-H1", "2025-H2", "1.1"]
    assert read(found, "td") == ["–", "30.0 % 5"]
    assert found.count('<bdi dir="ltr">') == 2


def test_spread_list_writes_whole_numbers_short():
    steps = Cell(40, {"on_track": 24}, list(range(1, 73, 3)))
    found = spread_list([row(steps)], WORDS)

    assert read(found, "span")[-1] == "half of 24 between 18.3 and 52.8 %"
    found = spread_list([row(MANY)], WORDS)
    assert read(found, "span")[-1] == "half of 20 between 20 and 40 %"


def test_spread_list_says_why_there_is_none():
    cells = [FULL, Cell(20), Cell(20, {"on_track": 3}, [1, 2, 3], withheld=True)]

    assert [read(spread_list([row(each)], WORDS), "span", "quiet") for each in cells] == [
        ["fewer than 20 percentages"],
        ["no percentage reported"],
        ["withheld"],
    ]


def test_what_people_wrote_is_escaped():
    evil = Words.of(EVIL, EVIL)
    lines = [Line("", Row(SimpleNamespace(code=EVIL), FULL, Decimal(1), [FULL]), EVIL)]
    parts = [
        standing_list(lines, evil, of_reports=False),
        rating_table([line.row for line in lines], EVIL, evil),
        trend_table([line.row for line in lines], [EVIL], EVIL),
        spread_list([row(MANY, code=EVIL)], evil),
    ]

    assert [part for part in parts if "<script" in part or ESCAPED not in part] == []
