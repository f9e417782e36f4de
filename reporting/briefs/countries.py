"""A country's brief for itself: what it owes, where it stands, and its region's median beside it.

No country is set beside another, and nothing is put in an order of countries.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from objectives.models import Indicator
from reporting.attention import Attention
from reporting.briefs.building import LONGEST_TITLE, in_common, with_checksum
from reporting.briefs.content import About, Brief, Figure, Grid, Line, Picture, Segment
from reporting.briefs.lines import LONGEST_TEXT, MOST_ROUNDS, figure_of, short
from reporting.briefs.pictures import printed
from reporting.countries import Beside, Middle
from reporting.models import Rating
from reporting.models.choices import BEHIND
from reporting.pairs import Pair, trend_pair
from reporting.written import percent, share

WIDTH_OF_TREND = 640
NOTHING = Attention(objectives=0, off_track=[], at_risk=[], over=[], few_reports=[])


def country_brief(page: Mapping[str, Any], about: About) -> Brief:
    """`page` is what the country's page shows, with a round chosen."""
    country, rows = page["country"], [row for row, _picture in page["beside"]]
    closing = _(
        "Countries are not ranked. A median is the middle of what the region's countries "
        "reported; of fewer than twenty percentages none is shown, for it could be one "
        "country's."
    )
    brief = Brief(
        **in_common(about, NOTHING) | {"closing": closing},
        eyebrow=short(page["framework"].title, LONGEST_TEXT),
        title=short(country.name, LONGEST_TITLE),
        question=_("What do we owe, and where do we stand?"),
        asked=list(asked(page, rows)),
        figures=list(figures(page, rows)),
        sections=[],
        whole=whole(page, rows),
        trend=trend(page),
        trend_key=names_of(page),
        grids=[
            beside_grid(rows, country.region.name),
            trend_grid(page),
            rounds_grid(page),
            *answers_grid(page),
        ],
    )
    return with_checksum(brief, about)


def asked(page: Mapping[str, Any], rows: Sequence[Beside]) -> Iterator[str]:
    for each, entries in page["open"].items():
        codes = ", ".join(entry.objective.code for entry in entries)
        words = _(
            "Hand in what is open in %(round)s, due on %(due)s, %(open)s of %(all)s: %(codes)s."
        )
        yield words % {
            "round": each.name,
            "due": date_format(localtime(each.due_for_country), "DATE_FORMAT"),
            "open": len(entries),
            "all": len(page["lines"]),
            "codes": codes,
        }
    behind = [row.entry.objective.code for row in rows if row.entry.rating in BEHIND]
    if behind:
        yield _(
            "Decide what is done where our own reports say off track or at risk: %(codes)s."
        ) % {"codes": ", ".join(behind)}
    if not page["open"] and not behind:
        yield _("Take note: nothing is open, and no report says off track or at risk.")


def figures(page: Mapping[str, Any], rows: Sequence[Beside]) -> Iterator[Figure]:
    approved = sum(1 for row in rows if row.entry.rating)
    point = page["points"][-1]
    yield figure_of(_("Reports approved"), str(approved), len(rows))
    yield Figure(_("Complete on average"), percent(point.mean))
    yield Figure(_("Median of the region"), said(point.middle))
    still_open = sum(len(entries) for entries in page["open"].values())
    yield Figure(_("Reports still open"), str(still_open))


def whole(page: Mapping[str, Any], rows: Sequence[Beside]) -> Line:
    ratings = [row.entry.rating for row in rows]
    segments = [Segment(each.value, str(each.label), ratings.count(each.value)) for each in Rating]
    segments.append(Segment("no_report", _("No approved report"), ratings.count("")))
    return Line(
        name=page["country"].name,
        text="",
        reported="",
        segments=segments,
        note="",
        mean="",
        median="",
        middle_half="",
        change="",
    )


def trend(page: Mapping[str, Any]) -> Picture:
    """The country's own mean over the rounds with its region's median beside it."""
    country, points = page["country"], page["points"][-MOST_ROUNDS:]
    title = _("%(country)s: mean percent complete in each round, and its region’s median")
    drawn = trend_pair(
        [Pair(each.round.slug, each.mean, each.middle.value) for each in points],
        names=(country.name, _("median of %(region)s") % {"region": country.region.name}),
        title=title % {"country": country.name},
        rtl=get_language_bidi(),
    )
    return printed(drawn, WIDTH_OF_TREND)


def names_of(page: Mapping[str, Any]) -> tuple[str, str]:
    """What the two lines are, for the reader of a legend."""
    country = page["country"]
    return (
        _("%(country)s, mean of its objectives") % {"country": country.name},
        _("median of the reports of %(region)s") % {"region": country.region.name},
    )


def trend_grid(page: Mapping[str, Any]) -> Grid:
    return Grid(
        title=_("Over the rounds"),
        head=[_("Round"), _("Mean"), _("Objectives"), _("Regional median"), _("Reports")],
        rows=[
            [
                each.round.slug,
                percent(each.mean),
                share(each.reports, len(page["lines"])),
                said(each.middle),
                number_format(each.middle.reports, force_grouping=True)
                if each.middle.reports
                else "–",
            ]
            for each in page["points"][-MOST_ROUNDS:]
        ],
        widths=[1, 1, 1, 1, 1],
    )


def said(middle: Middle) -> str:
    return _("withheld") if middle.is_withheld else percent(middle.value)


def own(entry: Any) -> str:
    """The rating once approved, before that the state; and the percentage where there is one."""
    return str(entry.label) + ("" if entry.percent is None else f", {entry.percent}\xa0%")


def beside_grid(rows: Sequence[Beside], region: str) -> Grid:
    return Grid(
        title=_("Beside the median of %(region)s") % {"region": region},
        head=[
            _("Objective"),
            "",
            _("Our report"),
            _("Median of the region"),
            _("Reports behind it"),
        ],
        rows=[
            [
                row.entry.objective.code,
                short(row.entry.objective.statement, LONGEST_TEXT),
                own(row.entry),
                said(row.middle),
                _("withheld") if row.middle.is_withheld else str(row.middle.reports),
            ]
            for row in rows
        ],
        widths=[0.8, 4, 1.8, 1.2, 1],
    )


def rounds_grid(page: Mapping[str, Any]) -> Grid:
    rounds = page["opened"][-MOST_ROUNDS:]
    keys = {each.pk for each in rounds}
    return Grid(
        title=_("All objectives, all rounds"),
        head=[_("Objective"), *(each.slug for each in rounds)],
        rows=[
            [line.objective.code, *(own(each) for each in line.entries if each.round.pk in keys)]
            for line in page["lines"]
        ],
        widths=[0.8, *[1.2] * len(rounds)],
    )


def _with_unit(indicator: Indicator) -> str:
    name, unit = short(indicator.name, LONGEST_TEXT), indicator.unit_of_answers
    return f"{name} ({unit})" if unit else name


def answers_grid(page: Mapping[str, Any]) -> Iterator[Grid]:
    """Only where something was answered."""
    rounds = page["opened"]
    first = max(len(rounds) - MOST_ROUNDS, 0)
    if page["answers"]:
        yield Grid(
            title=_("Our answers about indicators"),
            head=[_("Indicator"), "", *(each.slug for each in rounds[first:])],
            rows=[
                [
                    f"{each.objective.code}.{each.indicator.number}",
                    _with_unit(each.indicator),
                    *(str(value.beside_unit) if value else "–" for value in each.values[first:]),
                ]
                for each in page["answers"]
            ],
            widths=[0.8, 3, *[1] * len(rounds[first:])],
        )
