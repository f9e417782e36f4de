"""The lines and tables of a dashboard as HTML, joined here: a template's tags cost a hundred
times as much, and a page has hundreds of figures. Numbers and our own words need no escaping;
what people wrote is escaped, and arrives as `SafeString` where it is HTML already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from reporting.charts import Segment, sparkline, spread_scale, spread_strip, stacked_bar
from reporting.dashboards import FEWEST_FOR_QUARTERS, Cell, Row
from reporting.models import Rating
from reporting.written import Numerals

RATINGS = Rating.values


@dataclass(frozen=True)
class Words:
    """What is said again and again on a dashboard, looked up once a list.

    `unreported` is said of a country without an approved report, `before` names the round
    before, if there is one.
    """

    unreported: SafeString
    before: str
    ratings: Sequence[SafeString]
    rtl: bool
    numerals: Numerals

    @classmethod
    def of(cls, unreported: object, before: object) -> "Words":
        # Lazy texts would be looked up again at each use.
        ratings = [SafeString(escape(str(label))) for label in Rating.labels]  # nosec B703
        return cls(
            unreported=SafeString(escape(str(unreported))),  # nosec B703
            before=str(before or ""),
            ratings=ratings,
            rtl=get_language_bidi(),
            numerals=Numerals.of_reader(),
        )


def bar(cell: Cell, title: str, words: Words) -> SafeString:
    """The distribution of ratings, with what is not reported."""
    said = cell.by_rating
    segments = [
        Segment(rating, label, said.get(rating, 0))
        for rating, label in zip(RATINGS, words.ratings, strict=True)
    ]
    segments.append(Segment("no_report", words.unreported, cell.unreported))
    return stacked_bar(segments, title=title, rtl=words.rtl, numerals=words.numerals)


def spread(cell: Cell, name: str, words: Words) -> SafeString:
    """How far along the reports are; nothing where there is no spread."""
    if cell.spread is None:
        return SafeString("")
    return spread_strip(
        *cell.spread,
        cell.mean_percent,
        title=_("%(name)s: how far along the countries are") % {"name": name},
        description=spread_in_words(cell, words.numerals),
        rtl=words.rtl,
    )


def spread_in_words(cell: Cell, numerals: Numerals) -> str:
    said = _(
        "Half of %(reports)s reports: %(lower)s to %(upper)s %%; median %(median)s %%, "
        "mean %(mean)s %%"
    )
    percents = cell.spread._asdict() | {"mean": cell.mean_percent}
    figures = {name: numerals.tenths(percent) for name, percent in percents.items()}
    return said % (figures | {"reports": numerals.whole(cell.percent_count)})


def spark(row: Row, slugs: Sequence[str], title: str, words: Words) -> SafeString:
    """The mean of each round as a small line; nothing where there is no way to draw."""
    if len(row.trend) < 2 or row.cell.withheld:
        return SafeString("")
    points = [(slug, cell.mean_percent) for slug, cell in zip(slugs, row.trend, strict=False)]
    line = sparkline(points, title=title, rtl=words.rtl, numerals=words.numerals)
    return SafeString(f'<div class="standing-spark">{line}</div>')  # nosec B703


@dataclass(frozen=True)
class Standing:
    """A line of the list: its title and what is drawn below it, the row, and its plain name."""

    head: SafeString
    row: Row
    name: str


def standing_list(standings: Iterable[Standing], words: Words, of_reports: bool) -> SafeString:
    """A bar for each subject with what it is of; `of_reports` where a country has several."""
    said = Figures.of(words, of_reports)
    items = [
        f'<li class="standing"><div class="standing-text">{each.head}</div>'
        f"{said.figures(each.row, each.name)}</li>"
        for each in standings
    ]
    return SafeString(f'<ul class="standing-list">{"".join(items)}</ul>')  # nosec B703


@dataclass(frozen=True)
class Figures:
    """The sentences below a bar, each looked up once."""

    words: Words
    reported: str
    complete: str
    no_percentage: str
    points_since: str
    no_figure: str
    other_objectives: str
    withheld: str
    unpublished: str

    @classmethod
    def of(cls, words: Words, of_reports: bool) -> "Figures":
        since = {"round": escape(words.before), "points": "%(points)s"}
        return cls(
            words=words,
            reported=_("%(reported)s of %(expected)s reports")
            if of_reports
            else _("%(reported)s of %(expected)s reported"),
            complete=_("complete on average"),
            no_percentage=_("no percentage reported"),
            points_since=_("<b>%(points)s</b> points since %(round)s") % since,
            no_figure=_("no figure for %(round)s") % since if words.before else "",
            other_objectives=_("of other objectives than in %(round)s") % since,
            withheld=_(
                "Figures about fewer than five countries, and those they could be worked out "
                "from, are withheld."
            ),
            unpublished=_("The objectives of this goal have not been published yet."),
        )

    def figures(self, row: Row, name: str) -> str:
        cell = row.cell
        whole = self.words.numerals.whole
        of = {"reported": whole(cell.reported), "expected": whole(cell.expected)}
        reported = self.reported % of
        if cell.withheld:
            return f'<p class="withheld">{reported}. {self.withheld}</p>'
        if not cell.expected:
            return f'<p class="quiet">{self.unpublished}</p>'
        mean = self.no_percentage
        if cell.mean_percent is not None:
            mean = f"<b>{self.words.numerals.percent(cell.mean_percent)}</b> {self.complete}"
        change = self.no_figure
        if cell.mean_percent is not None and row.is_of_other_objectives:
            change = self.other_objectives
        if row.change is not None:
            change = self.points_since % {"points": self.words.numerals.signed(row.change)}
        return (
            f'<div class="standing-bar">{bar(cell, name, self.words)}</div>'
            f'<div class="standing-numbers"><span>{reported}</span><span>{mean}</span>'
            f"<span>{change}</span></div>{left_out(cell)}"
        )


def left_out(cell: Cell) -> str:
    """A total says what is not in it."""
    if not cell.left_out:
        return ""
    said = _("Without %(count)s of %(all)s objectives, whose figures are withheld.")
    figures = {"count": cell.left_out, "all": cell.left_out + len(cell.objectives)}
    return f'<p class="withheld">{said % figures}</p>'


def total(cell: Cell, change: Decimal | None, name: str, words: Words) -> SafeString:
    """The headline figures of one subject, and its bar."""
    if cell.withheld:
        said = _(
            "Figures about fewer than five countries, and those they could be worked out from, "
            "are withheld."
        )
        return SafeString(f'<p class="withheld">{said}</p>')  # nosec B703
    numerals, between = words.numerals, ""
    if cell.spread:
        lower, upper = numerals.short(cell.spread.lower), numerals.short(cell.spread.upper)
        label = _("Half of the reports between")
        middle = _('%(lower)s <span class="of">and</span> %(upper)s&nbsp;%%')
        middle %= {"lower": lower, "upper": upper}
        between = f"<div><dt>{label}</dt><dd>{middle}</dd></div>"
    reported = _('%(number)s <span class="of">of %(all)s</span>')
    reported %= {"number": numerals.whole(cell.reported), "all": numerals.whole(cell.expected)}
    return SafeString(  # nosec B703
        f'<dl class="key-figures"><div><dt>{_("Complete on average")}</dt>'
        f"<dd>{numerals.percent(cell.mean_percent)}</dd></div>{between}"
        f"<div><dt>{_('Points since the round before')}</dt>"
        f"<dd>{numerals.signed(change)}</dd></div>"
        f"<div><dt>{_('Reports approved')}</dt><dd>{reported}</dd></div></dl>"
        f'<div class="total-bar">{bar(cell, name, words)}</div>{left_out(cell)}'
    )


def spread_list(rows: Iterable[Row], words: Words) -> SafeString:
    """Where the middle half of each objective's reports lies, on one scale."""
    none, withheld = _("no percentage reported"), _("withheld")
    few = _("fewer than %(count)s percentages") % {"count": FEWEST_FOR_QUARTERS}
    between = _("half of %(count)s between <b>%(lower)s</b> and <b>%(upper)s&nbsp;%%</b>")
    short, items = words.numerals.short, []
    for row in rows:
        cell, code = row.cell, row.subject.code
        if cell.spread is None:
            why = withheld if cell.withheld else few if cell.percent_count else none
            said = f'<span class="quiet">{why}</span>'
        else:
            lower, upper = short(cell.spread.lower), short(cell.spread.upper)
            count = words.numerals.whole(cell.percent_count)
            figures = {"count": count, "lower": lower, "upper": upper}
            said = f"{spread(cell, code, words)}<span>{between % figures}</span>"
        items.append(f'<li><span class="code">{escape(code)}</span>{said}</li>')
    scale = f"<span></span>{spread_scale(rtl=words.rtl)}<span></span>"
    return SafeString(  # nosec B703
        f'<ul class="spread-list"><li class="spread-scale" aria-hidden="true">{scale}</li>'
        f"{''.join(items)}</ul>"
    )


