"""Who has reported, at a glance: a tile a country, filled as far as its reports are handed in.

By region and in alphabetical order, for no place on a map is known; the matrix says the same
as a table.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reporting.matrix import Line, Share

SIDE = 40


def fullness(share: Share) -> str:
    """Which of three signs a tile bears, besides how far it is filled."""
    if not share.reported:
        return "none"
    return "all" if share.reported == share.expected else "some"


def tile(line: Line) -> SafeString:
    """A country's tile, with its code below and what it means in words."""
    share = line.share
    filled = SIDE * share.reported / share.expected if share.expected else 0
    return format_html(
        '<svg class="tile tile-{}" role="img" width="{}" height="{}"><title>{}</title>{}'
        '<rect class="tile-frame" x=".5" y=".5" width="{}" height="{}"/></svg>',
        fullness(share),
        SIDE,
        SIDE,
        _("%(country)s: %(share)s handed in") % {"country": line.country.name, "share": share},
        level(filled),
        SIDE - 1,
        SIDE - 1,
    )


def level(filled: float) -> SafeString:
    """The part of a tile that is filled, from its foot on; nothing where there is none."""
    if not filled:
        return mark_safe("")  # nosec B308
    return format_html(
        '<rect class="tile-level" x="0" y="{}" width="{}" height="{}"/>',
        f"{SIDE - filled:.1f}",
        SIDE,
        f"{filled:.1f}",
    )
