import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import starmap

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Region
from members.row_security import as_system
from reporting import frozen
from reporting.dashboards import Figures, Tally, counted, row
from reporting.forms import FilterForm
from reporting.models import Quotation, RatingTally, ReportingRound, Snapshot
from reporting.snapshots import quoted_in, thawed_ratings
from reporting.standings import Words

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
    snapshot: Snapshot | None = None

    @property
    def status(self):
        """The HTTP status of a page with this filter."""
        return 200 if self.form.is_valid() else 404

    @cached_property
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
        return self.round.phase(self.snapshot.confirmed_at if self.snapshot else timezone.now())

    @property
    def unreported_label(self):
        """What is said of a country without an approved report: due and overdue stay apart."""
        return UNREPORTED_LABELS[self.phase]

    @cached_property
    def words(self):
        """What is said in each line of the page."""
        before = self.round_before
        return Words.of(self.unreported_label, before.slug if before else "")

    @property
    def region_id(self):
        return self.region.pk if self.region else None

    def without_history(self):
        """The same with only the round and the one before it, for a single line and its change."""
        return replace(self, rounds=self.rounds_shown[-2:])

    def figures(self, objectives, in_full=None):
        """The figures of these objectives over the rounds: as frozen, or as they are now.

        Of the rounds `in_full`, the one that is looked at and the one before it, ratings and
        percentages too; of the others what a trend shows.
        """
        if self.snapshot:
            rows = thawed_ratings(
                self.snapshot.content,
                {objective.code: objective.pk for objective in objectives},
                {found.slug: found.pk for found in self.rounds},
                {region.code: region.pk for region in self.regions},
                self.frozen_quotations(),
            )
            tallies = starmap(counted, rows)
        else:
            in_full = self.rounds_shown[-2:] if in_full is None else in_full
            rows = RatingTally.objects.figures(objectives, self.rounds, in_full)
            tallies = map(Tally._make, rows)
        return Figures(tallies, {region.pk: region.country_count for region in self.regions})

    @property
    def words_then(self):
        """What stood beside the figures of the snapshot; nothing where they are those of today."""
        return self.snapshot.words if self.snapshot else {}

    def frozen_quotations(self):
        """{key: as a tally has it} of those in the snapshot that nobody has taken back."""
        keys = quoted_in(self.snapshot.content, self.round.slug) if self.round else []
        found = Quotation.objects.live().filter(pk__in=keys).select_related("submission")
        with as_system():
            return {each.pk: each.counted for each in found}

    def objective_rows(self, objectives, figures=None):
        """A dashboard's line for each objective, and one for all of them together."""
        figures = figures or self.figures(objectives)
        numbers = [objective.pk for objective in objectives]
        lines = [
            self._row(objective, figures.cell, objective.pk, self.region_id)
            for objective in objectives
        ]
        return lines, self._row(None, figures.total, numbers, self.region_id)

    def goal_rows(self, goals, objectives, figures):
        """A dashboard's line for each goal, over those of the objectives that are its own."""
        of_goals = defaultdict(list)
        for each in objectives:
            of_goals[each.goal_id].append(each.pk)
        return [self._row(goal, figures.total, of_goals[goal.pk], self.region_id) for goal in goals]

    def region_rows(self, objectives, figures):
        """A dashboard's line for each region that has countries: without a trend."""
        numbers = [objective.pk for objective in objectives]
        return [
            self.without_history()._row(region, figures.total, numbers, region.pk)
            for region in self.regions
            if region.country_count
        ]

    def objective_by_region(self, objective, figures):
        """The objective's line in each region that has countries, as its page of it says."""
        return [
            self.without_history()._row(region, figures.cell, objective.pk, region.pk)
            for region in self.regions
            if region.country_count
        ]

    def _row(self, subject, cell, about, region):
        cells = [cell(about, found.pk, region) for found in self.rounds]
        return row(subject, cells, self.position)


def scope_of(request, framework):
    """The framework's dashboard as the reader asks for it in the query string."""
    rounds = list(framework.rounds.opened_by(timezone.now()))
    regions = list(Region.objects.with_country_counts().order_by("name"))
    shown = framework.shows_aggregates_to(request.user)
    if not shown:
        request.refused_for = "members only"
    # To whom no figures are shown, none that were frozen are told of either.
    asked = request.GET.getlist("snapshot") if shown else []
    snapshot = chosen_snapshot(asked, framework)
    if snapshot:
        rounds = [found for found in rounds if found.slug in snapshot.content["rounds"]]
        for region in regions:
            region.country_count = snapshot.content["countries"].get(region.code, 0)
        frozen.thaw_frame(snapshot.words, framework, [*rounds, snapshot.round], regions)
    form = FilterForm(request.GET, rounds=rounds[::-1], regions=regions)
    if asked and not snapshot:
        form.add_error(None, no_snapshot(asked))
    scope = Scope(form, shown, rounds, regions, snapshot=snapshot)
    if scope.shown and rounds and form.is_valid():
        scope.round = form.cleaned_data["round"] or rounds[-1]
        scope.region = form.cleaned_data["region"]
    return scope


def chosen_snapshot(asked, framework):
    """The frozen figures that `?snapshot=3` asks for; None where there are none of the kind."""
    if len(asked) != 1 or not re.fullmatch(r"[0-9]{1,9}", asked[0], re.ASCII):
        return None
    confirmed = Snapshot.objects.of(framework).confirmed().select_related("round")
    return confirmed.filter(number=int(asked[0])).first()


def no_snapshot(asked):
    if len(asked) > 1:
        return _("The address names several snapshots. Choose one.")
    return _("There is no snapshot “%(number)s” of this framework.") % {"number": asked[0][:30]}
