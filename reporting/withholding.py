"""Which regions' figures are withheld, whatever they are figures of. docs/decisions/0002 says why.

The total over all regions is on another page, so what is withheld is the total less what is shown:
regions are withheld until enough countries stand behind those withheld together, or all are.

More than must be are taken in an order that no report changes. Were it the region with the fewest
reports, one more report could make it another: a snapshot from before would show the one, today's
page the other, and both together what is behind them.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

FEWEST_COUNTRIES = 5
FEWEST = repeat(FEWEST_COUNTRIES)


class Behind(NamedTuple):
    """How many countries stand behind each of a region's figures; `members` belong to it."""

    counts: Sequence[int]
    members: int
    is_withheld: bool = False


def are_too_few(counts: Iterable[int], fewest: Iterable[int] = FEWEST) -> bool:
    """Whether one of these counts is of some countries, but of fewer than it must be."""
    return any(0 < count < least for count, least in zip(counts, fewest, strict=False))


def withheld(regions: Sequence[Behind], fewest: Iterable[int] = FEWEST) -> list[bool]:
    """Of each region whether it is withheld; of two with as many members the first goes first."""
    found = [each.is_withheld or are_too_few(each.counts, fewest) for each in regions]
    if not any(found):
        return found
    together = [0] * len(regions[0].counts)
    # Those that must be, and then the others until they are enough.
    places = range(len(regions))
    order = sorted(places, key=lambda place: (not found[place], regions[place].members))
    for place in order:
        found[place] = found[place] or are_too_few(together, fewest)
        if found[place]:
            counts = regions[place].counts
            together = [before + more for before, more in zip(together, counts, strict=True)]
    return found
