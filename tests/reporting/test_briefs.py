"""What is printed is data: names are no markup, and no framework makes a hundred pages."""

import json
import re
import zlib
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
import typst

from goals.models import Framework, Goal
from members.models import Region
from objectives.models import Indicator, Objective
from objectives.status import Judgement, Standing
from reporting.aggregation import Answers, Measure
from reporting.attention import Attention
from reporting.briefs import (
    About,
    brief_pdf,
    framework_brief,
    goal_brief,
    objective_brief,
    readings_of,
)
from reporting.briefs.building import without_drawings
from reporting.briefs.content import Picture, Reading
from reporting.briefs.pictures import printed
from reporting.briefs.typesetting import SOURCE
from reporting.dashboards import Cell, row
from reporting.indicators import Line, course
from reporting.models import Rating, ReportingRound
from reporting.pairs import Pair, trend_pair
from reporting.sources import Source

MADE_AT = datetime(2026, 1, 5, 9, 30, 1, 250, tzinfo=UTC)
GOOD = Cell(196, {"on_track": 90, "completed": 20}, [60] * 110)
BAD = Cell(196, {"off_track": 60, "at_risk": 20, "on_track": 20}, [15] * 100)
NASTY = [
    '#sys.inputs #import "@preview/x:1.0.0" #read("/etc/passwd")',
    "*bold* _it_ $x^2$ `raw` = head @ref <label> \\ #[",
    "<script>alert(1)</script> & \"quotes\" 'single' {} [] //",
    "المرونة والمناخ",
    "Côte d’Ivoire, Ελλάδα, Україна, 日本",
    "a\x07b\u202ec\u2028d",
    "x" * 3000,
    "",
]


LONG = ["A statement as long as they are. " * 6, "Wortzusammensetzungen" * 9]
FRAMEWORK = Framework(starts_on=date(2022, 1, 1), ends_on=date(2025, 12, 31))
ROUND = ReportingRound(slug="2025-H2", ends_on=date(2025, 12, 31))


def about(**fields):
    source = {
        "framework": "Framework",
        "slug": "2022-2025",
        "round": "Second half of 2025",
        "round_slug": "2025-H2",
        "region": "",
        "region_code": "",
        "made_at": MADE_AT,
        "address": "https://portal.example/",
    }
    return About(Source(**source | fields), "Scope.", "No report yet", ["2025-H1", "2025-H2"])


def objective_rows(number, cells=(GOOD, BAD), text="Statement"):
    framework = Framework(slug="f", title=text, goal_label="Goal", objective_label=text)
    goal = Goal(framework=framework, number=1, title=text)
    return goal, [
        row(Objective(goal=goal, number=each, statement=text), list(cells), 1)
        for each in range(1, number + 1)
    ]


def line_of(objective, text, said=None):
    """An indicator half on its way, and what a person has said of it."""
    indicator = Indicator(
        objective=objective, number=1, name=text, unit="% of cases", aggregation="mean"
    )
    indicator.said = said
    way = course(FRAMEWORK, "up", Decimal(10), 2021, [(date(2025, 12, 31), Decimal(80), None)])
    measure = Measure(Decimal("45"), answers=Answers(196, {"number": 90}))
    judgement = Judgement(Standing.OFF_TRACK, Decimal("0.5"), Decimal(1))
    return Line(indicator, way, [ROUND], [measure], judgement)


def named():
    """Off track, with a reason and a next step."""
    themes = {"main_challenge": {"staff": [30, 0]}, "main_next_step": {"agree_at_home": [25, 0]}}
    return Cell(196, {"off_track": 60, "on_track": 40}, [15] * 100, themes=themes)


def pages(pdf):
    """How many there are; most of a PDF's objects are in compressed streams."""
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", part)) for part in parts)


def set_in_type(brief, kind):
    """All elements of a kind in the brief as typst knows them."""
    data = {"brief": json.dumps(asdict(brief))}
    return json.loads(typst.query(SOURCE, kind, sys_inputs=data, ignore_system_fonts=True))


def headings(brief):
    return [each["body"].get("text") for each in set_in_type(brief, "heading")]


