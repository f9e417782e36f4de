"""What stands in a brief, in the words and figures that are printed; brief.typ only places them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reporting.sources import Source


@dataclass(frozen=True)
class About:
    """What all briefs of one request share; `rounds` are those of the trend."""

    source: Source
    scope: str
    unreported: str
    rounds: Sequence[str]


@dataclass(frozen=True)
class Figure:
    """A headline figure: 3 "of 17"; in some languages words stand before it."""

    label: str
    value: str
    of: str = ""
    before: str = ""


@dataclass(frozen=True)
class Segment:
    """Of a bar: `key` names its fill."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Point:
    """A round of a trend; `percent` is None where there is nothing to draw."""

    round: str
    percent: float | None
    said: str


@dataclass(frozen=True)
class Picture:
    """One that the page draws, as SVG of this size; `alt` is its title and its description."""

    svg: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Spread:
    """Where the middle half of a line's percentages lies; without a picture `said` is why."""

    name: str
    said: str
    picture: Picture | None = None


@dataclass(frozen=True)
class Line:
    """A goal, an objective or a region; withheld, it has no segments and a note that says so.

    `counts` are those of the segments, as the table has them; `left_out` says what is not in them.
    """

    name: str
    text: str
    reported: str
    segments: Sequence[Segment]
    note: str
    mean: str
    median: str
    middle_half: str
    change: str
    trend: Sequence[Point] = ()
    counts: Sequence[str] = ()
    left_out: str = ""


@dataclass(frozen=True)
class Exceptional:
    """An objective off track or at risk, and why."""

    key: str
    label: str
    code: str
    text: str
    share: str
    since: str
    why: Sequence[tuple[str, str]]
    segments: Sequence[Segment]


@dataclass(frozen=True)
class Section:
    """Lines side by side: a bar for each, and the same as a table."""

    title: str
    subject: str
    lines: Sequence[Line]
    left_out: str = ""
    shows_trend: bool = False
    spreads: Sequence[Spread] = ()


@dataclass(frozen=True)
class Pace:
    """The shares of an indicator's way that are behind and that should be, from 0 to 1."""

    key: str
    achieved: float
    expected: float
    alt: str


@dataclass(frozen=True)
class Measured:
    """An indicator in a line of a table."""

    code: str
    name: str
    value: str
    reported: str
    expected: str
    target: str
    standing: str
    pace: Pace | None = None


@dataclass(frozen=True)
class Paragraph:
    """`kind` names its look."""

    kind: str
    text: str


@dataclass(frozen=True)
class Reading:
    """An indicator in full, as its objective's page shows it beside its picture over time."""

    code: str
    name: str
    paragraphs: Sequence[Paragraph]
    picture: Picture | None = None


@dataclass(frozen=True)
class Grid:
    """A plain table; `widths` are the shares of its columns, the texts as they are printed."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Brief:
    """`trend` is drawn in the place of that of `whole`, as the page draws it. `closing` ends the
    first page; `facts` and `footer` say what the figures are from.
    """

    language: str
    right_to_left: bool
    eyebrow: str
    title: str
    scope: str
    question: str
    asked: Sequence[str]
    figures: Sequence[Figure]
    findings: Sequence[Exceptional]
    notes: Sequence[str]
    legend: Sequence[Segment]
    sections: Sequence[Section]
    rounds: Sequence[str]
    words: dict[str, str]
    closing: str
    facts: Sequence[tuple[str, str]] = ()
    footer: str = ""
    whole: Line | None = None
    trend: Picture | None = None
    trend_key: Sequence[str] = field(default_factory=tuple)
    indicators: Sequence[Measured] = field(default_factory=tuple)
    indicators_note: str = ""
    readings: Sequence[Reading] = field(default_factory=tuple)
    grids: Sequence[Grid] = field(default_factory=tuple)
