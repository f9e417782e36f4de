from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from reporting.pages.refusals import NothingToShow, no_figures, no_rows
from reporting.sources import Source


def source_of(page, address):
    """What the figures of this page are of; there are none to take along where it shows none.

    `address` is where the page is, with its filter.
    """
    scope, framework = page["scope"], page["framework"]
    if scope.round is None:
        raise NothingToShow(no_figures(scope), address)
    region, snapshot = scope.region, scope.snapshot
    return Source(
        framework=framework.title,
        slug=framework.slug,
        round=scope.round.name,
        round_slug=scope.round.slug,
        region=region.name if region else "",
        region_code=region.code if region else "",
        made_at=timezone.now(),
        address=address,
        snapshot=snapshot.number if snapshot else None,
        sha256=snapshot.sha256 if snapshot else "",
    )


def source_of_country(page, address):
    """The same of a country's own picture."""
    if "chosen" not in page:
        raise NothingToShow(no_rows(page["form"], page["opened"]), address)
    framework, country, chosen = page["framework"], page["country"], page["chosen"]
    return Source(
        framework=framework.title,
        slug=framework.slug,
        round=chosen.name,
        round_slug=chosen.slug,
        region="",
        region_code="",
        made_at=timezone.now(),
        address=address,
        country=country.name,
        country_code=country.iso2,
    )


def address_of(request, page=None):
    """Where the page is, with its filter, that a download stands beside."""
    page, query = page or request.path.rpartition("/")[0] + "/", request.GET.urlencode()
    return f"{settings.PUBLIC_BASE_URL}{page}{'?' if query else ''}{query}"


def address_of_framework(request, slug):
    """Beside a framework's downloads stands its text."""
    return address_of(request, reverse("reporting:framework_dashboard", args=[slug]))
