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
    brief = Brief(
        **in_common(about, attention),
        eyebrow=short(framework.get_state_display(), LONGEST_TEXT),
        title=short(framework.title, LONGEST_TITLE),
        question=_("Which objectives need a decision, and what is asked of whom?"),
        asked=list(decisions(attention)),
        figures=list(counted(attention)),
        sections=[
            section_of(_("Where each goal stands"), framework.goal_label, rows, about),
            section_of(
                framework.objective_label_plural, framework.objective_label, objective_rows, about
            ),
        ],
    )
    return with_checksum(brief, about)


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
    brief = Brief(
        **in_common(about, attention),
        eyebrow=short(f"{framework.title} · {framework.goal_label} {goal.number}", LONGEST_TEXT),
        title=short(goal.title, LONGEST_TITLE),
        question=_("Is this goal on its way, and which of its objectives need a decision?"),
        asked=list(decisions(attention)),
        figures=[*key_figures(total), *counted(attention)],
        sections=sections,
        whole=line_of(total, about),
        indicators=[
            measured_of(line.indicator.objective, line) for line in lines[:MOST_INDICATORS]
        ],
        indicators_note=left_out(lines, about),
        grids=list(grids_of_words(total.cell)),
    )
    return with_checksum(brief, about)


def objective_brief(
    objective: Objective,
    row: Row,
    regions: Sequence[Row],
    lines: Sequence[indicators.Line],
    readings: Sequence[Reading],
    about: About,
) -> Brief:
    framework = objective.goal.framework
    eyebrow = f"{framework.title} · {framework.objective_label} {objective.code}"
    brief = Brief(
        **in_common(about, Attention.of([row])),
        eyebrow=short(eyebrow, LONGEST_TEXT),
        title=short(objective.statement, LONGEST_TITLE),
        question=_("Is this objective on its way, and what is asked of those who report on it?"),
        asked=[decision_on(row)],
        figures=list(key_figures(row)),
        sections=[
            section_of(framework.objective_label, framework.objective_label, [row], about, True),
            *by_region(regions, about),
        ],
        whole=line_of(row, about),
        indicators=[measured_of(objective, line) for line in lines[:MOST_INDICATORS]],
        indicators_note=left_out(lines, about),
        readings=readings,
        grids=list(grids_of_words(row.cell)),
    )
    return with_checksum(brief, about)


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


def in_common(about: About, attention: Attention) -> dict[str, object]:
    """What every brief has; `closing` ends its first page, with the rule of attention."""
    found = attention.findings
    more = len(found) - MOST_FINDINGS
    return {
        "language": (get_language() or "en").partition("-")[0],
        "right_to_left": get_language_bidi(),
        "scope": about.scope,
        "findings": [exceptional_of(each, about) for each in found[:MOST_FINDINGS]],
        "notes": [_("And %(number)s more, on the page.") % {"number": more}] if more > 0 else [],
        "legend": [
            *(Segment(each.value, str(each.label), 0) for each in Rating),
            Segment("no_report", about.unreported, 0),
        ],
        "rounds": list(about.rounds)[-MOST_ROUNDS:],
        "words": _words(),
        "closing": _closing(),
    }


def with_checksum(brief: Brief, about: About) -> Brief:
    """With what its figures are from, and by what they can be told from others."""
    source = replace(about.source, framework=short(about.source.framework, LONGEST_TITLE))
    parts = (*brief.figures, *brief.sections, *brief.indicators, *brief.readings, *brief.grids)
    checksum = sha256_of([asdict(each, dict_factory=without_drawings) for each in parts])
    footer = [
        short(about.source.framework, 60),
        source.round,
        source.region_name,
        _("no snapshot")
        if source.snapshot is None
        else _("snapshot %(number)s") % {"number": source.snapshot},
        checksum[:12],
        source.made,
    ]
    return replace(
        brief,
        facts=[*source.facts(), (_("SHA-256 of these figures"), checksum)],
        footer=" · ".join(footer),
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
