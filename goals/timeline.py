"""A framework's period as a line of years, with the decisions about it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from goals.models import Framework, Milestone


@dataclass(frozen=True)
class Year:
    number: int
    start: str
    middle: str
    in_period: bool


@dataclass(frozen=True)
class Mark:
    """A milestone at `at`, a percentage of the line's length."""

    milestone: Milestone
    number: int
    at: str


@dataclass(frozen=True)
class Timeline:
    """All positions are percentages of the line, as SVG writes them: `12.5%`."""

    years: list[Year]
    marks: list[Mark]
    period_start: str
    period_width: str
    today: str | None


def timeline(
    framework: Framework,
    milestones: Sequence[Milestone],
    *,
    today: datetime.date,
    rtl: bool = False,
) -> Timeline:
    """The line runs over whole years, from the first date to the last."""
    days = [framework.starts_on, framework.ends_on, *(mark.date for mark in milestones)]
    first = datetime.date(min(days).year, 1, 1)
    last_year = max(days).year
    length = (datetime.date(last_year, 12, 31) - first).days + 1

    def at(day: datetime.date, width: float = 0) -> str:
        percent = share(day)
        return f"{(100 - percent - width) if rtl else percent:z.2f}%"

    def share(day: datetime.date) -> float:
        return 100 * (day - first).days / length

    width = share(framework.ends_on) - share(framework.starts_on) + 100 / length
    return Timeline(
        years=[
            Year(
                number=year,
                start=at(datetime.date(year, 1, 1)),
                middle=at(datetime.date(year, 7, 2)),
                in_period=framework.starts_on.year <= year <= framework.ends_on.year,
            )
            for year in range(first.year, last_year + 1)
        ],
        marks=[
            Mark(milestone=milestone, number=number, at=at(milestone.date))
            for number, milestone in enumerate(milestones, 1)
        ],
        period_start=at(framework.starts_on, width),
        period_width=f"{width:.2f}%",
        today=at(today) if first <= today <= datetime.date(last_year, 12, 31) else None,
    )