def rating_table(rows: Sequence[Row], subject: str, words: Words) -> SafeString:
    """The figures of the bars and of the words below them, a line each."""
    columns = [*words.ratings, words.unreported, _("Reported"), _("Mean"), _("Median")]
    columns += [_("Middle half"), _("Change (points)")]
    withheld = f'<td colspan="7" class="quiet">{_("withheld")}</td>'
    numerals, lines = words.numerals, []
    whole = numerals.whole
    partly = f'<br><span class="quiet">{_("partly withheld")}</span>'
    for row in rows:
        cell = row.cell
        counts = withheld
        if not cell.withheld:
            said = cell.by_rating
            counts = [*(said.get(each, 0) for each in RATINGS), cell.unreported]
            counts = numbers(map(whole, counts))
        figures = [
            f"{numerals.share(cell.reported, cell.expected)}{partly if cell.left_out else ''}",
            numerals.percent(cell.mean_percent),
            numerals.percent(cell.spread and cell.spread.median),
            numerals.middle_half(cell),
            numerals.signed(row.change),
        ]
        lines.append((row.subject, counts + numbers(figures)))
    return table(
        lines,
        [subject, *columns],
        label=_("The same figures as a table, by %(label)s") % {"label": subject},
        caption=_("The same figures as a table: number of reports by rating"),
    )


