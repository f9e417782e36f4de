from django.core.paginator import InvalidPage, Paginator
from django.db.models import Max, Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.access import REVIEWERS, allowed
from members.models import Region
from members.row_security import as_system
from reporting.forms import QueueFilterForm
from reporting.models import ProgressReport, ReportingRound
from reporting.views.matrix import with_default_round

PAGE_SIZE = 50


@allowed(REVIEWERS)
@require_safe
def review_queue(request):
    """The reports that wait for the secretariat, the longest-waiting first."""
    form = filter_form(request)
    try:
        reports = queue(form, request.user).with_asked().prefetch_related("indicator_values")
        page = Paginator(reports, PAGE_SIZE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("There is no such page in the queue.") from error
    return render(
        request,
        "reporting/review_queue.html",
        {"form": form, "page": page},
        status=200 if form.is_valid() else 404,
    )


def filter_form(request):
    """What waits may be of any round; what was approved is of one, for there is no end of it."""
    rounds, query = list(ReportingRound.objects.reverse()), request.GET
    if query.get("state"):
        query = with_default_round(query, rounds, timezone.now())
    return QueueFilterForm(
        query,
        rounds=rounds,
        regions=list(Region.objects.all()),
        any_round=True,
    )


def queue(form, user):
    reports = ProgressReport.objects.all()
    reports = form.filter(reports, user) if form.is_valid() else reports.none()
    return reports.with_names().with_submission_times().order_by("submitted_at", "pk")


def next_in_queue(request, report):
    """The one behind `report` in the queue as the reviewer has narrowed it, or its first."""
    others = queue(filter_form(request), request.user).free_for(request.user)
    others = others.exclude(pk=report.pk)
    # It may have gone back to its country by now, and be read no more.
    with as_system():
        at = report.submissions.aggregate(at=Max("submitted_at"))["at"]
    behind = Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=report.pk) if at else Q()
    return others.filter(behind).first() or others.first()
