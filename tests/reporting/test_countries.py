from decimal import Decimal

import pytest

from reporting.countries import Known, Middle, lines_of, middle, open_entries, points_of
from reporting.dashboards import Cell, Figures, counted
from reporting.models import ReportingRound
from tests.factories import ObjectiveFactory, ReportingRoundFactory

REGIONS = {1: 54, 2: 38}
Phase = ReportingRound.Phase


def objective(pk):
    return ObjectiveFactory.build(pk=pk, number=pk, goal__number=1)


def reporting_round(pk):
    return ReportingRoundFactory.build(pk=pk)


def known(pk, objective, round=21, status="approved", rating="on_track", percent=60):
    return Known(pk, objective, round, status, True, rating, percent)


@pytest.mark.parametrize(
    ("percents", "found"),
    [
        ([], Middle()),
        ([0, 10, 20, 30, 100], Middle()),
        ([0] * 10 + [20] + [100] * 10, Middle(Decimal("20.0"), 21)),
        ([0] * 9 + [10, 21] + [100] * 9, Middle(Decimal("15.5"), 20)),
    ],
)
def test_median_says_of_how_many(percents, found):
    assert middle(Cell(20, {"on_track": len(percents)}, percents)) == found


def test_median_of_figures_that_are_withheld_is_withheld():
    cell = Cell(20, {"on_track": 5}, [0, 10, 20, 30, 100], withheld=True)

    assert middle(cell) == Middle(is_withheld=True)


def test_own_mean_takes_approved_percentages_only():
    each = reporting_round(21)
    lines = lines_of(
        [objective(n) for n in (1, 2, 3, 4)],
        [each],
        {21: Phase.OPEN},
        [
            known(1, 1, percent=50),
            known(2, 2, percent=61),
            known(3, 3, status="submitted", percent=100),
        ],
    )
    [point] = points_of(lines, [each], Figures([], REGIONS), 1)

    assert (point.mean, point.reports, point.middle) == (Decimal("55.5"), 2, Middle())


def test_median_of_a_round_leaves_out_an_objective_that_is_withheld():
    each = reporting_round(21)
    lines = lines_of([objective(1), objective(2)], [each], {21: Phase.OPEN}, [])
    figures = Figures(
        [
            counted(1, 21, 1, {"on_track": 20}, [10] * 8 + [30] * 4 + [50] * 8),
            counted(2, 21, 1, {"on_track": 4}, [90, 90, 90, 90]),
        ],
        REGIONS,
    )

    [point] = points_of(lines, [each], figures, 1)
    assert point.middle == Middle(Decimal("30.0"), 20)


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (Phase.AHEAD, "not_due"),
        (Phase.OPEN, "due"),
        (Phase.OVERDUE, "overdue"),
        (Phase.CLOSED, "missed"),
    ],
)
def test_objective_without_a_report_says_why(phase, state):
    [line] = lines_of([objective(1)], [reporting_round(21)], {21: phase}, [])

    assert (line.entries[0].state, line.entries[0].percent) == (state, None)


@pytest.mark.parametrize(
    ("phase", "shown"),
    [(Phase.AHEAD, []), (Phase.OPEN, [2]), (Phase.OVERDUE, [2]), (Phase.CLOSED, [])],
)
def test_what_is_not_approved_is_open_while_its_round_takes_reports(phase, shown):
    each = reporting_round(21)
    lines = lines_of([objective(1), objective(2)], [each], {21: phase}, [known(1, 1)])

    found = [entry.objective.pk for of in open_entries(lines, {21: phase}).values() for entry in of]
    assert found == shown
