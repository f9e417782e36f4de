"""When the rounds open, are due and close."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

YEARS = range(2022, 2026)
END_OF_DAY = time(23, 59, tzinfo=UTC)
GAP = timedelta(days=14)


@dataclass(frozen=True)
class RoundPlan:
    slug: str
    name: str
    starts_on: date
    ends_on: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    # Until when people acted in it: the country, and then the secretariat.
    reported_until: datetime
    reviewed_until: datetime

    @property
    def is_open(self) -> bool:
        return self.reported_until < self.due_at


def planned_rounds(now: datetime) -> list[RoundPlan]:
    """The rounds, oldest first; the last of them is open at `now`."""
    *earlier, (slug, name, starts_on, ends_on) = half_years()
    today = now.astimezone(UTC).date()
    last = RoundPlan(
        slug,
        name,
        starts_on,
        ends_on,
        opens_at=midnight(today - timedelta(weeks=5)),
        due_at=datetime.combine(today + timedelta(weeks=3), END_OF_DAY),
        closes_at=datetime.combine(today + timedelta(weeks=5), END_OF_DAY),
        reported_until=midnight(today),
        reviewed_until=midnight(today),
    )
    plans = [last]
    for slug, name, starts_on, ends_on in reversed(earlier):
        first_day = ends_on + timedelta(days=1)
        closes_at = datetime.combine(first_day + timedelta(weeks=8), END_OF_DAY)
        plan = RoundPlan(
            slug,
            name,
            starts_on,
            ends_on,
            opens_at=midnight(first_day),
            due_at=datetime.combine(first_day + timedelta(weeks=6), END_OF_DAY),
            closes_at=closes_at,
            reported_until=closes_at,
            reviewed_until=closes_at + timedelta(days=10),
        )
        plans.append(before(plan, plans[-1].opens_at))
    return plans[::-1]


def half_years() -> Iterator[tuple[str, str, date, date]]:
    for year in YEARS:
        yield f"{year}-H1", f"First half of {year}", date(year, 1, 1), date(year, 6, 30)
        yield f"{year}-H2", f"Second half of {year}", date(year, 7, 1), date(year, 12, 31)


def before(plan: RoundPlan, instant: datetime) -> RoundPlan:
    """`plan`, moved back by whole days where it would run into the next round."""
    overlap = plan.closes_at + GAP - instant
    if overlap <= timedelta():
        return plan
    shift = timedelta(days=overlap.days + 1)
    moved = ["opens_at", "due_at", "closes_at", "reported_until", "reviewed_until"]
    return replace(plan, **{name: getattr(plan, name) - shift for name in moved})


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))
