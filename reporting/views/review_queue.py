from django.core.paginator import InvalidPage, Paginator
from django.db.models import Max, Q
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.access import REVIEWERS, allowed
from members.models import Region
from members.row_security import as_system
from reporting.forms import QueueFilterForm
from reporting.models import ProgressReport, ReportingRound

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
    return QueueFilterForm(
        request.GET,
        rounds=list(ReportingRound.objects.reverse()),
        regions=list(Region.objects.all()),
        any_round=True,
    )


def queue(form, user):
    reports = ProgressReport.objects.reviewable_by(user)
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
