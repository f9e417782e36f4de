"""Pictures as SVG, drawn here so that they print and need no script.

Positions along the line are percentages and everything else is in pixels, so a
picture fills any width without stretching its text. `rtl` mirrors it. Colours
and patterns are in templates/includes/chart_patterns.html. Figures are written as the reader
writes them, places never: SVG knows the point alone. What is drawn a hundred times on a page is
put together here with `escape` for each text: numbers need none. It is the
standard library's: Django's looks for lazy texts at each call, which takes six times as long.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from reporting.written import Numerals


class Segment(NamedTuple):
    """`key` names the fill, `label` says it in words, `count` is its length."""

    key: str
    label: str
    count: int


def place(percent: float, rtl: bool, width: float = 0) -> str:
    """Where something `width` wide begins, as SVG writes it: `12.5%`."""
    return f"{(100 - percent - width) if rtl else percent:z.3f}%"


def stacked_bar(
    segments: Sequence[Segment], *, title: str, rtl: bool = False, numerals: Numerals | None = None
) -> SafeString:
    """A bar whose segments are in proportion to their counts; those of 0 are left out."""
    # The place of each among the counts itself, so that rounding leaves no gap between two.
    total, numerals = sum([segment.count for segment in segments]), _numerals(numerals)
    words, rects, behind = [], [], 0
    for key, label, count in segments:
        if not count:
            continue
        name = label if isinstance(label, SafeString) else escape(label)
        said = f"{name}: {numerals.whole(count)}"
        words.append(said)
        start = 100 * ((total - behind - count) if rtl else behind) / total
        rects.append(
            f'<rect x="{start:.3f}%" y="0" width="{100 * count / total:.3f}%" height="100%"'
            f' fill="url(#fill-{key})"><title>{said}</title></rect>'
        )
        behind += count
    return SafeString(  # nosec B703
        '<svg class="chart stacked-bar" role="img" height="22" width="100%">'
        f"<title>{escape(title)}</title><desc>{'; '.join(words)}</desc>{''.join(rects)}</svg>"
    )


def trend_line(
    points: Sequence[tuple[str, Decimal | float | None]],
    *,
    title: str,
    rtl: bool = False,
    numerals: Numerals | None = None,
) -> SafeString:
    """Percentages from 0 to 100 over rounds; a round without a figure leaves a gap."""
    height, top, bottom, edge = 190, 22, 26, 12.0
    tenths = _numerals(numerals).tenths
    step = (100 - 2 * edge) / max(len(points) - 1, 1)

    def x(position: int) -> str:
        return place(edge + step * position, rtl)

    def y(value: float) -> float:
        return height - bottom - (height - top - bottom) * float(value) / 100

    known = [(position, value) for position, (_, value) in enumerate(points) if value is not None]
    lines = [
        f'<line class="trend" x1="{x(position)}" y1="{y(value):.1f}"'
        f' x2="{x(position + 1)}" y2="{y(following):.1f}"/>'
        for (position, value), (next_position, following) in zip(known, known[1:], strict=False)
        if next_position == position + 1
    ]
    dots = [
        f'<circle class="trend-dot" cx="{x(position)}" cy="{y(value):.1f}" r="4">'
        f"<title>{escape(points[position][0])}: {tenths(value)} %</title></circle>"
        for position, value in known
    ]
    values = [
        f'<text class="trend-value" direction="ltr" x="{x(position)}" y="{y(value) - 10:.1f}">'
        f"{tenths(value)}</text>"
        for position, value in known
    ]
    ends = (0, len(points) - 1)
    labels = [
        f'<text class="trend-label{"" if position in ends else " trend-label-between"}"'
        f' direction="ltr" x="{x(position)}" y="{height - 6}">{escape(label)}</text>'
        for position, (label, _) in enumerate(points)
    ]
    return SafeString(  # nosec B703
        f'<svg class="chart trend-chart" role="img" height="{height}" width="100%">'
        f"<title>{escape(title)}</title><desc>{described(points, tenths)}</desc>{_grid(y, rtl)}"
        f"{''.join(lines)}{''.join(dots)}{''.join(values)}{''.join(labels)}</svg>"
    )


def described(
    points: Sequence[tuple[str, Decimal | float | None]],
    tenths: Callable[[Decimal | float], str],
) -> str:
    """A line in words, escaped."""
    words = [
        f"{label}: {'–' if value is None else f'{tenths(value)} %'}" for label, value in points
    ]
    return escape("; ".join(words))


def share_bar(count: int, most: int, *, title: str) -> SafeString:
    """One bar of several that are as long as their counts; `most` fills the whole width.

    It begins where the line begins, so it needs no mirroring of its own: the style sheet does it.
    """
    title = escape(title)
    return SafeString(  # nosec B703
        '<svg class="chart share-bar" role="img" height="12" width="100%">'
        f"<title>{title}</title><desc>{title}</desc>"
        f'<rect x="0" y="0" width="{100 * count / most:.3f}%" height="100%"'
        ' fill="url(#fill-named)"/></svg>'
    )


SPARK_HEIGHT, SPARK_EDGE = 34, 5


def sparkline(
    points: Sequence[tuple[str, Decimal | float | None]],
    *,
    title: str,
    rtl: bool = False,
    numerals: Numerals | None = None,
) -> SafeString:
    """The line of `trend_line` alone, for the row of a list: it fills any width, and its end is
    marked. A round without a figure leaves a gap; one between two gaps is a dot.
    """
    last, tenths = max(len(points) - 1, 1), _numerals(numerals).tenths
    stretches: list[list[str]] = []
    stretch: list[str] = []
    end = None
    for position, (label, value) in enumerate(points):
        if value is None:
            stretch = []
            continue
        x = 4 + 92 * position / last
        x = 100 - x if rtl else x
        y = SPARK_HEIGHT - SPARK_EDGE - (SPARK_HEIGHT - 2 * SPARK_EDGE) * float(value) / 100
        if not stretch:
            stretches.append(stretch)
        stretch.append(f"{x:.2f},{y:.1f}")
        end = (x, y, label, value)
    dot = ""
    if end:
        x, y, label, value = end
        dot = (
            f'<circle class="trend-dot" cx="{x:.2f}%" cy="{y:.1f}" r="3">'
            f"<title>{escape(label)}: {tenths(value)} %</title></circle>"
        )
    # A stretch of one point is drawn to itself: its round ends make the dot.
    lines = [
        f'<polyline class="trend" points="{" ".join(each if each[1:] else each * 2)}"/>'
        for each in stretches
    ]
    return SafeString(  # nosec B703
        f'<svg class="chart sparkline" role="img" height="{SPARK_HEIGHT}" width="100%">'
        f"<title>{escape(title)}</title><desc>{described(points, tenths)}</desc>"
        f'<svg viewBox="0 0 100 {SPARK_HEIGHT}" preserveAspectRatio="none">{"".join(lines)}</svg>'
        f"{dot}</svg>"
    )


def spread_strip(
    lower: Decimal,
    median: Decimal,
    upper: Decimal,
    mean: Decimal,
    *,
    title: str,
    description: str,
    rtl: bool = False,
) -> SafeString:
    """Percentages from 0 to 100: a band for the middle half, a line for the median, a ring
    for the mean. No single percentage is drawn."""
    # Where half of the countries agree the band is still there to be seen.
    width = max(upper - lower, Decimal("0.4"))
    middle = place(median, rtl)
    return SafeString(  # nosec B703
        '<svg class="chart spread-strip" role="img" height="24" width="100%">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f'<line class="spread-axis" x1="0" y1="12" x2="100%" y2="12"/>{SPREAD_TICKS}'
        f'<rect class="spread-half" x="{place(lower, rtl, upper - lower)}" y="5"'
        f' width="{width:.3f}%" height="14"/>'
        f'<line class="spread-median" x1="{middle}" y1="2" x2="{middle}" y2="22"/>'
        f'<circle class="spread-mean" cx="{place(mean, rtl)}" cy="12" r="4"/></svg>'
    )


def spread_scale(*, rtl: bool = False) -> SafeString:
    labels = [
        f'<text class="grid-label" direction="ltr" x="{place(at, rtl)}" y="12">{at}</text>'
        for at in (0, 25, 50, 75, 100)
    ]
    return SafeString(f'<svg class="chart" height="16" width="100%">{"".join(labels)}</svg>')  # nosec B703


def pace_bar(
    achieved: Decimal,
    expected: Decimal,
    *,
    standing: str,
    title: str,
    desc: str,
    rtl: bool = False,
) -> SafeString:
    """The way from baseline to target: how much of it is behind, and a stroke where it should."""
    share = float(min(max(achieved, Decimal(0)), Decimal(1)))
    due = float(min(max(expected, Decimal(0)), Decimal(1)))
    at = place(100 * due, rtl)
    return SafeString(  # nosec B703
        f'<svg class="chart pace-bar" role="img" height="30" width="100%">'
        f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>"
        '<rect class="pace-way" x="0" y="8" width="100%" height="14"/>'
        f'<rect x="{place(0, rtl, 100 * share)}" y="8" width="{100 * share:.3f}%" height="14"'
        f' fill="url(#fill-{standing})"/>'
        f'<line class="pace-due" x1="{at}" y1="2" x2="{at}" y2="28"/>'
        f'<svg x="{at}" y="2" overflow="visible"><path class="pace-head" d="M-5 -2H5L0 5Z"/></svg>'
        "</svg>"
    )


# The same in both directions.
SPREAD_TICKS = format_html_join(
    "",
    '<line class="spread-tick" x1="{}%" y1="8" x2="{}%" y2="16"/>',
    [(percent, percent) for percent in (0, 25, 50, 75, 100)],
)


def _numerals(known: Numerals | None) -> Numerals:
    """Those of the reader, unless they are known already: a page has them looked up once."""
    return known or Numerals.of_reader()


def _grid(y: Callable[[float], float], rtl: bool) -> str:
    return "".join(
        [
            f'<line class="grid" x1="0" y1="{y(value):.1f}" x2="100%" y2="{y(value):.1f}"/>'
            f'<text class="grid-label" direction="ltr" x="{place(0, rtl)}"'
            f' y="{y(value) - 3:.1f}">{value} %</text>'
            for value in (0, 50, 100)
        ]
    )
