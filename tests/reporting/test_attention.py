import pytest

from reporting.attention import Attention, Standing, Trouble
from reporting.dashboards import Cell, row


def cell(on_track=0, at_risk=0, off_track=0, not_applicable=0, **fields):
    counts = {
        "on_track": on_track,
        "at_risk": at_risk,
        "off_track": off_track,
        "not_applicable": not_applicable,
    }
    return Cell(20, counts, **fields)


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (cell(6, 3, 3), Standing.OFF_TRACK),
        (cell(7, 3, 3), Standing.AT_RISK),
        (cell(8, 2, 2), Standing.AT_RISK),
        (cell(9, 4, 0), None),
        (cell(6, 0, 0), None),
    ],
)
def test_half_is_off_track_and_a_third_at_risk(found, standing):
    assert Trouble.of(found).standing == standing


def test_reports_to_which_it_does_not_apply_are_left_out():
    assert Trouble.of(cell(3, 3, not_applicable=12)) == Trouble(3, 6)


@pytest.mark.parametrize(
    "found", [None, Cell(20), cell(1, 3), cell(2, 2, not_applicable=9), cell(9, 9, withheld=True)]
)
def test_what_is_withheld_or_of_few_countries_is_not_judged(found):
    assert Trouble.of(found) is None


def test_worst_comes_first():
    rows = [row(name, [found], 0) for name, found in zip("abc", TROUBLED, strict=True)]

    found = Attention.of(rows)

    assert [each.row.subject for each in found.findings] == ["b", "c", "a"]
    assert [each.change for each in found.findings] == [None, None, None]


TROUBLED = [cell(6, 4), cell(0, 6), cell(2, 0, 8)]


@pytest.mark.parametrize(
    ("before", "now", "is_new", "is_over"),
    [
        (cell(9, 0), cell(5, 5), True, False),
        (cell(5, 5), cell(9, 0), False, True),
        (cell(5, 5), cell(4, 6), False, False),
        (Cell(20), cell(5, 5), False, False),
    ],
)
def test_what_changed_since_the_round_before(before, now, is_new, is_over):
    found = Attention.of([row("a", [before, now], 1)])

    [finding] = found.findings or found.over
    assert (finding.is_new, finding.is_over) == (is_new, is_over)


def test_change_is_between_the_shares_as_they_are_shown():
    [finding] = Attention.of([row("a", [cell(4, 2), cell(3, 4)], 1)]).findings

    assert (finding.before.percent, finding.now.percent, finding.change) == (33, 57, 24)


def test_few_reports_are_fewer_than_half():
    rows = [row("a", [cell(9)], 0), row("b", [cell(10)], 0), row("c", [Cell(0)], 0)]

    assert [each.subject for each in Attention.of(rows).few_reports] == ["a"]
