"""Reports themselves as rows of files: each that somebody may read, with what it says in full.

Rows are fetched, written and forgotten in turns, so that their number costs no memory.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from members.models import MemberCountry
from reporting.models import IndicatorValue
from reporting.models.choices import Confidence, Rating, Status
from reporting.models.themes import Challenge, NextStep

AT_ONCE = 1000
IN_ORDER = ["round__starts_on", "country__iso2", "objective__goal__number", "objective__number"]
WHERE_FROM = [
    "round__framework__slug",
    "round__slug",
    "country",
    "objective__goal__number",
    "objective__number",
]


def names_of_origin() -> list[str]:
    region = [_("region"), _("region's name")]
    return [_("framework"), _("round"), *region, _("country"), _("name"), _("objective")]


class Origins:
    """What the first cells of each line are made of; countries have their names in many tongues."""

    def __init__(self):
        countries = MemberCountry.objects.select_related("region")
        self.countries = {
            each.pk: [each.region.code, each.region.name, each.iso2, each.name]
            for each in countries
        }

    def of(self, framework, reporting_round, country, goal, objective) -> list[object]:
        return [framework, reporting_round, *self.countries[country], f"{goal}.{objective}"]


def report_table(reports: QuerySet, origins: Origins, address: str) -> Iterator[list[object]]:
    """A line for each report; `address` is that of the report whose key is 0."""
    yield [
        *names_of_origin(),
        _("statement"),
        _("state"),
        _("rating"),
        _("percent complete"),
        _("confidence"),
        _("achievements"),
        _("challenges"),
        _("main challenge"),
        _("next steps"),
        _("main next step"),
        _("lessons learned"),
        _("why it does not apply"),
        _("confirms unchanged"),
        _("entered by the secretariat"),
        _("first submitted"),
        _("last submitted"),
        _("address"),
    ]
    states, ratings, confidences, challenges, steps = map(
        labels_of, (Status, Rating, Confidence, Challenge, NextStep)
    )
    yes, no = _("yes"), _("no")
    found = (
        reports.with_submission_times()
        .order_by(*IN_ORDER)
        .values_list(
            *WHERE_FROM,
            "objective__statement",
            "status",
            "rating",
            "percent_complete",
            "confidence",
            "achievements",
            "challenges",
            "main_challenge",
            "next_steps",
            "main_next_step",
            "lessons",
            "not_applicable_reason",
            "confirms__round__slug",
            "entered_by",
            "first_submitted_at",
            "submitted_at",
            "pk",
        )
    )
    for row in found.iterator(AT_ONCE):
        said, status, rating, percent, confidence = row[5:10]
        achievements, hindered, challenge, planned, step, lessons, reason = row[10:17]
        confirmed, entered_by, first, last, pk = row[17:]
        yield [
            *origins.of(*row[:5]),
            said,
            states[status],
            ratings[rating],
            percent,
            confidences[confidence],
            achievements,
            hindered,
            challenges[challenge],
            planned,
            steps[step],
            lessons,
            reason,
            confirmed,
            yes if entered_by else no,
            instant(first),
            instant(last),
            address.replace("/0/", f"/{pk}/"),
        ]


def value_table(reports: QuerySet, origins: Origins) -> Iterator[list[object]]:
    """What the same reports say of indicators, a line for each answer."""
    yield [
        *names_of_origin(),
        _("indicator"),
        _("indicator's name"),
        _("unit"),
        _("answer"),
        _("value"),
        _("numerator"),
        _("denominator"),
        _("reason or note"),
    ]
    kinds = labels_of(IndicatorValue.Kind)
    values = IndicatorValue.objects.filter(report__in=reports.order_by())
    found = values.order_by(*(f"report__{name}" for name in IN_ORDER), "indicator__number")
    found = found.values_list(
        *(f"report__{name}" for name in WHERE_FROM),
        "indicator__number",
        "indicator__name",
        "indicator__unit",
        "kind",
        "value",
        "numerator",
        "denominator",
        "note",
    )
    for row in found.iterator(AT_ONCE):
        number, name, unit, kind, *figures = row[5:]
        of = origins.of(*row[:5])
        yield [*of, f"{of[-1]}.{number}", name, unit, kinds[kind], *figures]


def labels_of(choices) -> dict[str, str]:
    """What each is called in the reader's language; nothing for what was not chosen."""
    return {"": ""} | {value: str(label) for value, label in choices.choices}


def instant(at: datetime | None) -> str | None:
    return at and at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
