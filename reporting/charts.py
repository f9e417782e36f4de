"""Pictures as SVG, drawn here so that they print and need no script.

Positions along the line are percentages and everything else is in pixels, so a
picture fills any width without stretching its text. `rtl` mirrors it. Colours
and patterns are in templates/includes/chart_patterns.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Segment:
    """`key` names the fill, `label` says it in words, `count` is its length."""

    key: str
    label: str
    count: int


def place(percent: float, rtl: bool, width: float = 0) -> str:
    """Where something `width` wide begins, as SVG writes it: `12.5%`."""
    return f"{(100 - percent - width) if rtl else percent:z.3f}%"


def stacked_bar(segments: Sequence[Segment], *, title: str, rtl: bool = False) -> SafeString:
    """A bar whose segments are in proportion to their counts; those of 0 are left out."""
    total = sum(segment.count for segment in segments)
    shown = [segment for segment in segments if segment.count]
    rects, start = [], 0.0
    for segment in shown:
        width = 100 * segment.count / total
        rects.append(
            (
                place(start, rtl, width),
                f"{width:.3f}%",
                f"url(#fill-{segment.key})",
                segment.label,
                segment.count,
            )
        )
        start += width
    return format_html(
        '<svg class="chart stacked-bar" role="img" height="22" width="100%">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        title,
        "; ".join(f"{segment.label}: {segment.count}" for segment in shown),
        format_html_join(
            "",
            '<rect x="{}" y="0" width="{}" height="100%" fill="{}"><title>{}: {}</title></rect>',
            rects,
        ),
    )


def trend_line(
    points: Sequence[tuple[str, Decimal | float | None]],
    *,
    title: str,
    rtl: bool = False,
    small: bool = False,
) -> SafeString:
    """Percentages from 0 to 100 over rounds; a round without a figure leaves a gap.

    `small` draws the line alone, for a row of a table.
    """
    height, top, bottom = (34, 5, 5) if small else (190, 22, 26)
    edge = 4.0 if small else 12.0
    step = (100 - 2 * edge) / max(len(points) - 1, 1)

    def x(position: int) -> str:
        return place(edge + step * position, rtl)

    def y(value: float) -> str:
        return f"{height - bottom - (height - top - bottom) * value / 100:.1f}"

    known = [(position, value) for position, (_, value) in enumerate(points) if value is not None]
    lines = [
        (x(position), y(value), x(position + 1), y(following))
        for (position, value), (next_position, following) in zip(known, known[1:], strict=False)
        if next_position == position + 1
    ]
    dots = known[-1:] if small else known
    parts = [
        format_html_join("", '<line class="trend" x1="{}" y1="{}" x2="{}" y2="{}"/>', lines),
        format_html_join(
            "",
            '<circle class="trend-dot" cx="{}" cy="{}" r="{}"><title>{}: {} %</title></circle>',
            [
                (x(position), y(value), 3 if small else 4, points[position][0], f"{value:.1f}")
                for position, value in dots
            ],
        ),
    ]
    if not small:
        parts.insert(0, _grid(y, rtl))
        parts.append(
            format_html_join(
                "",
                '<text class="trend-value" direction="ltr" x="{}" y="{}">{}</text>',
                [
                    (x(position), f"{float(y(value)) - 10:.1f}", f"{value:.1f}")
                    for position, value in known
                ],
            )
        )
        parts.append(
            format_html_join(
                "",
                '<text class="trend-label{}" direction="ltr" x="{}" y="{}">{}</text>',
                [
                    (
                        "" if position in (0, len(points) - 1) else " trend-label-between",
                        x(position),
                        height - 6,
                        label,
                    )
                    for position, (label, _) in enumerate(points)
                ],
            )
        )
    return format_html(
        '<svg class="chart {}" role="img" height="{}" width="100%">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        "sparkline" if small else "trend-chart",
        height,
        title,
        "; ".join(
            f"{label}: {'–' if value is None else f'{value:.1f} %'}" for label, value in points
        ),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _grid(y, rtl: bool) -> SafeString:
    return format_html_join(
        "",
        '<line class="grid" x1="0" y1="{}" x2="100%" y2="{}"/>'
        '<text class="grid-label" x="{}" y="{}">{} %</text>',
        [
            (y(value), y(value), place(0, rtl), f"{float(y(value)) - 3:.1f}", value)
            for value in (0, 50, 100)
        ],
    )
