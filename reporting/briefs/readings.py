"""What an objective's page says of each of its indicators: its own sentences and picture."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from goals.models import Framework
from reporting import indicators
from reporting.briefs.content import Paragraph, Reading
from reporting.briefs.lines import LONGEST_TEXT, short
from reporting.briefs.pictures import printed
from reporting.templatetags.indicators import course_chart, has_picture

SENTENCES = ["reporting/_indicator_value.html", "reporting/_indicator_status.html"]
PARAGRAPH = re.compile(r"<p\b([^>]*)>(.*?)</p>", re.DOTALL)
KIND = re.compile(r'\bclass="([^" ]*)')
BREAK = re.compile(r"<br>|</p>\s*<p>")
# Each takes a fifth of a page; the rest are in the table.
MOST_READINGS, LONGEST_PARAGRAPH, WIDTH = 12, 400, 500


def readings_of(page: Mapping[str, Any]) -> list[Reading]:
    """`page` is what the objective's page shows, with a round chosen."""
    lines = page["lines"][:MOST_READINGS]
    return [reading_of(line, page["framework"], page["scope"]) for line in lines]


def reading_of(line: indicators.Line, framework: Framework, scope: object) -> Reading:
    indicator = line.indicator
    drawn = course_chart(line, framework) if has_picture(line) else ""
    return Reading(
        code=indicator.code,
        name=short(indicator.name, LONGEST_TEXT)
        + ("" if indicator.is_official else f" ({_('Proposed, not official')})"),
        paragraphs=list(paragraphs(line, scope)),
        picture=printed(drawn, WIDTH),
    )


def paragraphs(line: indicators.Line, scope: object) -> Iterator[Paragraph]:
    about = {"line": line, "measure": line.measure, "indicator": line.indicator, "scope": scope}
    for template in SENTENCES:
        # What a person wrote is one paragraph, however many he made of it.
        page = BREAK.sub(" ", render_to_string(template, about))
        for attributes, words in PARAGRAPH.findall(page):
            kind = KIND.search(attributes)
            # They are data here and no HTML; a space that does not break stays one.
            said = re.sub(r"[ \n]+", " ", unescape(strip_tags(words))).strip()
            yield Paragraph(kind[1] if kind else "", short(said, LONGEST_PARAGRAPH))
