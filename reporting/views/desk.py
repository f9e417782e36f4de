from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from objectives.models import Objective
from reporting.desk import desk_rows, handed_in
from reporting.models import ProgressReport, ReportingRound
from reporting.views.access import country_required


@require_safe
def start(request):
    """Where a person goes after signing in: to what he has to do."""
    if request.user.country:
        return redirect("reporting:desk")
    if request.user.is_reviewer:
        return redirect("reporting:review_queue")
    if request.user.is_staff:
        return redirect("admin:index")
    return redirect("reporting:home")


@country_required
@require_safe
def desk(request):
    now = timezone.now()
    rounds = list(ReportingRound.objects.select_related("framework"))
    chosen = chosen_round(rounds, request.GET.get("round"), now)
    if chosen is None:
        return render(request, "reporting/desk_empty.html", {"rounds": rounds})
    phase = chosen.phase(now)
    reports = ProgressReport.objects.filter(country=request.user.country)
    rows = desk_rows(
        Objective.objects.of(chosen.framework),
        reports.filter(round=chosen),
        reports.answers_before(chosen),
        phase,
    )
    page = {
        "round": chosen,
        "rounds": [found for found in rounds if found.opens_at <= now],
        "phase": phase,
        "takes_reports": chosen.takes_reports(now),
        "rows": rows,
        "handed_in": handed_in(rows),
        "returned": [row for row in rows if row.state == "returned"],
    }
    return render(request, "reporting/desk.html", page)


def chosen_round(rounds, slug, now):
    """The round that `slug` names; without one the latest that is open, or was."""
    if slug:
        for found in rounds:
            if found.slug == slug:
                return found
        raise Http404("There is no such reporting round.")
    opened = [found for found in rounds if found.opens_at <= now]
    opened.sort(key=lambda found: (found.takes_reports(now), found.opens_at))
    return opened[-1] if opened else (rounds[0] if rounds else None)
