"""Puts a brief together from the figures that a page shows."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from goals.models import Framework, Goal
from objectives.models import Objective
from reporting import indicators
from reporting.attention import Attention
from reporting.briefs.asking import decision_on, decisions
from reporting.briefs.content import (
    About,
    Brief,
    Figure,
    Grid,
    Line,
    Measured,
    Picture,
    Reading,
    Section,
    Segment,
)
from reporting.briefs.lines import (
    LONGEST_TEXT,
    MOST_ROUNDS,
    counted,
    exceptional_of,
    grids_of_words,
    key_figures,
    line_of,
    measured_of,
    section_of,
    short,
)
from reporting.dashboards import Row
from reporting.models import Rating
from reporting.models.history import sha256_of

MOST_FINDINGS, MOST_INDICATORS, LONGEST_TITLE = 7, 30, 300


def framework_brief(
    framework: Framework,
    rows: Sequence[Row],
    objective_rows: Sequence[Row],
    attention: Attention,
    about: About,
) -> Brief:
    return brief_of(
        about,
        eyebrow=framework.get_state_display(),
        title=framework.title,
        question=_("Which objectives need a decision, and what is asked of whom?"),
        asked=list(decisions(attention)),
        figures=list(counted(attention)),
        attention=attention,
        sections=[
            section_of(_("Where each goal stands"), framework.goal_label, rows, about),
            section_of(
                framework.objective_label_plural, framework.objective_label, objective_rows, about
            ),
        ],
    )


def goal_brief(
    goal: Goal,
    rows: Sequence[Row],
    total: Row,
    regions: Sequence[Row],
    lines: Sequence[indicators.Line],
    about: About,
) -> Brief:
    framework, attention = goal.framework, Attention.of(rows)
    sections = [
        section_of(
            framework.objective_label_plural, framework.objective_label, rows, about, True, True
        ),
        *by_region(regions, about),
    ]
    return brief_of(
        about,
        eyebrow=f"{framework.title} · {framework.goal_label} {goal.number}",
        title=goal.title,
        question=_("Is this goal on its way, and which of its objectives need a decision?"),
        asked=list(decisions(attention)),
        figures=[*key_figures(total), *counted(attention)],
        attention=attention,
        sections=sections,
        whole=line_of(total, about),
        measured=[measured_of(line.indicator.objective, line) for line in lines[:MOST_INDICATORS]],
        indicators_note=left_out(lines, about),
        grids=list(grids_of_words(total.cell)),
    )


def objective_brief(
    objective: Objective,
    row: Row,
    regions: Sequence[Row],
    lines: Sequence[indicators.Line],
    readings: Sequence[Reading],
    about: About,
) -> Brief:
    framework = objective.goal.framework
    return brief_of(
        about,
        eyebrow=f"{framework.title} · {framework.objective_label} {objective.code}",
        title=objective.statement,
        question=_("Is this objective on its way, and what is asked of those who report on it?"),
        asked=[decision_on(row)],
        figures=list(key_figures(row)),
        attention=Attention.of([row]),
        sections=[
            section_of(framework.objective_label, framework.objective_label, [row], about, True),
            *by_region(regions, about),
        ],
        whole=line_of(row, about),
        measured=[measured_of(objective, line) for line in lines[:MOST_INDICATORS]],
        indicators_note=left_out(lines, about),
        readings=readings,
        grids=list(grids_of_words(row.cell)),
    )


def by_region(regions: Sequence[Row], about: About) -> list[Section]:
    """None where the figures are those of one region."""
    return [section_of(_("By region"), _("Region"), regions, about)] if regions else []


def left_out(lines: Sequence[indicators.Line], about: About) -> str:
    """What stands below the table of indicators."""
    notes = []
    if len(lines) > MOST_INDICATORS:
        more = len(lines) - MOST_INDICATORS
        notes.append(_("And %(number)s more, on the page.") % {"number": more})
    if lines and about.source.region:
        notes.append(
            _("Targets are for all regions together, so no status is computed for one region.")
        )
        notes.append(
            _("What the secretariat holds is for the whole organization, and so is its status.")
        )
    return " ".join(notes)


def brief_of(
    about: About,
    *,
    eyebrow: str,
    title: str,
    question: str,
    asked: Sequence[str],
    figures: Sequence[Figure],
    attention: Attention,
    sections: Sequence[Section],
    whole: Line | None = None,
    trend: Picture | None = None,
    trend_key: Sequence[str] = (),
    measured: Sequence[Measured] = (),
    indicators_note: str = "",
    readings: Sequence[Reading] = (),
    grids: Sequence[Grid] = (),
    closing: str = "",
) -> Brief:
    """`trend` is drawn in the place of that of `whole`, as the page draws it. `closing` ends the
    first page; without one the rule of attention does.
    """
    found = attention.findings
    notes = [_("And %(number)s more, on the page.") % {"number": len(found) - MOST_FINDINGS}] * (
        len(found) > MOST_FINDINGS
    )
    source = replace(about.source, framework=short(about.source.framework, LONGEST_TITLE))
    checksum = sha256_of(
        [
            asdict(each, dict_factory=without_drawings)
            for each in (*figures, *sections, *measured, *readings, *grids)
        ]
    )
    return Brief(
        language=(get_language() or "en").partition("-")[0],
        right_to_left=get_language_bidi(),
        eyebrow=short(eyebrow, LONGEST_TEXT),
        title=short(title, LONGEST_TITLE),
        scope=about.scope,
        question=question,
        asked=asked,
        figures=figures,
        findings=[exceptional_of(each, about) for each in found[:MOST_FINDINGS]],
        notes=notes,
        legend=[Segment(each.value, str(each.label), 0) for each in Rating]
        + [Segment("no_report", about.unreported, 0)],
        sections=sections,
        rounds=list(about.rounds)[-MOST_ROUNDS:],
        words=_words(),
        facts=[*source.facts(), (_("SHA-256 of these figures"), checksum)],
        footer=" · ".join(
            [
                short(about.source.framework, 60),
                source.round,
                source.region_name,
                _("snapshot %(number)s") % {"number": source.snapshot}
                if source.snapshot is not None
                else _("no snapshot"),
                checksum[:12],
                source.made,
            ]
        ),
        closing=closing or _closing(),
        whole=whole,
        trend=trend,
        trend_key=trend_key,
        indicators=measured,
        indicators_note=indicators_note,
        readings=readings,
        grids=grids,
    )


def without_drawings(fields: Sequence[tuple[str, object]]) -> dict[str, object]:
    """What a checksum is of: the figures, also those in a picture's words, and no lines."""
    return {name: value for name, value in fields if name != "svg"}


