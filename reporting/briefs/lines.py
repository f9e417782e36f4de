"""A page's figures as a brief's lines, each written as it is there."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.models import Goal
from objectives.models import Objective
from reporting import indicators
from reporting.attention import Attention, Finding
from reporting.briefs.content import (
    About,
    Exceptional,
    Figure,
    Grid,
    Line,
    Measured,
    Pace,
    Point,
    Section,
    Segment,
    Spread,
)
from reporting.briefs.pictures import printed
from reporting.dashboards import FEWEST_FOR_QUARTERS, Cell, Row
from reporting.measured import answered, in_unit, standing_of, target_of, value_of
from reporting.measured import pace_of as pace_drawn
from reporting.named import passages
from reporting.standings import Words, left_out, spread, spread_in_words
from reporting.written import Numerals, middle_half, named_most, percent

# At most ten pages, whatever a framework holds: what is left out is said to be.
MOST_LINES, MOST_ROUNDS, LONGEST_TEXT = 40, 10, 180
# Of more lines than a page takes each has two lines of text.
MOST_IN_FULL, LONGEST_OF_MANY, LONGEST_NAME = 20, 80, 110
# A region's name stands in a narrow column too.
LONGEST_OF_REGION = 40
WIDTH_OF_STRIP = 363
# In the alphabets up to Arabic; others break a line where they like.
LONG_WORD = re.compile(r"[^\W\u0700-\U0010ffff]{40,}")
SOFT_HYPHEN = "\u00ad"


def counted(attention: Attention) -> Iterator[Figure]:
    whole, objectives = Numerals.of_reader().whole, attention.objectives
    off_track, at_risk = (
        whole(len(found)) if attention.judged else "–"
        for found in (attention.off_track, attention.at_risk)
    )
    yield figure_of(_("Objectives off track"), off_track, objectives)
    yield figure_of(_("Objectives at risk"), at_risk, objectives)
    label = _("With reports from fewer than half of the countries")
    yield figure_of(label, whole(len(attention.few_reports)), objectives)


def figure_of(label: str, number: str, all_there_are: int) -> Figure:
    """So many of so many, parted at the number, which is printed larger than the words."""
    numerals, here = Numerals.of_reader(), "\N{OBJECT REPLACEMENT CHARACTER}"
    words = numerals.of % {"number": here, "all": numerals.whole(all_there_are)}
    before, _here, after = words.partition(here)
    return Figure(label, number, of=after.strip(), before=before.strip())


def key_figures(row: Row) -> Iterator[Figure]:
    cell = row.cell
    mean = _("withheld") if cell.withheld else percent(cell.mean_percent)
    yield Figure(_("Complete on average"), mean)
    if cell.spread:
        yield Figure(_("Half of the reports between"), middle_half(cell))
    numerals = Numerals.of_reader()
    yield Figure(_("Points since the round before"), numerals.points(row.change))
    yield figure_of(_("Reports approved"), numerals.whole(cell.reported), cell.expected)


def grids_of_words(cell: Cell) -> Iterator[Grid]:
    """What countries name, and say in their own words, as far as the page shows it."""
    named = [cell.named(field) for field in ("main_challenge", "main_next_step")]
    if any(named):
        kinds = [
            [(str(kind.label), str(count)) for kind, count in found.shown] if found else []
            for found in named
        ]
        words = _("Reports, of %(named)s that name one")
        of = [words % {"named": found.named} if found else "" for found in named]
        yield Grid(
            title=_("What stands in the way, and what comes next"),
            head=[_("Challenges named most"), of[0], _("Next steps named most"), of[1]],
            rows=[[*one, *other] for one, other in zip_longest(*kinds, fillvalue=("", ""))],
            widths=[2.4, 0.8, 2.4, 0.8],
        )
    said = [each for field in ("challenges", "next_steps") for each in passages(cell, field)]
    if said:
        yield Grid(
            title=_("In the words of countries, without their names"),
            head=[_("Kind"), ""],
            rows=[[kind, f"“{breakable(text)}”"] for kind, text in said],
            widths=[1, 3],
        )


def section_of(
    title: str,
    subject: str,
    rows: Sequence[Row],
    about: About,
    shows_trend: bool = False,
    shows_spread: bool = False,
) -> Section:
    more = len(rows) - MOST_LINES
    longest = LONGEST_TEXT if len(rows) <= MOST_IN_FULL else LONGEST_OF_MANY
    return Section(
        title=title,
        subject=subject,
        lines=[line_of(row, about, longest) for row in rows[:MOST_LINES]],
        left_out=_("And %(number)s more, on the page.") % {"number": more} if more > 0 else "",
        shows_trend=shows_trend and len(about.rounds) > 1,
        spreads=list(spreads_of(rows[:MOST_LINES], about)) if shows_spread else [],
    )


def spreads_of(rows: Sequence[Row], about: About) -> Iterator[Spread]:
    """How far along the countries are, as the page's list says and draws it."""
    words = Words.of(about.unreported, "")
    few = _("fewer than %(count)s percentages") % {"count": FEWEST_FOR_QUARTERS}
    for row in rows:
        cell, code = row.cell, row.subject.code
        if cell.spread:
            drawn = printed(spread(cell, code, words), WIDTH_OF_STRIP)
            yield Spread(code, spread_in_words(cell, words.numerals), drawn)
        elif cell.withheld:
            yield Spread(code, _("withheld"))
        else:
            yield Spread(code, few if cell.percent_count else _("no percentage reported"))


