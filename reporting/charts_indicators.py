"""Pictures of one indicator, as in `reporting.charts`: SVG that prints and needs no script.

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
from reporting.axes import HEIGHT, Frame, amount, grid, joined, line, ticks, years
from reporting.charts import place

BAR = 30
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
        _marks(course, frame, names),
        _reported(points, frame),
        _last_value(course, points, frame),
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
    if course.baseline is not None:
        stops = [(course.begins_on, course.baseline), *((aim.on, aim.value) for aim in course.aims)]
        stops.append((frame.ends_on, target.value))
        lines += [
            line("course-pace", frame, start, end)
            for start, end in zip(stops, stops[1:], strict=False)
        ]
    return joined(lines)


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


def _reported(points: Sequence[Point], frame: Frame) -> SafeString:
    """A dot for each period with a figure; a period without one leaves a gap."""
    lines = [
        line("trend", frame, (point.on, point.value), (following.on, following.value))
        for point, following in zip(points, points[1:], strict=False)
        if point.value is not None and following.value is not None
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


def _marks(course: Course, frame: Frame, names: Names) -> SafeString:
    marks = [("milestone", names.milestone, aim.on, aim.value) for aim in course.aims[:-1]]
    texts = []
    if _is_kept(course):
        # A level is named on itself, once, where the reader ends.
        marks = []
    elif course.aims:
        marks.append(("target", names.target, course.aims[-1].on, course.aims[-1].value))
    if course.aims:
        texts.append(_target_text(course, frame, names))
    if course.baseline is not None:
        marks.append(("baseline", names.baseline, course.begins_on, course.baseline))
        texts.append(_baseline_text(course, frame, names))
    return joined(
        [
            format_html_join(
                "",
                '<svg x="{}" y="{}" overflow="visible"><path class="course-mark course-{}" d="{}">'
                "<title>{}: {}</title></path></svg>",
                [
                    (
                        frame.x(on),
                        f"{frame.y(value):.1f}",
                        kind,
                        SHAPES[kind],
                        name,
                        amount(value),
                    )
                    for kind, name, on, value in marks
                ],
            ),
            *texts,
        ]
    )


def _text(css: str, x: str, y: float, anchor: str, words: str) -> SafeString:
    return format_html(
        '<text class="{}" direction="ltr" text-anchor="{}" x="{}" y="{}">{}</text>',
        css,
        anchor,
        x,
        f"{y:.1f}",
        words,
    )


def _target_text(course: Course, frame: Frame, names: Names) -> SafeString:
    aim = course.aims[-1]
    words = f"{names.target} {amount(aim.value)}"
    top = aim.value
    if aim.upper is not None:
        words, top = f"{words}–{amount(aim.upper)}", aim.upper
    below = course.direction == Indicator.Direction.DOWN
    return _text(
        "course-text course-text-target",
        place(100, frame.rtl),
        frame.y(top) + (21 if below else -11),
        "start" if frame.rtl else "end",
        words,
    )


def _baseline_text(course: Course, frame: Frame, names: Names) -> SafeString:
    """On the side from which the way comes, so that it lies on no line."""
    above = course.direction == Indicator.Direction.DOWN
    return _text(
        "course-text",
        frame.x(course.begins_on),
        frame.y(course.baseline) + (-12 if above else 20),
        "end" if frame.rtl else "start",
        f"{names.baseline} {amount(course.baseline)}",
    )


def _last_value(course: Course, points: Sequence[Point], frame: Frame) -> SafeString:
    """The value that the page is about, away from the target's name."""
    if not points or points[-1].value is None:
        return SafeString("")
    last = points[-1]
    down = course.direction == Indicator.Direction.DOWN
    beyond = bool(course.aims) and (last.value >= course.aims[-1].value)
    above = beyond if not down else (not course.aims or last.value > course.aims[-1].value)
    x = float(frame.x(last.on).removesuffix("%"))
    anchor = "end" if x > 85 else "start" if x < 15 else "middle"
    return _text(
        "course-value",
        f"{x:.3f}%",
        frame.y(last.value) + (-13 if above or not course.aims else 24),
        anchor,
        amount(last.value),
    )


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
    return format_html(
        '<svg class="chart pace-bar" role="img" height="{}" width="100%"><title>{}</title>'
        '<desc>{}</desc><rect class="pace-way" x="0" y="8" width="100%" height="14"/>'
        '<rect x="{}" y="8" width="{}" height="14" fill="url(#fill-{})"/>'
        '<line class="pace-due" x1="{}" y1="2" x2="{}" y2="28"/>'
        '<svg x="{}" y="2" overflow="visible"><path class="pace-head" d="M-5 -2H5L0 5Z"/></svg>'
        "</svg>",
        BAR,
        title,
        desc,
        place(0, rtl, 100 * share),
        f"{100 * share:.3f}%",
        standing,
        at,
        at,
        at,
    )