def _closing() -> str:
    rule = _(
        "An objective is off track when at least half of the reports on it say off track or "
        "at risk, and at risk when at least a third do. Reports that say the objective does "
        "not apply are left out; figures about fewer than five countries are not judged."
    )
    withheld = _(
        "Figures about fewer than five countries, and those they could be worked out from, "
        "are withheld."
    )
    return f"{rule} {withheld}"


def _words() -> dict[str, str]:
    return {
        "attention": _("What needs attention"),
        "decide": _("What to decide"),
        "distribution": _("How the reports rate it"),
        "table": _("The same figures as a table: number of reports by rating"),
        "reported": _("Reported"),
        "partly": _("partly withheld"),
        "mean": _("Mean"),
        "median": _("Median"),
        "middle_half": _("Middle half"),
        "change": _("Change (points)"),
        "trend": _("Mean percent complete in each round"),
        "spread": _("How far along the countries are"),
        "spread_key": _(
            "From 0 to 100 % complete: the band holds the middle half of the reports, the line is "
            "their median, the ring their mean."
        ),
        "indicators": _("Indicators"),
        "indicator": _("Indicator"),
        "value": _("Value"),
        "answered": _("Answered"),
        "expected": _("Expected by now"),
        "target": _("Target"),
        "pace": _("Pace"),
        "pace_key": _(
            "All indicators are proposals of this project unless the page of the objective says "
            "that they are adopted. The stroke in a pace bar says how far one should be by now."
        ),
        "status": _("Computed status"),
        "over_time": _("Each indicator over time"),
        "course_key": _(
            "The full line is what was reported, its large dot this round; the broken line the "
            "pace expected, or the level to keep. Diamond: baseline. Square: milestone. "
            "Star: target."
        ),
        "withheld": _(
            "Figures about fewer than five countries, and those they could be worked out from, "
            "are withheld."
        ),
        "source": _("Where these figures are from"),
        "page": _("page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
    }