@pytest.mark.parametrize("text", NASTY)
def test_names_are_no_markup(text):
    goal, rows = objective_rows(2, text=text)
    brief = goal_brief(goal, rows, rows[0], [], [], about(framework=text, region=text))

    assert brief_pdf(brief, MADE_AT).startswith(b"%PDF-")
    assert headings(brief)[0] == brief.title


@pytest.mark.parametrize("text", ["x" * 180, "Of " + "x" * 180, "المرونة" * 30])
def test_word_that_no_line_holds_is_broken_wherever_it_stands(text):
    goal, rows = objective_rows(1, cells=[named(), named()], text=text)
    # What a framework calls its objectives is short.
    goal.framework.objective_label = "Objective"
    said = {"standing": "at_risk", "reason": text}
    line = line_of(rows[0].subject, text, said)
    scope = SimpleNamespace(round=ROUND, region=None, snapshot=None)
    page = {"lines": [line], "framework": FRAMEWORK, "scope": scope}
    briefs = [
        framework_brief(goal.framework, rows, rows, Attention.of(rows), about(framework=text)),
        goal_brief(goal, rows, rows[0], [], [line], about(framework=text)),
        objective_brief(rows[0].subject, rows[0], [], [line], readings_of(page), about()),
    ]

    for brief in briefs:
        words = json.dumps(asdict(brief, dict_factory=without_drawings), ensure_ascii=False)
        assert re.findall(r"x{40,}|[\u0600-\u06ff]{40,}", words) == []
        assert brief_pdf(brief, MADE_AT).startswith(b"%PDF-")


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("number", [0, 1, 17, 40, 400])
def test_brief_has_at_most_ten_pages(number, text):
    goal, rows = objective_rows(number, text=text)
    brief = framework_brief(goal.framework, rows[:40], rows, Attention.of(rows), about())

    assert 1 <= pages(brief_pdf(brief, MADE_AT)) <= 10
    assert len(brief.findings) <= 7


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("number", [17, 40])
def test_brief_of_a_goal_with_many_objectives_has_at_most_ten_pages(number, text):
    goal, rows = objective_rows(number, text=text)
    regions = [row(Region(code="R", name=text), [GOOD, BAD], 1)] * 8
    lines = [line_of(each.subject, text) for each in rows for _ in range(3)]

    brief = goal_brief(goal, rows, rows[0], regions, lines, about())

    assert len(brief.indicators) == 30
    assert brief.indicators_note == f"And {3 * number - 30} more, on the page."
    assert pages(brief_pdf(brief, MADE_AT)) <= 10


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("number", [17, 40])
def test_brief_of_an_objective_with_many_indicators_has_at_most_ten_pages(number, text):
    _, [of] = objective_rows(1, text=text)
    regions = [row(Region(code="R", name=text), [GOOD, BAD], 1)] * 8
    said = {"standing": "at_risk", "reason": f"{text}\n\n" * 20}
    lines = [line_of(of.subject, text, said)] * number
    scope = SimpleNamespace(round=ROUND, region=None, snapshot=None)
    readings = readings_of({"lines": lines, "framework": FRAMEWORK, "scope": scope})

    brief = objective_brief(of.subject, of, regions, lines, readings, about())

    assert len(readings) == 12 and readings[0].picture
    assert pages(brief_pdf(brief, MADE_AT)) <= 10


@pytest.mark.parametrize("text", NASTY)
def test_names_break_no_picture(text):
    _, [of] = objective_rows(1, text=text)
    line = line_of(of.subject, text, said={"standing": "at_risk", "reason": text})
    scope = SimpleNamespace(round=ROUND, region=None, snapshot=None)
    readings = readings_of({"lines": [line], "framework": FRAMEWORK, "scope": scope})
    drawn = trend_pair([Pair(text, 1, 2)], names=(text, text), title=text)

    brief = objective_brief(of.subject, of, [], [line], readings, about())
    brief = replace(brief, trend=printed(drawn, 640), trend_key=(text, text))

    assert brief_pdf(brief, MADE_AT).startswith(b"%PDF-")


