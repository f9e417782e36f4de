"""The paper of a picture over time: where a day and a value are, its grid and its years."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reporting.charts import place

HEIGHT, TOP, BOTTOM = 240, 36, 44
EDGE_START, EDGE_END = 11.0, 5.0


@dataclass(frozen=True)
class Frame:
    """Where a day and a value are on the picture."""

    begins_on: date
    ends_on: date
    ticks: Sequence[Decimal]
    rtl: bool

    def x(self, on: date) -> str:
        return place(self._share(on), self.rtl)

    def left(self, on: date) -> float:
        """The same in percent, from the left in either direction."""
        return self.from_left(self._share(on))

    def from_left(self, percent: float) -> float:
        return 100 - percent if self.rtl else percent

    def _share(self, on: date) -> float:
        days = max((self.ends_on - self.begins_on).days, 1)
        share = (on - self.begins_on).days / days
        return EDGE_START + (100 - EDGE_START - EDGE_END) * share

    def y(self, value: Decimal) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return float(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low))


def amount(value: Decimal) -> str:
    """A number as it is written here: 1,234.5, and 80 for 80.0000."""
    return number_format(f"{value.normalize():f}", use_l10n=True, force_grouping=True)


def ticks(low: Decimal, high: Decimal, most: int = 5) -> list[Decimal]:
    """Round numbers from at or below `low` to at or above `high`; from zero if it is not far."""
    if low >= 0 and low < high * Decimal("0.6"):
        low = Decimal(0)
    if low == high:
        low, high = (Decimal(0), high) if high > 0 else (low, high + 1)
    step = Decimal(10) ** ((high - low) / most).adjusted()
    for factor in (1, 2, Decimal("2.5"), 5, 10):
        width = step * factor
        first = (low / width).to_integral_value(ROUND_FLOOR)
        last = (high / width).to_integral_value(ROUND_CEILING)
        if last - first <= most:
            break
    return [width * (first + number) for number in range(int(last - first) + 1)]


def line(
    css: str, frame: Frame, start: tuple[date, Decimal], end: tuple[date, Decimal]
) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        css,
        frame.x(start[0]),
        f"{frame.y(start[1]):.1f}",
        frame.x(end[0]),
        f"{frame.y(end[1]):.1f}",
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def grid(frame: Frame) -> SafeString:
    return format_html_join(
        "",
        '<line class="grid" x1="0" y1="{}" x2="100%" y2="{}"/>'
        '<text class="grid-label" direction="ltr" x="{}" y="{}">{}</text>',
        [
            (
                f"{frame.y(tick):.1f}",
                f"{frame.y(tick):.1f}",
                place(0, frame.rtl),
                f"{frame.y(tick) - 3:.1f}",
                amount(tick),
            )
            for tick in frame.ticks
        ],
    )


def years(frame: Frame) -> SafeString:
    """A stroke where a year begins, and its number below its middle."""
    base = HEIGHT - BOTTOM
    years = range(frame.begins_on.year, frame.ends_on.year + 1)
    starts = [year for year in years if frame.begins_on <= date(year, 1, 1) <= frame.ends_on]
    middles = [year for year in years if frame.begins_on <= date(year, 7, 1) <= frame.ends_on]
    thinned = len(middles) > 6
    return joined(
        [
            format_html_join(
                "",
                '<line class="year-stroke" x1="{}" y1="{}" x2="{}" y2="{}"/>',
                [
                    (frame.x(date(year, 1, 1)), base, frame.x(date(year, 1, 1)), base + 7)
                    for year in starts
                ],
            ),
            format_html_join(
                "",
                '<text class="trend-label{}" direction="ltr" x="{}" y="{}">{}</text>',
                [
                    (
                        " trend-label-between" if thinned and position % 2 else "",
                        frame.x(date(year, 7, 1)),
                        HEIGHT - 6,
                        year,
                    )
                    for position, year in enumerate(middles)
                ],
            ),
        ]
    )
