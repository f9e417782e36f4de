"""Reports themselves as rows of files: each that somebody may read, with what it says in full.

Rows are fetched, written and forgotten in turns, so that their number costs no memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from members.models import MemberCountry
from reporting.columns import Column, table
from reporting.models import IndicatorValue
from reporting.models.choices import Confidence, Rating, Status
from reporting.models.themes import Challenge, NextStep

AT_ONCE = 1000
IN_ORDER = ["round__starts_on", "country__iso2", "objective__goal__number", "objective__number"]


class Origins:
    """Whose each line is; countries have names in many tongues, and are fetched and named once."""

    def __init__(self):
        countries = MemberCountry.objects.select_related("region")
        self.countries = {each.pk: each for each in countries}

    def columns(self, report: str = "") -> list[Column]:
        """The first of each file; `report` is the way there from what its lines are about."""

        def of_country(name: str, shown: Callable[[MemberCountry], str]) -> Column:
            lookup = f"{report}country"
            words = {key: shown(country) for key, country in self.countries.items()}
            return Column(name, lambda row: words[row[lookup]], [lookup])

        return [
            stored(_("framework"), f"{report}round__framework__slug"),
            stored(_("round"), f"{report}round__slug"),
            of_country(_("region"), lambda country: country.region.code),
            of_country(_("region's name"), lambda country: country.region.name),
            of_country(_("country"), lambda country: country.iso2),
            of_country(_("name"), lambda country: country.name),
            numbered(_("objective"), *numbers(report)),
        ]


def report_table(reports: QuerySet, origins: Origins, address: str) -> Iterator[list[object]]:
    """A line for each report; `address` is that of the report whose key is 0."""
    yes, no = _("yes"), _("no")
    columns = [
        *origins.columns(),
        stored(_("statement"), "objective__statement"),
        chosen(_("state"), "status", Status),
        chosen(_("rating"), "rating", Rating),
        stored(_("percent complete"), "percent_complete"),
        chosen(_("confidence"), "confidence", Confidence),
        stored(_("achievements"), "achievements"),
        stored(_("challenges"), "challenges"),
        chosen(_("main challenge"), "main_challenge", Challenge),
        stored(_("next steps"), "next_steps"),
        chosen(_("main next step"), "main_next_step", NextStep),
        stored(_("lessons learned"), "lessons"),
        stored(_("why it does not apply"), "not_applicable_reason"),
        stored(_("confirms unchanged"), "confirms__round__slug"),
        stored(_("entered by the secretariat"), "entered_by", lambda by: yes if by else no),
        stored(_("first submitted"), "first_submitted_at", instant),
        stored(_("last submitted"), "submitted_at", instant),
        stored(_("address"), "pk", lambda pk: address.replace("/0/", f"/{pk}/")),
    ]
    return fetched(columns, reports.with_submission_times().order_by(*IN_ORDER))


def value_table(reports: QuerySet, origins: Origins) -> Iterator[list[object]]:
    """What the same reports say of indicators, a line for each answer."""
    columns = [
        *origins.columns("report__"),
        numbered(_("indicator"), *numbers("report__"), "indicator__number"),
        stored(_("indicator's name"), "indicator__name"),
        stored(_("unit"), "indicator__unit"),
        chosen(_("answer"), "kind", IndicatorValue.Kind),
        stored(_("value"), "value"),
        stored(_("numerator"), "numerator"),
        stored(_("denominator"), "denominator"),
        stored(_("reason or note"), "note"),
    ]
    values = IndicatorValue.objects.filter(report__in=reports.order_by())
    in_order = [f"report__{name}" for name in IN_ORDER]
    return fetched(columns, values.order_by(*in_order, "indicator__number"))


def fetched(columns: Sequence[Column], found: QuerySet) -> Iterator[list[object]]:
    lookups = dict.fromkeys(lookup for column in columns for lookup in column.lookups)
    return table(columns, found.values(*lookups).iterator(AT_ONCE))


def stored(name: str, lookup: str, shown: Callable[[object], object] | None = None) -> Column:
    read = (lambda row: shown(row[lookup])) if shown else itemgetter(lookup)
    return Column(name, read, [lookup])


def chosen(name: str, lookup: str, choices) -> Column:
    """What each is called in the reader's language; nothing for what was not chosen."""
    labels: Mapping[str, str] = {"": ""} | {key: str(label) for key, label in choices.choices}
    return stored(name, lookup, labels.__getitem__)


def numbers(report: str) -> list[str]:
    return [f"{report}objective__goal__number", f"{report}objective__number"]


def numbered(name: str, *lookups: str) -> Column:
    """A code as 1.3.2, of the numbers from the goal down."""
    return Column(name, lambda row: ".".join(str(row[each]) for each in lookups), lookups)


def instant(at: datetime | None) -> str | None:
    return at and at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