def line_of(row: Row, about: About, longest: int = LONGEST_TEXT) -> Line:
    name, text = _name(row.subject)
    cell = row.cell
    segments, numerals = _segments(cell, about), Numerals.of_reader()
    trend = zip(about.rounds, row.trend, strict=False)
    return Line(
        name=name,
        text=short(text, longest),
        reported=numerals.share(cell.reported, cell.expected),
        segments=segments,
        note=_("withheld") if cell.withheld else _("no reports are expected"),
        mean=percent(cell.mean_percent),
        median=percent(cell.spread and cell.spread.median),
        middle_half=middle_half(cell),
        change=numerals.points(row.change),
        trend=[_point(slug, each) for slug, each in trend][-MOST_ROUNDS:],
        counts=[numerals.whole(segment.count) for segment in segments],
        left_out=strip_tags(left_out(cell)),
    )


def _segments(cell: Cell, about: About) -> list[Segment]:
    """Those of the page's bar; none where it is withheld or nothing is expected."""
    if cell.withheld or not cell.expected:
        return []
    counted = [Segment(each.value, str(each.label), count) for each, count in cell.counts]
    return [*counted, Segment("no_report", about.unreported, cell.unreported)]


def _point(slug: str, cell: Cell) -> Point:
    if cell.mean_percent is None:
        return Point(slug, None, _("withheld") if cell.withheld else percent(None))
    return Point(slug, float(cell.mean_percent), percent(cell.mean_percent))


def _name(subject: object) -> tuple[str, str]:
    if isinstance(subject, Objective):
        return subject.code, subject.statement
    if isinstance(subject, Goal):
        return str(subject.number), subject.title
    return (short(subject.name, LONGEST_OF_REGION), "") if subject else ("", "")


def exceptional_of(finding: Finding, about: About) -> Exceptional:
    now, before = finding.now, finding.before
    share = _("%(percent)s %% off track or at risk (%(troubled)s of %(applicable)s reports)") % {
        "percent": now.percent,
        "troubled": now.troubled,
        "applicable": now.applicable,
    }
    since = ""
    if before:
        points = f"{finding.change:+d}".replace("-", "−") if finding.change else "0"
        words = ngettext(
            "%(points)s point since the round before (%(troubled)s of %(applicable)s)",
            "%(points)s points since the round before (%(troubled)s of %(applicable)s)",
            finding.points,
        )
        numbers = {"troubled": before.troubled, "applicable": before.applicable}
        since = words % (numbers | {"points": points})
    label = {"standing": str(finding.standing.label)}
    name, text = _name(finding.row.subject)
    return Exceptional(
        key=finding.standing.value,
        label=_("%(standing)s, new") % label if finding.is_new else label["standing"],
        code=name,
        text=short(text, LONGEST_TEXT),
        share=share,
        since=since,
        why=list(_why(finding)),
        segments=_segments(finding.row.cell, about),
    )


def _why(finding: Finding) -> Iterator[tuple[str, str]]:
    named = [
        (_("Reason named most"), finding.reason),
        (_("Next step named most"), finding.next_step),
    ]
    yield from ((label, named_most(found)) for label, found in named if found)


def measured_of(objective: Objective, line: indicators.Line) -> Measured:
    indicator = line.indicator
    return Measured(
        code=f"{objective.code}.{indicator.number}",
        name=short(indicator.name, LONGEST_NAME),
        value=value_of(line),
        reported=answered(line),
        expected=in_unit(line.expected, indicator),
        target=target_of(line),
        standing=standing_of(line),
        pace=pace_of(line),
    )


def pace_of(line: indicators.Line) -> Pace | None:
    """The page's bar; none where there is no way to go."""
    judgement = line.judgement
    if judgement is None or judgement.achieved is None:
        return None
    shares = judgement.achieved, judgement.expected
    achieved, expected = (float(min(max(share, Decimal(0)), Decimal(1))) for share in shares)
    words = printed(pace_drawn(line), 1).alt
    return Pace(judgement.standing.value, achieved, expected, words)


def short(text: str, longest: int) -> str:
    return breakable(Truncator(text).chars(longest))


def breakable(text: str) -> str:
    """A line may end anywhere in a word that no line holds."""
    return LONG_WORD.sub(lambda word: SOFT_HYPHEN.join(word[0]), text)
