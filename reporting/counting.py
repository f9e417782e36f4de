"""What approved reports come to, cell by cell: read from them, and nothing written.

A cell is (round key, objective key, region key). `within` finds the reports that are read: it
is what `filter()` takes of them, such as {"round": 7}.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from reporting.models import IndicatorValue, ProgressReport, Quotation, Status
from reporting.models.choices import BEHIND
from reporting.themes import FIELDS

CHUNK = 2_000
NOTHING: tuple[dict, list, dict, list] = ({}, [], {}, [])


class Cell(NamedTuple):
    round: int
    objective: int
    region: int


def cell_of(report: ProgressReport) -> Cell:
    return Cell(report.round_id, report.objective_id, report.country.region_id)


def places_of(cells: Iterable[Cell]) -> dict[str, set[int]]:
    """What finds the reports of these cells, and some beside them."""
    return {
        "round__in": {cell.round for cell in cells},
        "objective__in": {cell.objective for cell in cells},
        "country__region__in": {cell.region for cell in cells},
    }


def counted_ratings(
    within: Mapping[str, object],
) -> dict[Cell, tuple[dict, list[int], dict, list]]:
    """({rating: reports}, percentages in order, kinds named, quotations) of each cell, from the
    approved reports that `within` finds.
    """
    ratings: dict[Cell, Counter] = defaultdict(Counter)
    percents: dict[Cell, list[int]] = defaultdict(list)
    themes: dict[Cell, dict] = defaultdict(dict)
    rows = _behind(ProgressReport.objects.filter(status=Status.APPROVED), "", within)
    names = ["round", "objective", "country__region", "rating", "percent_complete", *FIELDS]
    rows = rows.order_by().values_list(*names).iterator(CHUNK)
    for round_id, objective, region, rating, percent, *kinds in rows:
        cell = Cell(round_id, objective, region)
        ratings[cell][rating] += 1
        if percent is not None:
            percents[cell].append(percent)
        for field, kind in zip(FIELDS, kinds, strict=True):
            if kind:
                counts = themes[cell].setdefault(field, {}).setdefault(kind, [0, 0])
                counts[rating not in BEHIND] += 1
    quotations = counted_quotations(within)
    return {
        cell: (dict(ratings[cell]), sorted(percents[cell]), themes[cell], quotations[cell])
        for cell in ratings
    }


def counted_quotations(within: Mapping[str, object]) -> dict[Cell, list[list]]:
    """[key, field, kind, text] of the passages shown of each cell, the newest first."""
    found: dict[Cell, list[list]] = defaultdict(list)
    rows = Quotation.objects.live().filter(submission__report__status=Status.APPROVED)
    rows = _behind(rows, "submission__report__", within)
    for each in rows.select_related("submission__report__country").order_by("-pk"):
        found[cell_of(each.report)].append(each.counted)
    return found


class Answers:
    """What is counted of the answers about an indicator."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.values: list[str] = []
        self.numerator = self.denominator = Decimal(0)
        self.pairs = 0

    def add(self, kind: str, value: Decimal | None, over: Decimal | None, under: Decimal | None):
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if value is not None:
            self.values.append(plain(value))
        if over is not None and under is not None:
            self.numerator += over
            self.denominator += under
            self.pairs += 1


def plain(value: Decimal) -> str:
    """As JSON keeps it: text, for a float would round it."""
    return f"{value.normalize():f}"


def counted_values(within: Mapping[str, object]) -> dict[tuple[int, int, int], Answers]:
    """What was answered, by (round, indicator, region), in the approved reports `within`."""
    found: dict[tuple[int, int, int], Answers] = defaultdict(Answers)
    answers = IndicatorValue.objects.filter(report__status=Status.APPROVED).order_by()
    rows = _behind(answers, "report__", within).values_list(
        "report__round",
        "indicator",
        "report__country__region",
        "kind",
        "value",
        "numerator",
        "denominator",
    )
    for *key, kind, value, over, under in rows.iterator(CHUNK):
        found[tuple(key)].add(kind, value, over, under)
    for answers in found.values():
        answers.values.sort(key=Decimal)
    return found


def _behind(rows: QuerySet, prefix: str, within: Mapping[str, object]) -> QuerySet:
    return rows.filter(**{f"{prefix}{name}": value for name, value in within.items()})
