import pytest
from django.utils import translation

from reporting.matrix import Cell, Known, Share, drawn, matrix
from reporting.models import ReportingRound
from tests.factories import (
    MemberCountryFactory,
    ObjectiveFactory,
    RegionFactory,
)

Phase = ReportingRound.Phase


@pytest.fixture
def europe(db):
    return RegionFactory(code="EUR", name="Europe")


@pytest.fixture
def objectives(db):
    first = ObjectiveFactory()
    return [first, ObjectiveFactory(goal=first.goal)]


def country(region, name, **names):
    return MemberCountryFactory(region=region, name_en=name, **names)


def cells(html):
    """What stands in each cell behind the share, with its class."""
    return html.removesuffix("</td></tr>").split("</td><td")[1:]


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (Phase.AHEAD, "not_due"),
        (Phase.OPEN, "due"),
        (Phase.OVERDUE, "overdue"),
        (Phase.CLOSED, "missed"),
    ],
)
def test_matrix_says_of_a_missing_report_what_the_round_says(europe, objectives, phase, state):
    found = matrix([country(europe, "Malta")], [europe], objectives, [], phase)

    assert found.lines[0].cells == [Cell(state), Cell(state)]


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (Phase.AHEAD, "not_due"),
        (Phase.OPEN, "due"),
        (Phase.OVERDUE, "extended"),
        (Phase.CLOSED, "extended"),
    ],
)
def test_matrix_says_who_has_more_time(europe, objectives, phase, state):
    malta, norway = country(europe, "Malta"), country(europe, "Norway")
    report = Known(malta.pk, objectives[1].pk, "draft", 7)

    found = matrix([malta, norway], [europe], objectives, [report], phase, {malta.pk})

    assert found.lines[0].cells == [Cell(state), Cell("draft", 7)]
    assert "extended" not in {cell.state for cell in found.lines[1].cells}
    assert (("e", "Due, more time", 1) in found.legend) == (state == "extended")


def test_matrix_puts_each_report_where_it_belongs(europe, objectives):
    malta, norway = country(europe, "Malta"), country(europe, "Norway")
    report = Known(norway.pk, objectives[1].pk, "draft", 7)

    found = matrix([malta, norway], [europe], objectives, [report], Phase.OPEN)

    assert [line.cells for line in found.lines] == [
        [Cell("due"), Cell("due")],
        [Cell("due"), Cell("draft", 7)],
    ]


def test_matrix_is_alphabetical_in_the_language_of_the_page(europe, objectives):
    countries = [
        country(europe, "Austria", name_fr="Autriche"),
        country(europe, "Spain", name_fr="Espagne"),
        country(europe, "Estonia", name_fr="Estonie"),
        country(europe, "Ethiopia", name_fr="Éthiopie"),
        country(europe, "Germany", name_fr="Allemagne"),
    ]

    with translation.override("fr"):
        found = matrix(countries, [europe], objectives, [], Phase.OPEN)
        names = [line.country.name for line in found.lines]

    assert names == ["Allemagne", "Autriche", "Espagne", "Estonie", "Éthiopie"]


def test_matrix_has_a_block_for_each_region_that_has_a_country(europe, objectives):
    asia, empty = RegionFactory(code="ASI"), RegionFactory(code="XXX")
    countries = [country(europe, "Malta"), country(asia, "Japan"), country(europe, "Albania")]

    found = matrix(countries, [asia, empty, europe], objectives, [], Phase.OPEN)

    assert [(block.region, len(block.lines)) for block in found.blocks] == [(asia, 1), (europe, 2)]


@pytest.mark.parametrize(
    ("status", "counts"), [("draft", 0), ("returned", 0), ("submitted", 1), ("approved", 1)]
)
def test_shares_count_what_is_handed_in(europe, objectives, status, counts):
    malta, norway = country(europe, "Malta"), country(europe, "Norway")
    report = Known(malta.pk, objectives[0].pk, status, 7)

    found = matrix([malta, norway], [europe], objectives, [report], Phase.OPEN)

    assert [line.share for line in found.lines] == [Share(counts, 2), Share(0, 2)]
    assert found.blocks[0].shares == found.shares == [Share(counts, 2), Share(0, 2)]
    assert found.blocks[0].share == found.share == Share(counts, 4)


def test_share_says_of_how_many():
    assert str(Share(9, 17)).split() == ["9", "of", "17"]


def test_legend_names_the_states_of_this_round_and_how_many(europe, objectives):
    malta = country(europe, "Malta")
    report = Known(malta.pk, objectives[0].pk, "draft", 7)

    found = matrix([malta], [europe], objectives, [report], Phase.OVERDUE)

    assert [(letter, str(label), count) for letter, label, count in found.legend] == [
        ("a", "Approved", 0),
        ("s", "Submitted", 0),
        ("r", "Returned for correction", 0),
        ("w", "Draft", 1),
        ("o", "Overdue", 1),
    ]


def test_drawn_links_what_can_be_read_and_nothing_else(europe, objectives):
    malta = country(europe, "Malta")
    reports = [
        Known(malta.pk, objectives[0].pk, "approved", 70),
        Known(malta.pk, objectives[1].pk, "draft", 8),
    ]
    found = matrix([malta], [europe], objectives, reports, Phase.OPEN)

    [[_block, html, _after]] = drawn(found, "/10/review/0/", {70})

    assert html.startswith('<tr><th scope="row">Malta</th><td>1 of\N{NO-BREAK SPACE}2</td>')
    assert cells(html) == [
        ' class="a"><a href="/10/review/70/">Approved</a>',
        ' class="w">Draft',
    ]


def test_drawn_escapes_an_address(europe, objectives):
    malta = country(europe, "Malta")
    report = Known(malta.pk, objectives[0].pk, "approved", 7)
    found = matrix([malta], [europe], objectives[:1], [report], Phase.OPEN)

    [[_block, html, _after]] = drawn(found, '/"<0/', {7})

    assert cells(html) == [' class="a"><a href="/&quot;&lt;7/">Approved</a>']


def test_drawn_escapes_a_name(europe, objectives):
    found = matrix([country(europe, "<Malta>")], [europe], objectives, [], Phase.OPEN)

    [[_block, html, _after]] = drawn(found, "/0/", set())

    assert "&lt;Malta&gt;" in html and "<Malta" not in html


def test_drawn_leads_from_each_region_to_the_next(europe, objectives):
    asia = RegionFactory(code="ASI")
    countries = [country(europe, "Malta"), country(asia, "Japan")]
    found = matrix(countries, [asia, europe], objectives, [], Phase.OPEN)

    assert [each.after for each in drawn(found, "/0/", set())] == ["EUR", "matrix-end"]


def test_matrix_without_a_country_is_empty(europe, objectives):
    found = matrix([], [europe], objectives, [], Phase.OPEN)

    assert (found.shares, found.share, drawn(found, "/0/", set())) == ([], Share(0, 0), [])
