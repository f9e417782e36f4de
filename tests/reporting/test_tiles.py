import pytest

from reporting.matrix import Cell, Line
from reporting.tiles import laid_out, tile_map
from tests.factories import MemberCountryFactory


def line(iso2, column=None, row=None):
    country = MemberCountryFactory.build(
        iso2=iso2, name_en=f"Name of {iso2}", map_column=column, map_row=row
    )
    return Line(country, [Cell("draft")])


def places(*lines):
    return [(tile.line.country.iso2, tile.column, tile.row) for tile in laid_out(lines)]


def test_tiles_come_row_by_row_from_the_north():
    found = places(line("IT", 4, 7), line("FR", 3, 6), line("CH", 4, 6), line("NO", 4, 1))

    assert found == [("NO", 1, 0), ("FR", 0, 5), ("CH", 1, 5), ("IT", 1, 6)]


def test_map_of_one_country_begins_with_it():
    assert places(line("FR", 3, 6)) == [("FR", 0, 0)]


def test_countries_without_a_place_stand_below_in_their_order():
    found = places(line("XA"), line("FR", 3, 6), line("XB"), line("CH", 4, 6), line("XC"))

    assert found == [("FR", 0, 0), ("CH", 1, 0), ("XA", 0, 2), ("XB", 1, 2), ("XC", 0, 3)]


def test_countries_of_which_none_has_a_place_are_in_their_order():
    found = places(*[line(f"X{letter}") for letter in "ABCDEFGHIJK"])

    assert [place[1:] for place in found] == [(n, 0) for n in range(10)] + [(0, 1)]


@pytest.mark.parametrize(("column", "is_wide"), [(12, False), (13, True)])
def test_wide_map_is_drawn_for_a_telephone(column, is_wide):
    drawn = tile_map([line("FR", 1, 1), line("JP", column, 1)], title="All", address=lambda of: "")

    assert ("tile-map-wide" in drawn) == is_wide


def test_name_of_a_country_is_escaped():
    odd = line("XX", 1, 1)
    odd.country.name_en = "<b>A & B</b>"
    drawn = tile_map([odd], title='"All"', address=lambda of: "/?a=1&b=2")

    assert "<title>&lt;b&gt;A &amp; B&lt;/b&gt; (XX): 0 of" in drawn
    assert 'aria-label="&quot;All&quot;"' in drawn
    assert '<a href="/?a=1&amp;b=2">' in drawn
