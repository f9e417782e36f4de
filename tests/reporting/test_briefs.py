"""What is printed is data: names are no markup, and no framework makes a hundred pages."""

import json
import re
import zlib
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import typst

from goals.models import Framework, Goal
from objectives.models import Objective
from reporting.attention import Attention
from reporting.briefs import About, brief_pdf, framework_brief, goal_brief, objective_brief
from reporting.briefs.typesetting import SOURCE
from reporting.dashboards import Cell, row
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


def pages(pdf):
    """How many there are; most of a PDF's objects are in compressed streams."""
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", part)) for part in parts)


def headings(brief):
    data = {"brief": json.dumps(asdict(brief))}
    found = typst.query(SOURCE, "heading", sys_inputs=data, ignore_system_fonts=True)
    return [each["body"].get("text") for each in json.loads(found)]


@pytest.mark.parametrize("text", NASTY)
def test_names_are_no_markup(text):
    goal, rows = objective_rows(2, text=text)
    brief = goal_brief(goal, rows, rows[0], [], about(framework=text, region=text))

    assert brief_pdf(brief, MADE_AT).startswith(b"%PDF-")
    assert headings(brief)[0] == brief.title


@pytest.mark.parametrize("number", [0, 1, 17, 400])
def test_brief_has_at_most_ten_pages(number):
    goal, rows = objective_rows(number, text="A statement as long as they are. " * 6)
    brief = framework_brief(goal.framework, rows[:40], rows, Attention.of(rows), about())

    assert 1 <= pages(brief_pdf(brief, MADE_AT)) <= 10
    assert len(brief.findings) <= 7


def test_first_page_says_what_to_decide():
    goal, rows = objective_rows(2, cells=(GOOD, BAD))

    brief = goal_brief(goal, rows, rows[0], [], about())

    assert brief.asked == [
        "Decide what is done about those off track, 2 of 2 objectives: 1.1, 1.2."
    ]
    assert brief.findings[0].share == "80 % off track or at risk (80 of 100 reports)"
    assert brief.findings[0].since == "+80 points since the round before (0 of 110)"


def test_brief_names_what_is_missing_and_what_is_over():
    goal, rows = objective_rows(1, cells=(BAD, Cell(196, {"on_track": 12}, [Decimal(50)] * 12)))

    assert goal_brief(goal, rows, rows[0], [], about()).asked == [
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

    assert objective_brief(line.subject, line, [], about()).asked == [asked]


def test_what_is_withheld_is_nowhere_in_the_brief():
    hidden = Cell(196, {"off_track": 3}, [17, 18, 19], withheld=True)
    goal, rows = objective_rows(1, cells=(GOOD, hidden))

    brief = goal_brief(goal, rows, rows[0], rows, about())

    assert [line.note for section in brief.sections for line in section.lines] == ["withheld"] * 2
    assert [line.segments for section in brief.sections for line in section.lines] == [[], []]
    assert brief.findings == []
    assert "18" not in json.dumps(asdict(brief) | {"facts": [], "footer": ""})
    assert brief_pdf(brief, MADE_AT).startswith(b"%PDF-")


def test_same_figures_have_the_same_checksum_and_others_another():
    goal, rows = objective_rows(1)
    _, others = objective_rows(1, cells=(GOOD, GOOD))
    later = about(made_at=MADE_AT.replace(year=2027))

    first, again, other = (
        dict(goal_brief(goal, each, each[0], [], of).facts)["SHA-256 of these figures"]
        for each, of in [(rows, about()), (rows, later), (others, about())]
    )

    assert first == again != other
