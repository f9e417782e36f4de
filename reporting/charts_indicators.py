"""The picture of an indicator over time, as in `reporting.charts`: SVG that needs no script.

Time runs in days, so a baseline of long ago and a target of one day stand where they belong.
What is reported is a full line with dots, what is expected a broken one, and each mark has a
shape of its own: the picture reads in black and white.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from objectives.models import Indicator
from objectives.status import Aim, Course
from reporting.axes import EDGE_START, HEIGHT, Frame, amount, grid, joined, line, ticks, years
from reporting.chart_labels import Label, Mark, Stroke, placed

SHAPES = {
    "baseline": "M0 -6 6 0 0 6 -6 0Z",
    "milestone": "M-4 -4H4V4H-4Z",
    "target": "M-7 0H7M0 -7V7M-5 -5 5 5M-5 5 5 -5",
}


@dataclass(frozen=True)
class Point:
    """What was reported about a period that ends on a day, None for nothing to show."""

    on: date
    value: Decimal | None
    label: str


@dataclass(frozen=True)
class Names:
    """What the marks are called on the picture."""

    baseline: str
    target: str
    milestone: str


def course_chart(
    course: Course,
    points: Sequence[Point],
    *,
    period: tuple[date, date],
    names: Names,
    title: str,
    desc: str,
    rtl: bool = False,
) -> SafeString:
    """Reported values over time, with the baseline, the target and the way between them."""
    frame = _frame(course, points, period, rtl)
    parts = [
        grid(frame),
        years(frame),
        _kept(course, frame) if _is_kept(course) else _way(course, frame),
        _marks(course, points, frame, names),
        _reported(points, frame),
        _labels(course, points, frame, names),
    ]
    return format_html(
        '<svg class="chart course-chart" role="img" height="{}" width="100%">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        HEIGHT,
        title,
        desc,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _frame(course: Course, points: Sequence[Point], period: tuple[date, date], rtl: bool) -> Frame:
    values = [point.value for point in points if point.value is not None]
    values += [each for aim in course.aims for each in (aim.value, aim.upper) if each is not None]
    days = [*period, *(aim.on for aim in course.aims), *(point.on for point in points)]
    if course.baseline is not None:
        values.append(course.baseline)
        days.append(course.begins_on)
    low, high = (min(values), max(values)) if values else (Decimal(0), Decimal(1))
    return Frame(min(days), max(days), ticks(low, high), rtl)


def _is_kept(course: Course) -> bool:
    """Whether there is a level or a band to keep, and no way to go."""
    return course.direction in (
        Indicator.Direction.WITHIN_BAND,
        Indicator.Direction.KEEP_AT_OR_ABOVE,
    )


def _way(course: Course, frame: Frame) -> SafeString:
    """The pace that is expected: from the baseline to the target by its milestones."""
    if not course.aims:
        return SafeString("")
    target = course.aims[-1]
    lines = [
        line("course-level", frame, (frame.begins_on, target.value), (frame.ends_on, target.value))
    ]
    lines += [line("course-pace", frame, start, end) for start, end in _pace(course, frame)]
    return joined(lines)


def _pace(course: Course, frame: Frame) -> Iterator[tuple[tuple[date, Decimal], ...]]:
    """The line that is expected, from each stop to the next."""
    if course.baseline is None or not course.aims or course.leads_backwards or _is_kept(course):
        return
    stops = [(course.begins_on, course.baseline), *((aim.on, aim.value) for aim in course.aims)]
    stops.append((frame.ends_on, course.aims[-1].value))
    yield from zip(stops, stops[1:], strict=False)


def _stretches(aims: Sequence[Aim], frame: Frame) -> Iterator[tuple[date, date, Aim]]:
    """From when to when each aim is the one to keep; the last stays."""
    begins_on = frame.begins_on
    for position, aim in enumerate(aims):
        ends_on = frame.ends_on if position == len(aims) - 1 else aim.on
        yield begins_on, ends_on, aim
        begins_on = ends_on


def _kept(course: Course, frame: Frame) -> SafeString:
    """The level or the band that is to be kept, hatched where it is good to be."""
    lines = []
    for begins_on, ends_on, aim in _stretches(course.aims, frame):
        upper = frame.ticks[-1]
        if course.direction == Indicator.Direction.WITHIN_BAND:
            upper = aim.value if aim.upper is None else aim.upper
            lines.append(line("course-pace", frame, (begins_on, upper), (ends_on, upper)))
        lines.append(line("course-pace", frame, (begins_on, aim.value), (ends_on, aim.value)))
        start, end = (float(frame.x(day).removesuffix("%")) for day in (begins_on, ends_on))
        lines.append(
            format_html(
                '<rect class="course-band" x="{}%" y="{}" width="{}%" height="{}"/>',
                f"{min(start, end):.3f}",
                f"{frame.y(upper):.1f}",
                f"{abs(end - start):.3f}",
                f"{frame.y(aim.value) - frame.y(upper):.1f}",
            )
        )
    return joined(lines)


def _neighbours(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Those that a line joins: with a figure in one round and in the next."""
    for point, following in zip(points, points[1:], strict=False):
        if point.value is not None and following.value is not None:
            yield point, following


