"""Reports with what they say, as files: a framework's that the reader may read, and the queue's."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.models import Framework
from members.access import REVIEWERS, SIGNED_IN, allowed
from members.limits import limited
from members.models import Region
from reporting.exports import csv_file
from reporting.forms import ListingFilterForm
from reporting.listing import Origins, report_table, value_table
from reporting.models import ProgressReport
from reporting.pages.refusals import NothingToShow, faults_of
from reporting.pages.sources import address_of
from reporting.sheets import XLSX, sheet_bytes
from reporting.sources import Source
from reporting.views.review_queue import filter_form

# As a workbook more take longer than anybody waits for an answer: a book is made of them.
MOST_AT_ONCE = 5000


@allowed(SIGNED_IN)
@require_safe
@limited("files")
def reports_csv(request, slug):
    listing = listing_of(request, get_object_or_404(Framework, slug=slug))
    return as_csv(listing, "reports", listing.lines(Origins()))


@allowed(SIGNED_IN)
@require_safe
@limited("files")
def answers_csv(request, slug):
    """What the same reports say of indicators."""
    listing = listing_of(request, get_object_or_404(Framework, slug=slug))
    return as_csv(listing, "answers", value_table(listing.reports, Origins()))


@allowed(REVIEWERS)
@require_safe
@limited("files")
def queue_csv(request):
    listing = listing_of_queue(request)
    return as_csv(listing, "reports", listing.lines(Origins()))


@allowed(REVIEWERS)
@require_safe
@limited("files")
def queue_xlsx(request):
    listing = listing_of_queue(request)
    if listing.reports.count() > MOST_AT_ONCE:
        words = _("A workbook takes %(most)s reports at once: choose a round, or take the CSV.")
        messages.info(request, words % {"most": MOST_AT_ONCE})
        return redirect(f"{reverse('reporting:review_queue')}?{request.GET.urlencode()}")
    name = listing.source.file_name("reports")
    return HttpResponse(
        listing.as_workbook(*listing.tables()),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


@dataclass(frozen=True)
class Listing:
    reports: QuerySet
    source: Source

    def lines(self, origins):
        address = reverse("reporting:report_detail", args=[0])
        return report_table(self.reports, origins, f"{settings.PUBLIC_BASE_URL}{address}")

    def tables(self):
        origins = Origins()
        return self.lines(origins), value_table(self.reports, origins)

    def as_workbook(self, lines, answers):
        words = _("Each report that whoever has made this file could read then, as it was then.")
        return sheet_bytes(
            title=_("Reports"),
            source=self.source,
            tables=[(_("Reports"), lines), (_("Answers to indicators"), answers)],
            right_to_left=get_language_bidi(),
            notes=[(_("What is in it"), words)],
        )


def listing_of(request, framework):
    form = ListingFilterForm(
        request.GET,
        rounds=list(framework.rounds.reverse()),
        regions=list(Region.objects.all()),
        any_round=True,
    )
    if not form.is_valid():
        address = reverse("reporting:framework_dashboard", args=[framework.slug])
        raise NothingToShow(faults_of(form), address)
    reports = ProgressReport.objects.visible_to(request.user).of(framework)
    return narrowed(request, form, form.filter, reports, framework.title, framework.slug)


def listing_of_queue(request):
    """All that the queue shows on its pages."""

    def filtered(reports):
        return form.filter(reports, request.user)

    form, reports = filter_form(request), ProgressReport.objects.all()
    if not form.is_valid():
        raise NothingToShow(faults_of(form), reverse("reporting:review_queue"))
    return narrowed(request, form, filtered, reports, _("all frameworks"), "review")


def narrowed(request, form, filtered, reports, title, slug):
    chosen, region, country = map(form.cleaned_data.get, ("round", "region", "country"))
    source = Source(
        framework=title,
        slug=slug,
        round=chosen.name if chosen else _("all rounds"),
        round_slug=chosen.slug if chosen else "all",
        region=region.name if region else "",
        region_code=region.code if region else "",
        made_at=timezone.now(),
        address=address_of(request),
        country=country.name if country else "",
        country_code=country.iso2 if country else "",
    )
    return Listing(filtered(reports), source)


def as_csv(listing, kind, rows):
    return FileResponse(
        csv_file(rows),
        as_attachment=True,
        filename=f"{listing.source.file_name(kind)}.csv",
        content_type="text/csv; charset=utf-8",
    )
