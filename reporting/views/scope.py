from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext_lazy

from members.models import Region
from reporting.dashboards import Figures, Tally, row
from reporting.forms import FilterForm
from reporting.models import ProgressReport, ReportingRound

UNREPORTED_LABELS = {
    ReportingRound.Phase.OPEN: gettext_lazy("No report yet"),
    ReportingRound.Phase.OVERDUE: gettext_lazy("Overdue"),
    ReportingRound.Phase.CLOSED: gettext_lazy("Not reported"),
}


@dataclass
class Scope:
    """What a dashboard looks at: a round and a region out of those that there are.

    Without `round` there are no figures: the filter is wrong, no round has
    opened yet, or this reader may not see them (`shown`).
    """

    form: FilterForm
    shown: bool
    rounds: list[ReportingRound]
    regions: list[Region]
    round: ReportingRound | None = None
    region: Region | None = None

    @property
    def status(self):
        """The HTTP status of a page with this filter."""
        return 200 if self.form.is_valid() else 404

    @property
    def position(self):
        return self.rounds.index(self.round)

    @property
    def rounds_shown(self):
        """The rounds of a trend: up to the one that is looked at."""
        return self.rounds[: self.position + 1]

    @property
    def round_before(self):
        return self.rounds[self.position - 1] if self.position else None

    @property
    def phase(self):
        return self.round.phase(timezone.now())

    @property
    def unreported_label(self):
        """What is said of a country without an approved report: due and overdue stay apart."""
        return UNREPORTED_LABELS[self.phase]

    @property
    def region_id(self):
        return self.region.pk if self.region else None

    def without_history(self):
        """The same with only the round and the one before it, for a single line and its change."""
        return replace(self, rounds=self.rounds_shown[-2:])

    def objective_rows(self, objectives):
        """A dashboard's line for each objective, and one for all of them together."""
        numbers = [objective.pk for objective in objectives]
        figures = self._figures(numbers)
        lines = [self._row(objective, figures.cell, objective.pk) for objective in objectives]
        return lines, self._row(None, figures.total, numbers)

    def goal_rows(self, goals):
        """A dashboard's line for each goal, over its objectives."""
        numbers = {goal.pk: [objective.pk for objective in goal.objectives.all()] for goal in goals}
        figures = self._figures([pk for of_goal in numbers.values() for pk in of_goal])
        return [self._row(goal, figures.total, numbers[goal.pk]) for goal in goals]

    def _row(self, subject, cell, about):
        cells = [cell(about, found.pk, self.region_id) for found in self.rounds]
        return row(subject, cells, self.position)

    def _figures(self, objectives):
        reports = ProgressReport.objects.approved().filter(
            objective__in=objectives, round__in=self.rounds
        )
        return Figures(
            map(Tally._make, reports.tallied()),
            {region.pk: region.country_count for region in self.regions},
        )


def scope_of(request, framework):
    """The framework's dashboard as the reader asks for it in the query string."""
    rounds = list(framework.rounds.opened_by(timezone.now()))
    regions = list(Region.objects.with_country_counts().order_by("name"))
    form = FilterForm(request.GET, rounds=rounds[::-1], regions=regions)
    scope = Scope(form, framework.shows_aggregates_to(request.user), rounds, regions)
    if scope.shown and rounds and form.is_valid():
        scope.round = form.cleaned_data["round"] or rounds[-1]
        scope.region = form.cleaned_data["region"]
    return scope
