"""The pages' own pictures, made ready to be printed; brief.typ has their style."""

import re
from html import unescape

from reporting.briefs.content import Picture

HEIGHT = re.compile(r'height="(\d+)"')
WORDS = re.compile(r"<(?:title|desc)>(.*?)</(?:title|desc)>", re.DOTALL)
# What a name may hold and a page shows as nothing; one of these and typst would refuse the picture.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printed(svg: str, width: int) -> Picture | None:
    """The picture at a width in pixels, on which the size of its letters rests.

    What a pointer shows on a page is left out of it; its title and description are read out.
    """
    if not svg:
        return None
    title, description = WORDS.findall(svg)[:2]
    drawn = WORDS.sub("", svg).replace('width="100%"', f'width="{width}" overflow="visible"', 1)
    return Picture(
        svg=NOT_IN_XML.sub("", drawn),
        width=width,
        height=int(HEIGHT.search(svg)[1]),
        alt=unescape(f"{title}. {description}"),
    )