def on_last_sheet(brief):
    """How many letters its last sheet has."""
    data = {"brief": json.dumps(asdict(brief))}
    sheets = typst.compile(SOURCE, sys_inputs=data, ignore_system_fonts=True, format="svg")
    return sheets[-1].count(b"<use ")


@pytest.mark.parametrize("kind", ["framework", "goal", "goal with indicators", "objective"])
def test_no_brief_ends_with_a_sheet_of_its_sources_alone(kind):
    """A line more each time: in so many steps the end goes down a whole sheet."""
    scope = SimpleNamespace(round=ROUND, region=None, snapshot=None)

    def brief_of(number):
        goal, rows = objective_rows(number, cells=(named(), named() if kind == "goal" else BAD))
        if kind == "framework":
            return framework_brief(goal.framework, [], rows, Attention.of(rows), about())
        lines = [line_of(each.subject, "Indicator") for each in rows]
        if kind == "objective":
            page = {"lines": lines[:1], "framework": FRAMEWORK, "scope": scope}
            regions = [row(Region(code="R", name="Region"), [BAD, BAD], 1)] * number
            return objective_brief(
                rows[0].subject, rows[0], regions, lines[:1], readings_of(page), about()
            )
        return goal_brief(goal, rows, rows[0], [], lines[: 30 * (kind != "goal")], about())

    alone = on_last_sheet(replace(brief_of(1), sections=[], indicators=[], readings=[], grids=[]))
    ends = [on_last_sheet(brief_of(number)) for number in range(1, 17)]
    assert min(ends) > alone + 20 > 20, (alone, ends)


def test_what_needs_attention_leaves_room_on_the_first_page():
    """Seven objectives with their reasons; the second page has what the figures are from."""
    words = "Uphold privacy and data security regulations and technology to comply with standards."
    goal, rows = objective_rows(17, cells=(GOOD, named()), text=words)
    brief = framework_brief(goal.framework, [], rows, Attention.of(rows), about())

    assert len(brief.findings) == 7 and len(brief.findings[0].why) == 2
    assert pages(brief_pdf(replace(brief, title="Framework", sections=[]), MADE_AT)) == 2


def test_no_fill_has_its_colour_in_a_pattern():
    """Tiles side by side let the paper through at their edges, and look like stripes."""
    goal, rows = objective_rows(1, cells=(GOOD, Cell(9, dict.fromkeys(Rating.values, 1))))
    brief = framework_brief(goal.framework, rows, rows, Attention.of(rows), about())
    data = {"brief": json.dumps(asdict(brief))}

    svg = typst.compile(SOURCE, sys_inputs=data, ignore_system_fonts=True, format="svg")
    drawn = b"".join(svg).decode()
    tiles = "".join(re.findall(r"<pattern.*?</pattern>", drawn, re.DOTALL))

    grounds = re.findall(r'weave\(\s*"(#[0-9a-f]{6})"', SOURCE.decode())
    assert len(grounds) == 7 and tiles
    assert [each for each in grounds if each in tiles or each not in drawn] == []


def test_checksum_is_of_figures_and_not_of_how_they_are_drawn():
    _, [of] = objective_rows(1)
    said = Picture(svg="<svg/>", width=1, height=1, alt="70")
    others = [replace(said, svg="<svg><g/></svg>"), replace(said, alt="71")]
    first, drawn, other = (
        dict(objective_brief(of.subject, of, [], [], [reading], about()).facts)[
            "SHA-256 of these figures"
        ]
        for reading in [Reading("1.1.1", "Use", [], each) for each in (said, *others)]
    )

    assert first == drawn != other


def test_first_page_says_what_to_decide():
    goal, rows = objective_rows(2, cells=(GOOD, BAD))

    brief = goal_brief(goal, rows, rows[0], [], [], about())

    assert brief.asked == [
        "Decide what is done about those off track, 2 of 2 objectives: 1.1, 1.2."
    ]
    assert brief.findings[0].share == "80 % off track or at risk (80 of 100 reports)"
    assert brief.findings[0].since == "+80 points since the round before (0 of 110)"


