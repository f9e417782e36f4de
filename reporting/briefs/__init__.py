"""Briefs to decide from: figures in, PDF out.

`content` says what stands in a brief; `lines`, `asking` and `readings` write it from a page's
figures, `pictures` takes what the page draws, `building` puts it together, `typesetting` sets it.
"""

from reporting.briefs.building import framework_brief, goal_brief, objective_brief
from reporting.briefs.content import About, Brief
from reporting.briefs.countries import country_brief
from reporting.briefs.readings import readings_of
from reporting.briefs.typesetting import brief_pdf

__all__ = [
    "About",
    "Brief",
    "brief_pdf",
    "country_brief",
    "framework_brief",
    "goal_brief",
    "objective_brief",
    "readings_of",
]
