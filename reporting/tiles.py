"""Who has reported, at a glance: a tile a country, filled as far as its reports are handed in.

Each region is a map: its countries' tiles lie roughly as the countries do. A map is the same in
every language, so nothing here is mirrored. The matrix says the same as a table.
"""

from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from members.models import MemberCountry
from reporting.matrix import Line, Share

SIDE = 36
STEP = 40
# Of a map on which no country has a place.
COLUMNS = 10
# More columns are narrow on a telephone, and their letters larger beside the tiles.
WIDE = 12


class Tile(NamedTuple):
    """A country's line, and where its tile lies: the first column and row are 0."""

    line: Line
    column: int
    row: int


def laid_out(lines: Iterable[Line]) -> list[Tile]:
    """Row by row from the north, in each from the west: as the eye goes, and the keyboard after it.

    The map begins with its first country. Those without a place come below it in their order.
    """
    lines = list(lines)
    placed = [line for line in lines if line.country.map_column]
    left = min((line.country.map_column for line in placed), default=0)
    top = min((line.country.map_row for line in placed), default=0)
    tiles = [
        Tile(line, line.country.map_column - left, line.country.map_row - top) for line in placed
    ]
    tiles.sort(key=lambda tile: (tile.row, tile.column))
    columns = max((tile.column + 1 for tile in tiles), default=COLUMNS)
    # A row is left empty, so that nobody takes what is below for the map's south.
    below = tiles[-1].row + 2 if tiles else 0
    others = [line for line in lines if not line.country.map_column]
    return tiles + [
        Tile(line, number % columns, below + number // columns)
        for number, line in enumerate(others)
    ]


def tile_map(
    lines: Iterable[Line], *, title: str, address: Callable[[MemberCountry], str]
) -> SafeString:
    """The tiles of a region; those are linked for whose country there is an address."""
    tiles = laid_out(lines)
    columns = max(tile.column for tile in tiles) + 1
    rows = max(tile.row for tile in tiles) + 1
    width, height = columns * STEP - STEP + SIDE, rows * STEP - STEP + SIDE
    drawn_tiles = [drawn(tile, address(tile.line.country)) for tile in tiles]
    return SafeString(  # nosec B703
        f'<svg class="tile-map{" tile-map-wide" if columns > WIDE else ""}" role="list"'
        f' aria-label="{escape(title)}" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">{"".join(drawn_tiles)}</svg>'
    )


def drawn(tile: Tile, address: str) -> str:
    """A tile in its place, linked where there is an address: each text in it is escaped here."""
    country, share = tile.line.country, tile.line.share
    words = _("%(country)s (%(code)s): %(share)s handed in") % {
        "country": country.name,
        "code": country.iso2,
        "share": share,
    }
    start, end = (
        (f'<a href="{escape(address)}">', "</a>") if address else ('<g role="img">', "</g>")
    )
    return (
        f'<g class="tile tile-{fullness(share)}" role="listitem"'
        f' transform="translate({tile.column * STEP} {tile.row * STEP})">{start}'
        f'<title>{escape(words)}</title><rect class="tile-ground" width="{SIDE}" height="{SIDE}"/>'
        f"{level(SIDE * share.reported / share.expected if share.expected else 0)}"
        f'<rect class="tile-frame" x=".5" y=".5" width="{SIDE - 1}" height="{SIDE - 1}"/>'
        f'<text class="tile-code" aria-hidden="true" x="{SIDE / 2:g}" y="{SIDE / 2:g}" dy=".35em">'
        f"{escape(country.iso2)}</text>{end}</g>"
    )


def fullness(share: Share) -> str:
    """Which of three signs a tile bears, besides how far it is filled."""
    if not share.reported:
        return "none"
    return "all" if share.reported == share.expected else "some"


def level(filled: float) -> str:
    """The part of a tile that is filled, from its foot on; nothing where there is none."""
    if not filled:
        return ""
    top, height = f"{SIDE - filled:.1f}", f"{filled:.1f}"
    return f'<rect class="tile-level" x="0" y="{top}" width="{SIDE}" height="{height}"/>'
