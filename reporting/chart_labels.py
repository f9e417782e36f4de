"""Where the words of a picture stand, so that they lie on no line, on no mark and on no other word.

A picture is as wide as its page lets it, places are in percent and sizes in pixels: what is free
at one width is taken at another. So each place is tried at several widths, and the best is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from reporting.axes import HEIGHT

# From a small telephone to a page that is all picture.
WIDTHS = (300, 380, 520, 720)
OUTSIDE, ON_WORDS, ON_LINE, ON_MARK = 10_000, 100, 40, 10
# The size of the words by their class, as static/css/indicators.css has it.
SIZES = {"course-value": 16, "course-text": 13}


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_crossed(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Whether the line from one point to the other goes through it."""
        if max(x1, x2) <= self.left or min(x1, x2) >= self.right:
            return False
        begins, ends = 0.0, 1.0
        for start, way, low, high in (
            (x1, x2 - x1, self.left, self.right),
            (y1, y2 - y1, self.top, self.bottom),
        ):
            if not way:
                if not low < start < high:
                    return False
                continue
            one, other = sorted([(low - start) / way, (high - start) / way])
            begins, ends = max(begins, one), min(ends, other)
        return begins < ends


@dataclass(frozen=True)
class Label:
    """Words with their left, middle or right end at `x` percent, and their foot at `y` pixels."""

    words: str
    css: str
    x: float
    y: float
    anchor: str

    def box(self, width: float) -> Box:
        size = SIZES[self.css.split()[0]]
        # Wider than most letters are: what fits so fits in any face.
        long = sum(0.4 if each in ".,  " else 0.7 for each in self.words) * size
        left = self.x * width / 100 - {"start": 0, "middle": long / 2, "end": long}[self.anchor]
        return Box(left, self.y - 0.95 * size, left + long, self.y + 0.25 * size)

    def drawn(self) -> SafeString:
        return format_html(
            '<text class="{}" direction="ltr" text-anchor="{}" x="{}%" y="{}">{}</text>',
            self.css,
            self.anchor,
            f"{self.x:.3f}",
            f"{self.y:.1f}",
            self.words,
        )


class Mark(NamedTuple):
    """Something drawn around a place, so many pixels to each side."""

    x: float
    y: float
    reach: float

    def box(self, width: float) -> Box:
        x = self.x * width / 100
        return Box(x - self.reach, self.y - self.reach, x + self.reach, self.y + self.reach)


class Stroke(NamedTuple):
    """A line between two places, from x in percent and y in pixels."""

    x1: float
    y1: float
    x2: float
    y2: float

    def at(self, width: float) -> tuple[float, float, float, float]:
        return self.x1 * width / 100, self.y1, self.x2 * width / 100, self.y2


def placed(
    wanted: Sequence[Sequence[Label]],
    marks: Sequence[Mark] = (),
    strokes: Sequence[Stroke] = (),
    faint: Sequence[Stroke] = (),
    words: Sequence[Label] = (),
) -> list[Label]:
    """One of each row of places: the first ones, where these are free, or the least bad of all.

    `words` stand where they are; what is `faint` may be covered rather than the other strokes.
    """
    taken = [
        _Taken(
            width,
            [each.box(width) for each in words],
            [each.box(width) for each in marks],
            [each.at(width) for each in strokes],
            [each.at(width) for each in faint],
        )
        for width in WIDTHS
    ]
    firsts = [_place(places[0], 0, taken) for places in wanted]
    if not _cost_of(firsts) and not _on_each_other(firsts):
        return [first.label for first in firsts]
    rows = [
        [_place(label, order, taken) for order, label in enumerate(places)] for places in wanted
    ]
    best, lowest = firsts, None
    for places in sorted(product(*rows), key=_cost_of):
        cost = _cost_of(places)
        if lowest is not None and cost >= lowest:
            break
        cost += _on_each_other(places)
        if lowest is None or cost < lowest:
            best, lowest = places, cost
    return [place.label for place in best]


class _Place(NamedTuple):
    """A label with its box at each width, and what it would cover there."""

    label: Label
    boxes: list[Box]
    cost: int


class _Taken(NamedTuple):
    """What there is at one width."""

    width: float
    words: list[Box]
    marks: list[Box]
    strokes: list[tuple[float, float, float, float]]
    faint: list[tuple[float, float, float, float]]


def _place(label: Label, order: int, taken: Sequence[_Taken]) -> _Place:
    boxes = [label.box(each.width) for each in taken]
    costs = [_cost(box, each) for box, each in zip(boxes, taken, strict=True)]
    return _Place(label, boxes, sum(costs) + order)


def _cost_of(places: Iterable[_Place]) -> int:
    return sum([place.cost for place in places])


def _on_each_other(places: Iterable[_Place]) -> int:
    return ON_WORDS * sum(
        1
        for one, other in combinations(places, 2)
        for box, its in zip(one.boxes, other.boxes, strict=True)
        if box.meets(its)
    )


def _cost(box: Box, taken: _Taken) -> int:
    cost = ON_WORDS * sum(1 for each in taken.words if box.meets(each))
    cost += ON_MARK * sum(1 for each in taken.marks if box.meets(each))
    cost += ON_LINE * sum(1 for each in taken.strokes if box.is_crossed(*each))
    cost += ON_MARK * sum(1 for each in taken.faint if box.is_crossed(*each))
    if box.left < 0 or box.right > taken.width or box.top < 0 or box.bottom > HEIGHT:
        cost += OUTSIDE
    return cost
