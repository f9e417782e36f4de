"""No figures together tell of few countries: a sample of `python -m tests.sweep.solver`."""

import pytest
from django.core.cache import caches
from django.db import transaction

from reporting import aggregation, dashboards, withholding
from reporting.dashboards import Figures, together
from tests.sweep.algebra import about_few
from tests.sweep.figures import FiguresWorld
from tests.sweep.published import WAYS, read_api
from tests.sweep.reading import briefs_as_text
from tests.sweep.solver import Solver

A, B, C = (
    {(letter, n) for n in range(number)} for letter, number in (("A", 2), ("B", 6), ("C", 9))
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once: what looks at it changes nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield FiguresWorld(seed=3, goals=1, objectives=3, rounds=1)
        transaction.set_rollback(True)


@pytest.fixture
def solve(db, world):
    def solve(*names, ways=(read_api,)):
        caches["pages"].clear()
        solver = Solver(world, ways, names)
        with briefs_as_text():
            list(solver.run())
        return solver

    return solve


def test_nothing_that_is_published_tells_of_few_countries(solve):
    solver = solve("stranger", ways=WAYS)

    assert solver.told == []
    # Figures of every kind are read, in every way.
    assert solver.figures > 1000
    assert {kind.partition(" of ")[0].partition(" about ")[0] for kind in solver.kinds} == {
        "ratings",
        "percentages",
        "challenges",
        "next steps",
        "numbers",
        "answers",
    }


def test_a_reporter_learns_of_four_others_at_least(solve):
    assert solve("reporter").told == []


def only_too_small(regions, fewest=withholding.FEWEST):
    return [each.is_withheld or withholding.are_too_few(each.counts, fewest) for each in regions]


def by_reports(regions, fewest=withholding.FEWEST):
    """As if the region with the fewest reports were taken along."""
    return withholding.withheld(
        [each._replace(members=sum(each.counts)) for each in regions], fewest
    )


def test_solver_finds_what_is_the_total_less_the_others(monkeypatch, solve):
    for module in (dashboards, aggregation):
        monkeypatch.setattr(module, "withheld", only_too_small)

    told = solve("stranger").told
    assert {"ratings", "percentages", "numbers"} <= {each.kind.partition(" ")[0] for each in told}
    assert all(0 < len(each.countries) < 5 for each in told)


def test_solver_finds_what_a_snapshot_shows_and_today_another(monkeypatch, solve):
    monkeypatch.setattr(dashboards, "withheld", by_reports)

    assert "ratings" in {each.kind for each in solve("stranger").told}


def test_solver_finds_a_withheld_objective_in_the_total_of_its_goal(monkeypatch, solve):
    def total(self, objectives, round, region=None):
        cells = [self.cell(objective, round, region) for objective in objectives]
        return together(sum(cell.expected for cell in cells), cells)

    monkeypatch.setattr(Figures, "total", total)

    assert "ratings" in {each.kind for each in solve("stranger").told}


@pytest.mark.parametrize(
    ("statements", "terms"),
    [
        ([A | B | C, C], None),
        ([A | B, B | C], None),
        ([A | B | C, B, C], [-1, -1, 1]),
        ([A | B, B | C, C], [-1, 1, 1]),
        ([A | B, A], [1]),
    ],
)
def test_combinations_are_found_however_deep(statements, terms):
    found = about_few(statements, lambda element: element, fewest=5)

    assert (found and sorted(times for times, _statement in found.terms)) == terms
    assert found is None or found.countries == A


def test_what_is_known_is_taken_away_first():
    assert about_few([A | B], lambda element: element, fewest=5) is None
    assert about_few([A | B], lambda element: element, fewest=5, known=B).countries == A