def test_one_point_is_no_points():
    worse = Cell(196, {"off_track": 61, "at_risk": 20, "on_track": 19}, [15] * 100)
    goal, rows = objective_rows(1, cells=(BAD, worse))

    brief = goal_brief(goal, rows, rows[0], [], [], about())

    assert brief.findings[0].since == "+1 point since the round before (80 of 100)"


@pytest.mark.parametrize(
    ("cells", "found", "asked"),
    [
        (
            [Cell(196)] * 2,
            "–",
            "no objective has reports from five countries yet, so none is judged.",
        ),
        (
            [Cell(196), GOOD],
            "0",
            "by the rule below, no objective is off track or at risk. Judged are 1 of 2, those "
            "with reports from five countries or more.",
        ),
    ],
)
def test_brief_judges_nothing_where_few_have_reported(cells, found, asked):
    goal, rows = objective_rows(2)
    rows = [row(each.subject, [cell], 0) for each, cell in zip(rows, cells, strict=True)]

    brief = framework_brief(goal.framework, rows, rows, Attention.of(rows), about())

    assert brief.asked[0] == f"Take note: {asked}"
    assert [each.value for each in brief.figures[:2]] == [found] * 2


def test_brief_names_what_is_missing_and_what_is_over():
    goal, rows = objective_rows(1, cells=(BAD, Cell(196, {"on_track": 12}, [Decimal(50)] * 12)))

    assert goal_brief(goal, rows, rows[0], [], [], about()).asked == [
        "Take note: by the rule below, no objective is off track or at risk.",
        "Ask for reports where fewer than half have come in, 1 of 1 objectives: 1.1.",
        "Take note: no longer off track or at risk, 1 of 1 objectives: 1.1.",
    ]


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        (Cell(196), "Ask for reports: there are too few to say where this objective stands."),
        (BAD, "Decide what is done: by the rule below, this objective is off track."),
        (
            Cell(196, {"at_risk": 40, "on_track": 60}),
            "Decide what is asked: by the rule below, this objective is at risk.",
        ),
        (
            GOOD,
            "Take note: by the rule below, this objective is neither off track nor at risk.",
        ),
    ],
)
def test_brief_of_an_objective_says_what_is_asked(cell, asked):
    _, [line] = objective_rows(1, cells=(GOOD, cell))

    assert objective_brief(line.subject, line, [], [], [], about()).asked == [asked]


def test_what_is_withheld_is_nowhere_in_the_brief():
    hidden = Cell(196, {"off_track": 3}, [17, 18, 19], withheld=True)
    goal, rows = objective_rows(1, cells=(GOOD, hidden))

    brief = goal_brief(goal, rows, rows[0], rows, [], about())

    assert [line.note for section in brief.sections for line in section.lines] == ["withheld"] * 2
    assert [line.segments for section in brief.sections for line in section.lines] == [[], []]
    assert brief.findings == []
    assert "18" not in json.dumps(asdict(brief) | {"facts": [], "footer": ""})
    assert brief_pdf(brief, MADE_AT).startswith(b"%PDF-")


def test_total_says_what_is_left_out_and_writes_thousands_as_the_page():
    goal, rows = objective_rows(1)
    cell = Cell(3332, {"on_track": 1234}, [50] * 1234, left_out=2, objectives=frozenset([1, 2]))
    total = row(None, [cell, cell], 1)

    brief = goal_brief(goal, rows, total, [row(Region(code="R"), [cell], 0)], [], about())

    [line] = brief.sections[1].lines
    assert line.counts[1] == "1,234" and line.reported == "1,234 of 3,332"
    assert line.left_out == "Without 2 of 4 objectives, whose figures are withheld."
    assert brief.whole.left_out == line.left_out
    assert line.left_out in str(set_in_type(brief, "figure"))
    assert "partly withheld" in str(set_in_type(brief, "table"))


def test_same_figures_have_the_same_checksum_and_others_another():
    goal, rows = objective_rows(1)
    _, others = objective_rows(1, cells=(GOOD, GOOD))
    later = about(made_at=MADE_AT.replace(year=2027))

    first, again, other = (
        dict(goal_brief(goal, each, each[0], [], [], of).facts)["SHA-256 of these figures"]
        for each, of in [(rows, about()), (rows, later), (others, about())]
    )

    assert first == again != other
