from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.access import WATCHERS, WATCHERS_OF_ALL, allowed
from members.limits import limited
from members.models import MemberCountry, Region
from members.row_security import as_system
from objectives.models import Objective
from reporting import matrix as matrices
from reporting.exports import csv_text
from reporting.forms import FilterForm
from reporting.models import Extension, ProgressReport, ReportingRound
from reporting.pages.refusals import NothingToShow, faults_of
from reporting.sheets import XLSX, sheet_bytes
from reporting.sources import Source
from reporting.tiles import tile_map
from reporting.views.desk import chosen_round


@allowed(WATCHERS)
@require_safe
def matrix(request):
    """Who has reported in a round; nothing of what they say."""
    page = matrix_page(request)
    return render(
        request, "reporting/matrix.html", page, status=200 if page["form"].is_valid() else 404
    )


@allowed(WATCHERS)
@require_safe
@limited("files")
def matrix_csv(request):
    page = matrix_page_or_404(request)
    rows = matrices.matrix_table(page["matrix"], page["round"])
    name = source_of_matrix(page, request).file_name("matrix")
    return HttpResponse(
        csv_text(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@allowed(WATCHERS)
@require_safe
@limited("files")
def matrix_xlsx(request):
    page = matrix_page_or_404(request)
    source = source_of_matrix(page, request)
    content = sheet_bytes(
        title=_("Who has reported"),
        source=source,
        tables=[(_("Who has reported"), matrices.matrix_table(page["matrix"], page["round"]))],
        right_to_left=get_language_bidi(),
    )
    name = source.file_name("matrix")
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


def matrix_page_or_404(request):
    page = matrix_page(request)
    if page["matrix"] is None:
        reasons = faults_of(page["form"]) or [_("There is no reporting round yet.")]
        raise NothingToShow(reasons, reverse("reporting:matrix"))
    return page


def source_of_matrix(page, request):
    chosen, region = page["round"], page["region"]
    return Source(
        framework=chosen.framework.title,
        slug=chosen.framework.slug,
        round=chosen.name,
        round_slug=chosen.slug,
        region=region.name if region else "",
        region_code=region.code if region else "",
        made_at=timezone.now(),
        address=f"{settings.PUBLIC_BASE_URL}{reverse('reporting:matrix')}?{request.GET.urlencode()}",
    )


@allowed(WATCHERS)
@require_safe
def matrix_tiles(request):
    """The same at a glance: a map of each region, a tile a country."""
    page = matrix_page(request)
    found = page["matrix"]

    def address(country):
        """Of its own picture, for those who may open it."""
        if not request.user.is_reviewer and request.user.country != country:
            return ""
        args = [page["round"].framework.slug, country.iso2]
        return reverse("reporting:country_detail", args=args)

    page["maps"] = [
        (block, tile_map(block.lines, title=block.region.name, address=address))
        for block in (found.blocks if found else [])
    ]
    page["is_partly_below"] = (
        found and found.has_sums and not all(line.country.map_column for line in found.lines)
    )
    status = 200 if page["form"].is_valid() else 404
    return render(request, "reporting/matrix_tiles.html", page, status=status)


def matrix_page(request):
    """All that the page shows; its download is made from the same."""
    countries = countries_shown_to(request.user)
    now = timezone.now()
    rounds = list(ReportingRound.objects.select_related("framework").reverse())
    regions = list(Region.objects.all())
    form = FilterForm(with_default_round(request.GET, rounds, now), rounds=rounds, regions=regions)
    page = {"form": form, "matrix": None}
    if not form.is_valid() or not rounds:
        return page
    chosen, region = form.cleaned_data["round"], form.cleaned_data["region"]
    reports = ProgressReport.objects.narrowed(round=chosen, region=region).order_by()
    known = reports.states_visible_to(request.user).with_readable(request.user)
    with as_system():
        known = list(map(matrices.Known._make, known.values_list(*matrices.Known._fields)))
    found = matrices.matrix(
        [country for country in countries if region in (None, country.region)],
        regions,
        list(Objective.objects.of(chosen.framework)),
        known,
        chosen.phase(now),
        set(Extension.objects.in_force(chosen, now).values_list("country_id", flat=True)),
    )
    blocks = linked_blocks(found, known, request.user)
    return page | {"matrix": found, "blocks": blocks, "round": chosen, "region": region}


def countries_shown_to(user):
    """Whose rows `user` sees: those of `ProgressReport.objects.states_visible_to`."""
    countries = MemberCountry.objects.select_related("region")
    return countries if WATCHERS_OF_ALL.admits(user) else countries.filter(pk=user.country.pk)


def linked_blocks(found, known, user):
    """With links for those who come here for reports.

    An editor looks for states, and so does an administrator; their page stays small.
    """
    view = "review_detail" if user.is_reviewer else "report_detail"
    readable = set()
    if user.is_reviewer or user.country:
        readable = {report.pk for report in known if report.is_readable}
    address = reverse(f"reporting:{view}", args=[0])
    return matrices.drawn(found, address, readable)


def with_default_round(query, rounds, now):
    """The query string as the form takes it: without a round, the one that the desk shows."""
    default = chosen_round(rounds, None, now)
    if default is None or query.get("round"):
        return query
    query = query.copy()
    query["round"] = default.slug
    return query
