"""The life of one report: its steps, who took them and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from members.models import Role
from reporting.demonstration.progress import Profile
from reporting.demonstration.rounds import RoundPlan
from reporting.models import ReportEvent, Status

CREATED, SUBMITTED, RETURNED, APPROVED, REOPENED, WITHDRAWN = (
    ReportEvent.Kind.CREATED,
    ReportEvent.Kind.SUBMITTED,
    ReportEvent.Kind.RETURNED,
    ReportEvent.Kind.APPROVED,
    ReportEvent.Kind.REOPENED,
    ReportEvent.Kind.WITHDRAWN,
)
# Ways to a state, and of a hundred reports in it how many went which.
PATHS = {
    Status.DRAFT: [([CREATED], 97), ([CREATED, SUBMITTED, WITHDRAWN], 3)],
    Status.SUBMITTED: [
        ([CREATED, SUBMITTED], 85),
        ([CREATED, SUBMITTED, RETURNED, SUBMITTED], 15),
    ],
    Status.RETURNED: [
        ([CREATED, SUBMITTED, RETURNED], 92),
        ([CREATED, SUBMITTED, APPROVED, REOPENED], 8),
    ],
    Status.APPROVED: [
        ([CREATED, SUBMITTED, APPROVED], 88),
        ([CREATED, SUBMITTED, RETURNED, SUBMITTED, APPROVED], 10),
        ([CREATED, SUBMITTED, RETURNED, SUBMITTED, RETURNED, SUBMITTED, APPROVED], 1),
        ([CREATED, SUBMITTED, APPROVED, REOPENED, SUBMITTED, APPROVED], 1),
    ],
}
STATUS_AFTER = {
    CREATED: Status.DRAFT,
    SUBMITTED: Status.SUBMITTED,
    RETURNED: Status.RETURNED,
    APPROVED: Status.APPROVED,
    REOPENED: Status.RETURNED,
}
TAKEN_BY = {
    CREATED: Role.REPORTER,
    SUBMITTED: Role.FOCAL_POINT,
    RETURNED: Role.REVIEWER,
    APPROVED: Role.REVIEWER,
    REOPENED: Role.REVIEWER,
    WITHDRAWN: Role.FOCAL_POINT,
}
# When a day of ten hours begins, in UTC.
DAY_BEGINS = {"ASI": 1, "AFR": 6, "EUR": 7, "AMR": 12}
OFFICE_DAY = 10 / 24
REACTION = timedelta(minutes=7)

# No row, or the state that a report has come to, and of a hundred how many.
# The secretariat leaves nothing undecided in a round that is over.
PAST_OUTCOMES = [None, *PATHS], [2.5, 1.5, 0, 2, 94]
OPEN_OUTCOMES = [None, *PATHS], [8, 11.5, 14, 4.5, 62]
SILENT_OUTCOMES = [None, *PATHS], [80, 4, 0, 2, 14]


@dataclass(frozen=True)
class Step:
    kind: ReportEvent.Kind
    at: datetime
    by: Role
    from_status: str
    to_status: Status
    comment: str


@dataclass(frozen=True)
class Life:
    steps: list[Step]
    saves: int
    saved_at: datetime

    @property
    def status(self) -> Status:
        return self.steps[-1].to_status

    @property
    def version(self) -> int:
        return len(self.steps) + self.saves

    @property
    def submissions(self) -> list[Step]:
        return [step for step in self.steps if step.kind == SUBMITTED]


def outcomes(
    rng: Random, profile: Profile, plan: RoundPlan, number: int
) -> Iterator[Status | None]:
    """What became of one report after the other, in a round of this country's."""
    if profile.is_silent:
        states, weights = SILENT_OUTCOMES
    else:
        states, weights = OPEN_OUTCOMES if plan.is_open else PAST_OUTCOMES
    # A country may leave out a whole round, and in the first ones more of them did.
    absence = 0.11 if plan.is_open else 0.015 + 0.05 / (number + 1)
    is_absent = rng.random() < absence
    while True:
        yield None if is_absent else rng.choices(states, weights)[0]


def path_to(rng: Random, status: Status, *, is_straight: bool) -> list[ReportEvent.Kind]:
    """A way that a report may have gone to this state; the straight one is without detours."""
    paths, weights = zip(*PATHS[status], strict=True)
    return paths[0] if is_straight else rng.choices(paths, weights)[0]


def life(
    rng: Random,
    plan: RoundPlan,
    kinds: list[ReportEvent.Kind],
    region: str,
    is_late: bool,
    returned: list[str],
    reopened: list[str],
) -> Life:
    comments = {RETURNED: returned, REOPENED: reopened}
    steps: list[Step] = []
    for kind, instant in zip(kinds, instants(rng, plan, kinds, is_late), strict=True):
        begins = DAY_BEGINS["EUR" if TAKEN_BY[kind] == Role.REVIEWER else region]
        at = in_office_hours(instant, begins)
        before = steps[-1] if steps else None
        steps.append(
            Step(
                kind=kind,
                at=max(at, before.at + REACTION) if before else at,
                by=TAKEN_BY[kind],
                from_status=before.to_status if before else "",
                to_status=came_to(kind, steps),
                comment=rng.choice(comments[kind]) if kind in comments else "",
            )
        )
    saves = rng.randint(0, 4) + kinds.count(RETURNED) + kinds.count(REOPENED)
    last = steps[-1].at
    if not saves:
        return Life(steps, saves, last)
    saved_at = last + (plan.reported_until - last) * rng.random()
    return Life(steps, saves, max(last, in_office_hours(saved_at, DAY_BEGINS[region])))


def came_to(kind: ReportEvent.Kind, steps: list[Step]) -> Status:
    """What a withdrawn report is again: a draft, or returned if it was submitted before that."""
    if kind != WITHDRAWN:
        return STATUS_AFTER[kind]
    times = sum(step.kind == SUBMITTED for step in steps)
    return Status.RETURNED if times > 1 else Status.DRAFT


def instants(
    rng: Random, plan: RoundPlan, kinds: list[ReportEvent.Kind], is_late: bool
) -> Iterator[datetime]:
    """An instant for each step, all within the time that the round leaves."""
    until = min(plan.due_at, plan.reported_until)
    at = plan.opens_at + (until - plan.opens_at) * rng.uniform(0.05, 0.7)
    yield at
    for number, kind in enumerate(kinds[1:], start=2):
        if number == 2 and is_late:
            at = plan.due_at + (plan.closes_at - plan.due_at) * rng.uniform(0.02, 0.8)
        elif number == 2:
            at += (until - at) * rng.uniform(0.1, 0.97)
        elif number == len(kinds) and kind == APPROVED:
            wait = timedelta(days=rng.uniform(1, 14))
            at += min(wait, (plan.reviewed_until - at) * rng.random())
        else:
            at += (plan.reported_until - at) * rng.uniform(0.1, 0.5)
        yield at


def in_office_hours(at: datetime, begins: int) -> datetime:
    """The same day, its 24 hours drawn together into ten."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    office = midnight + timedelta(hours=begins) + (at - midnight) * OFFICE_DAY
    return office.replace(microsecond=0)
