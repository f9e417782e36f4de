from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.access import EVERYONE, SIGNED_IN, allowed
from members.limits import limited
from reporting import tables
from reporting.dashboards import Row
from reporting.exports import csv_text, progress_table
from reporting.pages.dashboards import framework_page_or_404, goal_page, objective_page
from reporting.pages.indicators import goal_lines
from reporting.pages.refusals import NO_OBJECTIVES, NothingToShow
from reporting.pages.sources import address_of, address_of_framework, source_of, source_of_country
from reporting.pages.unchanged import told_when_unchanged
from reporting.sheets import XLSX, sheet_bytes
from reporting.sources import Source
from reporting.views.countries import country_page_or_404, region_page_or_404


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def framework_csv(request, slug, table):
    return as_csv(framework_tables(request, slug), table)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def framework_xlsx(request, slug):
    return as_xlsx(framework_tables(request, slug))


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def goal_csv(request, slug, number, table):
    return as_csv(goal_tables(request, slug, number), table)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def goal_xlsx(request, slug, number):
    return as_xlsx(goal_tables(request, slug, number))


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def objective_csv(request, slug, code, table):
    return as_csv(objective_tables(request, slug, code), table)


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def objective_xlsx(request, slug, code):
    return as_xlsx(objective_tables(request, slug, code))


@allowed(SIGNED_IN)
@require_safe
@limited("files")
def country_csv(request, slug, iso2):
    return as_csv(country_tables(request, slug, iso2), "progress")


@allowed(SIGNED_IN)
@require_safe
@limited("files")
def country_xlsx(request, slug, iso2):
    return as_xlsx(country_tables(request, slug, iso2))


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def region_csv(request, slug, code):
    return as_csv(region_tables(request, slug, code), "progress")


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
@limited("files")
def region_xlsx(request, slug, code):
    return as_xlsx(region_tables(request, slug, code))


@dataclass(frozen=True)
class Tables:
    """All that a page shows, to be taken along: {name in the address: (title, rows)}."""

    title: str
    source: Source
    name: str
    by_name: dict


def framework_tables(request, slug):
    """First the goals, as on the page, then their objectives."""
    page = framework_page_or_404(request, slug)
    source, framework = source_of(page, address_of_framework(request, slug)), page["framework"]
    objectives = page["objectives"]
    lines = goal_lines(objectives, framework, page["scope"]) if objectives else []
    rows = page["rows"] + page["objective_rows"]
    return Tables(framework.title, source, source.file_name(), tables_of(page, source, rows, lines))


def goal_tables(request, slug, number):
    page = goal_page(request, slug, number)
    source, goal = source_of(page, address_of(request)), page["goal"]
    found = tables_of(page, source, page["rows"], page.get("lines", []), goal)
    return Tables(name_of(goal), source, source.file_name("goal", str(number)), found)


def objective_tables(request, slug, code):
    page = objective_page(request, slug, code)
    source, objective = source_of(page, address_of(request)), page["objective"]
    found = tables_of(page, source, page["rows"], page["lines"], objective)
    title = f"{objective.code} {objective.statement}"
    return Tables(title, source, source.file_name("objective", objective.code), found)


def country_tables(request, slug, iso2):
    page = country_page_or_404(request, slug, iso2)
    source = source_of_country(page, address_of(request))
    rows = [row for row, _picture in page["beside"]]
    found = {
        "progress": (_("Objectives and rounds"), tables.country_table(source, page["lines"])),
        "medians": (_("Beside the median"), tables.median_table(source, rows)),
    }
    return Tables(page["country"].name, source, source.file_name(page["country"].iso2), found)


def region_tables(request, slug, code):
    """All objectives of a region over the rounds, and all together."""
    page = region_page_or_404(request, slug, code)
    source = source_of(page, address_of(request))
    if "lines" not in page:
        raise NothingToShow([NO_OBJECTIVES], source.address)
    slugs = [each.slug for each in page["scope"].rounds_shown]
    rows = [Row(line.objective, line.cells[-1], None, line.cells) for line in page["lines"]]
    found = {"progress": (_("Rounds"), tables.round_table(source, rows, slugs))}
    return Tables(source.region, source, source.file_name("region"), found)


def tables_of(page, source, rows, lines, subject=None):
    slugs = [each.slug for each in page["scope"].rounds_shown]
    found = {
        "progress": (_("Figures"), progress_table(source, rows)),
        "indicators": (_("Indicators"), tables.indicator_table(source, lines)),
        "rounds": (_("Rounds"), tables.round_table(source, page["rows"], slugs)),
    }
    if page.get("regions"):
        of_regions = tables.region_table(source, subject, page["regions"])
        found["regions"] = (_("Regions"), of_regions)
    return found


def name_of(goal):
    words = {"label": goal.framework.goal_label, "number": goal.number, "title": goal.title}
    return _("%(label)s %(number)s: %(title)s") % words


def as_csv(found, table):
    if table not in found.by_name:
        reason = _("There is a table by region of a goal or an objective, with all regions chosen.")
        raise NothingToShow([reason], found.source.address)
    _title, rows = found.by_name[table]
    name = found.name if table == "progress" else f"{found.name}-{table}"
    return file_response(csv_text(rows), "text/csv; charset=utf-8", name)


def as_xlsx(found):
    content = sheet_bytes(
        title=found.title,
        source=found.source,
        tables=list(found.by_name.values()),
        right_to_left=get_language_bidi(),
    )
    return file_response(content, XLSX, found.name)


def file_response(content, content_type, name):
    kind = "csv" if content_type.startswith("text/csv") else "xlsx"
    disposition = f'attachment; filename="{name}.{kind}"'
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )
