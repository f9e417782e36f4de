from html import unescape

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.access import EVERYONE, SIGNED_IN, allowed
from members.limits import limited
from reporting.briefs import (
    About,
    brief_pdf,
    country_brief,
    framework_brief,
    goal_brief,
    objective_brief,
    readings_of,
)
from reporting.pages.dashboards import framework_page_or_404, goal_page, objective_page
from reporting.pages.refusals import NO_OBJECTIVES, NothingToShow
from reporting.pages.sources import address_of, address_of_framework, source_of, source_of_country
from reporting.pages.unchanged import told_when_unchanged
from reporting.views.countries import country_page_or_404


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("briefs")
def framework_pdf(request, slug):
    return framework_printed(request, slug)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("briefs")
def goal_pdf(request, slug, number):
    return goal_printed(request, slug, number)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("briefs")
def objective_pdf(request, slug, code):
    return objective_printed(request, slug, code)


@allowed(SIGNED_IN)
@require_safe
@limited("briefs")
def country_pdf(request, slug, iso2):
    """As the page: for the country itself and the secretariat's reviewers."""
    return country_printed(request, slug, iso2)


# A book holds these: what is made for it does not count as asked for by its reader.


def framework_printed(request, slug):
    page = framework_page_or_404(request, slug)
    about = about_of(request, page, address_of_framework(request, slug))
    brief = framework_brief(
        page["framework"], page["rows"], page["objective_rows"], page["attention"], about
    )
    return pdf_response(brief, about.source)


def goal_printed(request, slug, number):
    page = goal_page(request, slug, number)
    about = about_of(request, page)
    if not page["rows"]:
        raise NothingToShow([NO_OBJECTIVES], about.source.address)
    brief = goal_brief(
        page["goal"], page["rows"], page["total"], page["regions"], page["lines"], about
    )
    return pdf_response(brief, about.source, "goal", str(number))


def objective_printed(request, slug, code):
    page = objective_page(request, slug, code)
    about = about_of(request, page)
    [row], objective = page["rows"], page["objective"]
    brief = objective_brief(
        objective, row, page["regions"], page["lines"], readings_of(page), about
    )
    return pdf_response(brief, about.source, "objective", objective.code)


def country_printed(request, slug, iso2):
    page = country_page_or_404(request, slug, iso2)
    source = source_of_country(page, address_of(request))
    rounds = [point.round.slug for point in page["points"]]
    words = _("%(round)s. For the country itself and the secretariat's reviewers.")
    about = About(source, words % {"round": source.round}, _("No approved report"), rounds)
    return pdf_response(country_brief(page, about), source, page["country"].iso2)


def about_of(request, page, address=None):
    source, scope = source_of(page, address or address_of(request)), page["scope"]
    # The sentence of the page. Its names are data here and no HTML.
    words = unescape(render_to_string("reporting/_scope.html", {"scope": scope})).strip()
    rounds = [found.slug for found in scope.rounds_shown]
    return About(source, words, str(scope.unreported_label), rounds)


def pdf_response(brief, source, *subject):
    name = source.file_name(*subject, "brief")
    return HttpResponse(
        brief_pdf(brief, source.made_at),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
