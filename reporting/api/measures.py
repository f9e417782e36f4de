"""An indicator's line as the read API tells it: what its page shows, and no more."""

from objectives.models import Indicator
from reporting.aggregation import Measure
from reporting.api import schemas
from reporting.api.addresses import absolute
from reporting.api.fields import plain
from reporting.indicators import Line
from reporting.measured import percent


def measured_of(line: Line) -> schemas.Measured:
    indicator, measure = line.indicator, line.measure
    return schemas.Measured(
        code=indicator.code,
        name=indicator.name,
        is_official=indicator.is_official,
        unit=indicator.unit,
        aggregation=indicator.aggregation,
        held_by_secretariat=line.is_held,
        value=measure.value,
        part=plain(measure.part),
        whole=plain(measure.whole),
        share_of_all=share_of_all(indicator, measure),
        **answers_of(measure),
        note=measure.note,
        baseline=plain(line.course.baseline),
        targets=[
            schemas.Aim(date=aim.on, value=plain(aim.value), upper_value=plain(aim.upper))
            for aim in line.course.aims
        ],
        computed=computed_of(line),
        override=override_of(line),
        withheld=measure.withheld,
        page=absolute(indicator.get_absolute_url()),
    )


def share_of_all(indicator: Indicator, measure: Measure) -> object:
    """The page says it of countries that answer yes, and of nothing else."""
    is_share = indicator.aggregation == Indicator.Aggregation.SHARE_YES
    return measure.share_of_all if is_share else None


def answers_of(measure: Measure) -> dict[str, int | None]:
    """How many answered what; of what is withheld, how many gave a value and of how many."""
    answers = measure.answers
    shown = answers is not None and not answers.withheld
    return {
        "countries": answers.expected if answers else None,
        "answered": answers.given if answers else None,
        "no_data": answers.no_data if shown else None,
        "not_applicable": answers.not_applicable if shown else None,
        "no_answer": answers.silent if shown else None,
    }


def computed_of(line: Line) -> schemas.Computed | None:
    judgement = line.judgement
    if judgement is None:
        return None
    has_way = judgement.achieved is not None
    return schemas.Computed(
        status=judgement.standing.value,
        achieved_percent=int(percent(judgement.achieved)) if has_way else None,
        expected_percent=int(percent(judgement.expected)) if has_way else None,
        expected_value=line.expected if has_way else None,
    )


def override_of(line: Line) -> schemas.Override | None:
    if line.said is None:
        return None
    return schemas.Override(status=line.said.value, reason=line.indicator.said["reason"])
