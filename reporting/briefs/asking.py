"""What a brief asks of those who decide, as its figures ask for it."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from reporting.attention import Attention, Standing, Trouble
from reporting.dashboards import Row

MOST_CODES = 12


def decisions(attention: Attention) -> Iterator[str]:
    """What to decide, as the figures ask for it: each sentence names its objectives."""
    wordings = [
        (attention.off_track, _("Decide what is done about those off track, %(some)s: %(codes)s.")),
        (attention.at_risk, _("Decide what is asked where there is risk, %(some)s: %(codes)s.")),
    ]
    for findings, words in wordings:
        if findings:
            yield words % _some([each.row for each in findings], attention)
    if not attention.findings:
        yield _none_found(attention)
    if attention.few_reports:
        words = _("Ask for reports where fewer than half have come in, %(some)s: %(codes)s.")
        yield words % _some(attention.few_reports, attention)
    if attention.over:
        words = _("Take note: no longer off track or at risk, %(some)s: %(codes)s.")
        yield words % _some([each.row for each in attention.over], attention)


def _none_found(attention: Attention) -> str:
    """Where few have reported, that nothing is found says little."""
    if attention.judged == attention.objectives:
        return _("Take note: by the rule below, no objective is off track or at risk.")
    if not attention.judged:
        return _("Take note: no objective has reports from five countries yet, so none is judged.")
    words = _(
        "Take note: by the rule below, no objective is off track or at risk. Judged are "
        "%(judged)s of %(objectives)s, those with reports from five countries or more."
    )
    return words % {"judged": attention.judged, "objectives": attention.objectives}


def decision_on(row: Row) -> str:
    trouble = Trouble.of(row.cell)
    if trouble is None:
        return _("Ask for reports: there are too few to say where this objective stands.")
    if trouble.standing is Standing.OFF_TRACK:
        return _("Decide what is done: by the rule below, this objective is off track.")
    if trouble.standing is Standing.AT_RISK:
        return _("Decide what is asked: by the rule below, this objective is at risk.")
    return _("Take note: by the rule below, this objective is neither off track nor at risk.")


def _some(rows: Sequence[Row], attention: Attention) -> dict[str, str]:
    numbers = {"number": len(rows), "all": attention.objectives}
    return {"some": _("%(number)s of %(all)s objectives") % numbers, "codes": _codes(rows)}


def _codes(rows: Sequence[Row]) -> str:
    named = ", ".join(row.subject.code for row in rows[:MOST_CODES])
    if len(rows) <= MOST_CODES:
        return named
    return _("%(codes)s and %(number)s more") % {
        "codes": named,
        "number": len(rows) - MOST_CODES,
    }
