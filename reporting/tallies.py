"""Recounts what dashboards sum up, inside the transaction that has changed it.

A cell is (round key, objective key, region key). Its rows are locked before the reports
behind it are read, so of two approvals at once the second counts what the first has done.
Countries are locked before that, so that none moves to another region between. Locks are
taken in one order, so nobody waits for another for ever.

A report counts where its country belongs today: who moves takes his past rounds along.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import F, Model

from goals.models import Framework
from members.models import MemberCountry
from members.row_security import as_system
from objectives.models import Indicator
from reporting.counting import (
    CHUNK,
    NOTHING,
    Answers,
    Cell,
    counted_ratings,
    counted_values,
    places_of,
)
from reporting.models import (
    FiguresVersion,
    ProgressReport,
    RatingTally,
    ReportingRound,
    ValueTally,
)

BATCH = 500
RATING_COUNTS = [
    "ratings",
    "percents",
    "themes",
    "quotations",
    "reported",
    "percent_count",
    "percent_sum",
]


def recount(reports: Iterable[ProgressReport]) -> None:
    """Counts the cells of these reports anew; call it last in their transaction."""
    reports = list(reports)
    regions = regions_of({report.country_id for report in reports})
    cells = {Cell(each.round_id, each.objective_id, regions[each.country_id]) for each in reports}
    recount_cells(sorted(cells))
    for framework in sorted({report.round.framework_id for report in reports}):
        figures_changed(framework)


def regions_of(countries: Iterable[int]) -> dict[int, int]:
    """Where these countries belong, and they stay there until the transaction ends."""
    # Not of their keys: other people's new reports point to them meanwhile.
    rows = MemberCountry.objects.select_for_update(no_key=True).filter(pk__in=countries)
    return dict(rows.order_by("pk").values_list("pk", "region"))


@as_system()
def recount_country(country: MemberCountry, regions: Iterable[int]) -> None:
    """Counts anew in both regions what a country that has moved between them ever reported."""
    reported = ProgressReport.objects.approved().filter(country=country).order_by()
    by_round: dict[int, list[Cell]] = defaultdict(list)
    frameworks = set()
    for round, objective, framework in reported.values_list(
        "round", "objective", "round__framework"
    ):
        by_round[round] += [Cell(round, objective, region) for region in regions]
        frameworks.add(framework)
    for round in sorted(by_round):
        recount_cells(sorted(by_round[round]))
    for framework in sorted(frameworks):
        figures_changed(framework)


def figures_changed(framework: int) -> None:
    """Whoever keeps a page with the framework's figures asks for it anew."""
    FiguresVersion.objects.get_or_create(framework_id=framework)
    FiguresVersion.objects.filter(framework=framework).update(number=F("number") + 1)


@as_system()
def recount_cells(cells: list[Cell]) -> None:
    indicators = defaultdict(list)
    for objective, indicator in Indicator.objects.filter(
        objective__in={cell.objective for cell in cells}
    ).values_list("objective", "pk"):
        indicators[objective].append(indicator)
    ratings = _locked(
        RatingTally,
        [
            RatingTally(round_id=c.round, objective_id=c.objective, region_id=c.region)
            for c in cells
        ],
    )
    values = _locked(
        ValueTally,
        [
            ValueTally(round_id=cell.round, indicator_id=indicator, region_id=cell.region)
            for cell in cells
            for indicator in sorted(indicators[cell.objective])
        ],
    )
    within = places_of(cells)
    counted = counted_ratings(within)
    for row in ratings:
        key = Cell(row.round_id, row.objective_id, row.region_id)
        row.count(*counted.get(key, NOTHING))
    RatingTally.objects.bulk_update(ratings, RATING_COUNTS, batch_size=BATCH)
    answers = counted_values(within)
    for row in values:
        count = answers.get((row.round_id, row.indicator_id, row.region_id), Answers())
        row.kinds, row.values = count.kinds, count.values
        row.numerator, row.denominator = count.numerator, count.denominator
        row.pairs = count.pairs
    ValueTally.objects.bulk_update(
        values, ["kinds", "values", "numerator", "denominator", "pairs"], batch_size=BATCH
    )


def _locked(model: type[Model], rows: list[Model]) -> list[Model]:
    """These rows as they are stored, locked; those that are missing are made."""
    if not rows:
        return []
    subject = "objective_id" if model is RatingTally else "indicator_id"
    names = ["round_id", subject, "region_id"]
    wanted = {tuple(getattr(row, name) for name in names) for row in rows}
    model.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    found = model.objects.select_for_update().order_by("pk")
    for name in names:
        found = found.filter(**{f"{name}__in": {getattr(row, name) for row in rows}})
    return [row for row in found if tuple(getattr(row, name) for name in names) in wanted]


def rounds_of_all() -> list[int]:
    """The keys of all rounds, those of one framework after the other."""
    return list(ReportingRound.objects.order_by("framework", "pk").values_list("pk", flat=True))


def recount_all() -> int:
    """Counts everything anew; returns the number of cells."""
    cells = sum(map(recount_round, rounds_of_all()))
    all_figures_changed()
    return cells


def all_figures_changed() -> None:
    for framework in Framework.objects.all():
        FiguresVersion.objects.get_or_create(framework=framework)
    FiguresVersion.objects.update(number=F("number") + 1)


@transaction.atomic
def recount_round(round: int) -> int:
    """Counts a round anew, and empties the tallies that nothing is behind; returns its cells."""
    approved = ProgressReport.objects.approved().filter(round=round).order_by()
    counted = RatingTally.objects.filter(round=round).order_by()
    answered = ValueTally.objects.filter(round=round).order_by()
    cells = {
        *approved.values_list("round", "objective", "country__region").distinct(),
        *counted.values_list("round", "objective", "region"),
        *answered.values_list("round", "indicator__objective", "region").distinct(),
    }
    recount_cells(sorted(Cell(*key) for key in cells))
    return len(cells)


def differences(rounds: Iterable[int] | None = None) -> Iterator[str]:
    """What the tallies say that a recount does not, and the other way round.

    A round at a time, so that memory holds no more. Where one differs, an approval may have come
    between the two readings: it is looked at again while nobody else counts there.
    """
    for round in rounds_of_all() if rounds is None else rounds:
        if next(differences_in(round), None):
            with transaction.atomic():
                for tally in (RatingTally, ValueTally):
                    list(tally.objects.select_for_update().filter(round=round).order_by("pk"))
                found = list(differences_in(round))
            yield from found


def differences_in(round: int) -> Iterator[str]:
    counted = counted_ratings({"round": round})
    for row in RatingTally.objects.filter(round=round).order_by().iterator(CHUNK):
        found = row.counted
        row.count(*counted.pop(Cell(row.round_id, row.objective_id, row.region_id), NOTHING))
        if found != row.counted:
            yield f"tally of ratings {row.pk} ({row}): {found} instead of {row.counted}"
    yield from (f"no tally of ratings for {cell}" for cell in counted)
    answers = counted_values({"round": round})
    for row in ValueTally.objects.filter(round=round).order_by().iterator(CHUNK):
        count = answers.pop((row.round_id, row.indicator_id, row.region_id), Answers())
        said = (row.kinds, row.values, row.numerator, row.denominator, row.pairs)
        found = (count.kinds, count.values, count.numerator, count.denominator, count.pairs)
        if said != found:
            yield f"tally of values {row.pk} ({row}): {row.kinds} instead of {count.kinds}"
    yield from (f"no tally of values for {key}" for key in answers)