def _reported(points: Sequence[Point], frame: Frame) -> SafeString:
    """A dot for each period with a figure; a period without one leaves a gap."""
    lines = [
        line("trend", frame, (point.on, point.value), (following.on, following.value))
        for point, following in _neighbours(points)
    ]
    known = [point for point in points if point.value is not None]
    dots = [
        (
            "course-dot-now" if point is points[-1] else "course-dot",
            frame.x(point.on),
            f"{frame.y(point.value):.1f}",
            6 if point is points[-1] else 4,
            point.label,
            amount(point.value),
        )
        for point in known
    ]
    return joined(
        [
            *lines,
            format_html_join(
                "",
                '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}: {}</title></circle>',
                dots,
            ),
        ]
    )


def _places(course: Course) -> Iterator[tuple[str, date, Decimal]]:
    """The kind, day and value of each mark. A level is named on itself, and has none."""
    if not _is_kept(course):
        for aim in course.aims:
            yield "target" if aim is course.aims[-1] else "milestone", aim.on, aim.value
    if course.baseline is not None:
        yield "baseline", course.begins_on, course.baseline


def _marks(course: Course, points: Sequence[Point], frame: Frame, names: Names) -> SafeString:
    """One that a dot would hide is drawn so large that it stands out behind it."""
    return format_html_join(
        "",
        '<svg x="{}" y="{}" overflow="visible"><path class="course-mark course-{}{}" d="{}">'
        "<title>{}: {}</title></path></svg>",
        [
            (
                frame.x(on),
                f"{frame.y(value):.1f}",
                kind,
                " course-behind" if _is_hidden(on, value, points, frame) else "",
                SHAPES[kind],
                getattr(names, kind),
                amount(value),
            )
            for kind, on, value in _places(course)
        ],
    )


def _is_hidden(on: date, value: Decimal, points: Sequence[Point], frame: Frame) -> bool:
    return any(
        point.value is not None
        and abs((point.on - on).days) < 15
        and abs(frame.y(point.value) - frame.y(value)) < 8
        for point in points
    )


def _labels(course: Course, points: Sequence[Point], frame: Frame, names: Names) -> SafeString:
    """What the marks are called and the value that the page is about, each where it is free."""
    wanted = [
        _baseline_places(course, frame, names),
        _target_places(course, frame, names),
        _value_places(course, points, frame),
    ]
    dots = [(frame.left(each.on), frame.y(each.value)) for each in points if each.value is not None]
    marks = [Mark(x, y, 6) for x, y in dots]
    for _kind, on, value in _places(course):
        reach = 12 if _is_hidden(on, value, points, frame) else 7
        marks.append(Mark(frame.left(on), frame.y(value), reach))
    strokes = [
        Stroke(frame.left(one.on), frame.y(one.value), frame.left(two.on), frame.y(two.value))
        for one, two in _neighbours(points)
    ]
    paces = [
        Stroke(frame.left(on), frame.y(value), frame.left(then), frame.y(last))
        for (on, value), (then, last) in _pace(course, frame)
    ]
    begin, _end = _ends(frame)
    ticks = [
        Label(amount(each), "course-text", frame.from_left(0), frame.y(each) - 3, begin)
        for each in frame.ticks
    ]
    found = placed([places for places in wanted if places], marks, strokes, paces, ticks)
    return joined(label.drawn() for label in found)


def _baseline_places(course: Course, frame: Frame, names: Names) -> list[Label]:
    """First on the side from which the way comes, so that it lies on no line."""
    if course.baseline is None:
        return []
    words, y = f"{names.baseline} {amount(course.baseline)}", frame.y(course.baseline)
    feet = [y - 12, y + 20] if course.direction == Indicator.Direction.DOWN else [y + 20, y - 12]
    x = frame.left(course.begins_on)
    return [
        Label(words, "course-text", x, foot, anchor) for anchor in _ends(frame) for foot in feet
    ]


def _target_places(course: Course, frame: Frame, names: Names) -> list[Label]:
    """At the end of its level, or at the beginning where the value is near."""
    if not course.aims:
        return []
    aim = course.aims[-1]
    words, top = f"{names.target} {amount(aim.value)}", frame.y(aim.value)
    if aim.upper is not None:
        words, top = f"{words}–{amount(aim.upper)}", frame.y(aim.upper)
    feet = [top - 11, top + 21]
    if course.direction == Indicator.Direction.DOWN:
        feet.reverse()
    begin, end = _ends(frame)
    sides = [(frame.from_left(100), end), (frame.from_left(EDGE_START), begin), (50.0, "middle")]
    css = "course-text course-text-target"
    return [Label(words, css, x, foot, anchor) for x, anchor in sides for foot in feet]


def _value_places(course: Course, points: Sequence[Point], frame: Frame) -> list[Label]:
    """First on the side that the line does not come from, or on which no baseline is named."""
    if not points or points[-1].value is None:
        return []
    *before, last = [point.value for point in points]
    if before and before[-1] is not None and before[-1] != last:
        above = last > before[-1]
    else:
        above = course.direction != Indicator.Direction.DOWN
    x, y = frame.left(points[-1].on), frame.y(last)
    feet = [y - 11, y + 24] if above else [y + 24, y - 11]
    begin, end = _ends(frame)
    edge = frame.from_left(100)
    # By the edge there is no room for half of it: there it ends where the picture does.
    sides = [(edge, end) if abs(edge - x) < 8 else (x, "middle"), (x, end), (x, begin)]
    return [
        Label(amount(last), "course-value", x, foot, anchor)
        for foot in [*feet, y - 22, y + 36]
        for x, anchor in sides
    ]


def _ends(frame: Frame) -> tuple[str, str]:
    """The anchors of words that begin where the reader begins, and of those that end there."""
    return ("end", "start") if frame.rtl else ("start", "end")
