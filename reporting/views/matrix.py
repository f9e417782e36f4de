from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.models import MemberCountry, Region
from objectives.models import Objective
from reporting import matrix as matrices
from reporting.exports import csv_text
from reporting.forms import FilterForm
from reporting.models import ProgressReport, ReportingRound
from reporting.views.desk import chosen_round


@require_safe
def matrix(request):
    """Who has reported in a round; nothing of what they say."""
    page = matrix_page(request)
    return render(
        request, "reporting/matrix.html", page, status=200 if page["form"].is_valid() else 404
    )


@require_safe
def matrix_csv(request):
    page = matrix_page(request)
    if page["matrix"] is None:
        raise Http404("No matrix: a wrong filter, or no round yet.")
    found, region = page["round"], page["region"]
    parts = [found.framework.slug, "matrix", found.slug]
    name = "-".join([*parts, region.code] if region else parts)
    return HttpResponse(
        csv_text(matrices.matrix_table(page["matrix"], found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


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
    known = reports.states_visible_to(request.user).values_list(*matrices.Known._fields)
    found = matrices.matrix(
        [country for country in countries if region in (None, country.region)],
        regions,
        list(Objective.objects.of(chosen.framework)),
        map(matrices.Known._make, known),
        chosen.phase(now),
    )
    blocks = linked_blocks(found, reports, request.user)
    return page | {"matrix": found, "blocks": blocks, "round": chosen, "region": region}


def countries_shown_to(user):
    """Whose rows `user` sees: those of `ProgressReport.objects.states_visible_to`."""
    countries = MemberCountry.objects.select_related("region")
    if user.is_reviewer or user.is_framework_editor or user.is_superuser:
        return countries
    if user.country:
        return countries.filter(pk=user.country.pk)
    raise PermissionDenied(
        _("This page is for the secretariat; a member country sees its own row of it.")
    )


def linked_blocks(found, reports, user):
    """With links for those who come here for reports.

    An editor looks for states, and so does an administrator; their page stays small.
    """
    view = "review_detail" if user.is_reviewer else "report_detail"
    readable = reports.none()
    if user.is_reviewer or user.country:
        readable = reports.visible_to(user)
    address = reverse(f"reporting:{view}", args=[0])
    return matrices.drawn(found, address, set(readable.values_list("pk", flat=True)))


def with_default_round(query, rounds, now):
    """The query string as the form takes it: without a round, the one that the desk shows."""
    default = chosen_round(rounds, None, now)
    if default is None or query.get("round"):
        return query
    return query.dict() | {"round": default.slug}