def trend_table(rows: Sequence[Row], slugs: Sequence[str], subject: str) -> SafeString:
    """The mean of each round, and the number of reports behind it."""
    rounds = [SafeString(f'<bdi dir="ltr">{escape(slug)}</bdi>') for slug in slugs]  # nosec B703
    written = Numerals.of_reader().mean_of_reports
    return table(
        [(row.subject, numbers(map(written, row.trend))) for row in rows],
        [subject, *rounds],
        label=_("Trend as a table"),
        caption=_("Mean percent complete in each round, with the number of reports behind it"),
        css=" nowrap",
    )


def table(
    lines: Iterable[tuple[object, str]],
    columns: Sequence[str],
    *,
    label: str,
    caption: str,
    css: str = "",
) -> SafeString:
    """Each line is a subject, by its name, its code or its number, and its cells."""
    first, *others = map(conditional_escape, columns)
    head = "".join(f'<th scope="col" class="number{css}">{each}</th>' for each in others)
    body = "".join(
        f'<tr><th scope="row">{escape(known_as(subject))}</th>{cells}</tr>'
        for subject, cells in lines
    )
    return SafeString(  # nosec B703
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="table table-sm figures"><caption>{caption}</caption>'
        f'<thead><tr><th scope="col">{first}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def known_as(subject: object) -> str:
    """A region's name, an objective's code, a goal's number."""
    return str(getattr(subject, "name", "") or getattr(subject, "code", "") or subject.number)


def numbers(words: Iterable[object]) -> str:
    return "".join(f'<td class="number">{each}</td>' for each in words)


def legend(words: Words) -> SafeString:
    """What each fill means."""
    fill = '<svg width="14" height="14" aria-hidden="true">{}</svg> '
    full = '<rect width="14" height="14" fill="url(#fill-{})"/>'
    frame = '<rect class="legend-frame" x=".5" y=".5" width="13" height="13" fill="url(#fill-{})"/>'
    items = [
        f"<li>{fill.format(full.format(rating))}{label}</li>"
        for rating, label in zip(RATINGS, words.ratings, strict=True)
    ]
    items.append(f"<li>{fill.format(frame.format('no_report'))}{words.unreported}</li>")
    return SafeString(f'<ul class="legend" aria-label="{_("Ratings")}">{"".join(items)}</ul>')  # nosec B703
