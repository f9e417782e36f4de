"""Pictures of two figures side by side, as SVG: one's own, and what it is seen against.

They differ in shape and line, not in colour alone. Places along the line are percentages, as in
`charts`, so a picture fills any width.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reporting.charts import place
from reporting.written import Numerals

HEIGHT, TOP, BOTTOM, EDGE = 240, 26, 42, 9.0


class Pair(NamedTuple):
    """What a picture shows at one place; None where there is no figure."""

    label: str
    own: Decimal | None
    other: Decimal | None


def figure(value: Decimal | int, numerals: Numerals) -> str:
    return numerals.whole(value) if isinstance(value, int) else numerals.tenths(value)


def in_words(value: Decimal | int | None, numerals: Numerals) -> str:
    return "–" if value is None else f"{figure(value, numerals)} %"


def described(pairs: Sequence[Pair], names: tuple[str, str], numerals: Numerals) -> str:
    own, other = names
    return "; ".join(
        f"{each.label}: {own} {in_words(each.own, numerals)},"
        f" {other} {in_words(each.other, numerals)}"
        for each in pairs
    )


def trend_pair(
    pairs: Sequence[Pair], *, names: tuple[str, str], title: str, rtl: bool = False
) -> SafeString:
    """Two lines from 0 to 100 % over rounds; a round without a figure leaves a gap."""
    step, numerals = (100 - 2 * EDGE) / max(len(pairs) - 1, 1), Numerals.of_reader()

    def x(position: int) -> str:
        return place(EDGE + step * position, rtl)

    labels = format_html_join(
        "",
        '<text class="trend-label{}" direction="ltr" x="{}" y="{}">{}</text>',
        [
            (
                "" if position in (0, len(pairs) - 1) else " trend-label-between",
                x(position),
                HEIGHT - 6,
                each.label,
            )
            for position, each in enumerate(pairs)
        ],
    )
    # What one is seen against lies below one's own.
    return format_html(
        '<svg class="chart trend-chart pair-chart" role="img" height="{}" width="100%">'
        "<title>{}</title><desc>{}</desc>{}{}{}{}</svg>",
        HEIGHT,
        title,
        described(pairs, names, numerals),
        grid(rtl),
        series(
            [(x(n), each.label, each.other, each.own) for n, each in enumerate(pairs)],
            "other",
            numerals,
        ),
        series(
            [(x(n), each.label, each.own, each.other) for n, each in enumerate(pairs)],
            "own",
            numerals,
        ),
        labels,
    )


def y(value: float | Decimal) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(value) / 100


def series(
    places: Sequence[tuple[str, str, Decimal | None, Decimal | None]],
    kind: str,
    numerals: Numerals,
) -> SafeString:
    """One line of (x, label, value, the other's value), its marks and its numbers."""
    lines, marks, numbers = [], [], []
    for position, (x, label, value, other) in enumerate(places):
        if value is None:
            continue
        if position and places[position - 1][2] is not None:
            before = places[position - 1]
            lines.append((kind, before[0], f"{y(before[2]):.1f}", x, f"{y(value):.1f}"))
        marks.append((x, f"{y(value):.1f}", kind, label, in_words(value, numerals)))
        # The higher one has its number above, the lower one below: they never meet.
        is_above = other is None or value > other or (value == other and kind == "own")
        top = f"{y(value) + (-10 if is_above else 19):.1f}"
        numbers.append((kind, x, top, figure(value, numerals)))
    return format_html(
        "{}{}{}",
        format_html_join("", '<line class="pair-{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', lines),
        format_html_join(
            "",
            # A line of hardly any length with its ends drawn: a dot if they are round, else a
            # square. In print one of no length at all would be left out.
            '<line x1="{0}" x2="{0}" y1="{1}" y2="{1}1" class="pair-mark pair-mark-{2}">'
            "<title>{3}: {4}</title></line>",
            marks,
        ),
        format_html_join(
            "",
            '<text class="trend-value pair-number-{}" direction="ltr" x="{}" y="{}">{}</text>',
            numbers,
        ),
    )


def grid(rtl: bool) -> SafeString:
    return format_html_join(
        "",
        '<line class="grid" x1="0" y1="{0}" x2="100%" y2="{0}"/>'
        '<text class="grid-label" direction="ltr" x="{1}" y="{2}">{3} %</text>',
        [
            (f"{y(value):.1f}", place(0, rtl), f"{y(value) - 3:.1f}", value)
            for value in (0, 50, 100)
        ],
    )


def bar_pair(pair: Pair, *, names: tuple[str, str], rtl: bool = False) -> SafeString:
    """One's own as a bar from 0 to 100 %, the other as a mark across it."""
    parts = []
    if pair.own is not None:
        parts.append(
            format_html(
                '<rect class="pair-bar" x="{}" y="5" width="{}%" height="12"/>',
                place(0, rtl, float(pair.own)),
                pair.own,
            )
        )
    if pair.other is not None:
        parts.append(
            format_html(
                '<line class="pair-across" x1="{0}" x2="{0}" y1="0" y2="22"/>',
                place(float(pair.other), rtl),
            )
        )
    return format_html(
        '<svg class="chart bar-pair" role="img" height="22" width="100%"><title>{}</title>'
        '<desc>{}</desc><line class="bar-pair-scale" x1="0" x2="100%" y1="11" y2="11"/>{}</svg>',
        ", ".join(names),
        described([pair], names, Numerals.of_reader()),
        format_html_join("", "{}", ((part,) for part in parts)),
    )
