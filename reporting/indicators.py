"""An indicator on its way: measures round by round, baseline, milestones, target and status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.models import Framework
from objectives.models import Indicator
from objectives.status import VERSION, Aim, Course, Judgement, Standing, judge, pace
from reporting.aggregation import Measure, Values, is_held_by_the_secretariat, rounded
from reporting.models import ReportingRound


def course_of(indicator: Indicator, framework: Framework, rules: int = VERSION) -> Course:
    """From its baseline through its milestones to its target."""
    aims = [(each.date, each.value, each.upper_value) for each in indicator.targets.all()]
    baseline, year = indicator.baseline_value, indicator.baseline_year
    return course(framework, indicator.direction, baseline, year, aims, rules)


def course(
    framework: Framework,
    direction: str,
    baseline: Decimal | None,
    year: int | None,
    aims: Iterable[tuple[date, Decimal, Decimal | None]],
    rules: int = VERSION,
) -> Course:
    """A baseline is that of the end of its year; without a year, of the framework's first day."""
    return Course(
        direction=direction,
        begins_on=date(year, 12, 31) if year else framework.starts_on,
        baseline=baseline,
        aims=sorted((Aim(*each) for each in aims), key=lambda aim: aim.on),
        rules=rules,
    )


@dataclass(frozen=True)
class Line:
    """One indicator as a page shows it: its measures round by round, and where it stands.

    Targets are for all regions together: of one region there is no `judgement`.
    """

    indicator: Indicator
    course: Course
    rounds: Sequence[ReportingRound] = ()
    measures: Sequence[Measure] = ()
    judgement: Judgement | None = None

    @property
    def measure(self) -> Measure | None:
        """That of the round that is looked at."""
        return self.measures[-1] if self.measures else None

    @property
    def by_round(self) -> list[tuple[ReportingRound, Measure]]:
        return list(zip(self.rounds, self.measures, strict=True))

    @property
    def is_held(self) -> bool:
        return is_held_by_the_secretariat(self.indicator)

    @property
    def said(self) -> Standing | None:
        """The status that a person has set beside the computed one."""
        standing = (getattr(self.indicator, "said", None) or {}).get("standing")
        return Standing(standing) if standing and self.judgement else None

    @property
    def has_parts(self) -> bool:
        """Whether any round's value is made of so many of so many."""
        return any(measure.whole for measure in self.measures)

    @property
    def expected(self) -> Decimal | None:
        """What the value should be by the end of the last round, in the indicator's unit."""
        if not self.rounds or not self.course.has_a_way:
            return None
        return rounded(expected_on(self.course, self.rounds[-1].ends_on))

    @property
    def last_known(self) -> tuple[ReportingRound, Measure] | None:
        """The latest round before this one with a value, for where this one has none."""
        known = [pair for pair in self.by_round if pair[1].value is not None]
        return known[-1] if known else None


def line(
    indicator: Indicator,
    course: Course,
    rounds: Sequence[ReportingRound],
    values: Values,
) -> Line:
    """The indicator over `rounds`, judged on the last day of the last of them."""
    measures = [values.measure(indicator, each.pk) for each in rounds]
    judged = not values.region or is_held_by_the_secretariat(indicator)
    if not judged or measures[-1].withheld:
        return Line(indicator, course, rounds, measures)
    verdict = judge(course, measures[-1].value, rounds[-1].ends_on)
    return Line(indicator, course, rounds, measures, verdict)


def expected_on(course: Course, on: date) -> Decimal:
    """What should be reached on the day `on`, in the indicator's unit."""
    way = course.aims[-1].value - course.baseline
    return course.baseline + way * pace(course, course.aims, on)
