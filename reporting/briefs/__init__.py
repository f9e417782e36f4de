"""Briefs to decide from: figures in, PDF out.

`content` says what stands in a brief; `lines` and `asking` write it from a page's figures, which
`building` puts together; `typesetting` has it set.
"""

from reporting.briefs.building import framework_brief, goal_brief, objective_brief
from reporting.briefs.content import About, Brief
from reporting.briefs.countries import country_brief
from reporting.briefs.typesetting import brief_pdf

__all__ = [
    "About",
    "Brief",
    "brief_pdf",
    "country_brief",
    "framework_brief",
    "goal_brief",
    "objective_brief",
]
