import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.access import OFFICERS, SIGNED_IN, allowed
from objectives.models import Objective
from reporting.desk import desk_of, last_approved
from reporting.forms import DeskFilterForm
from reporting.models import (
    Extension,
    IndicatorValue,
    ProgressReport,
    ReportEvent,
    ReportingRound,
)
from reporting.views.signoff import who_submits

# How long before the due date, and after the round, the desk offers to ask for more time.
SOON = datetime.timedelta(days=14)


@allowed(SIGNED_IN)
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


@allowed(OFFICERS)
@require_safe
def desk(request):
    """What the country owes in a round: what came back and why, what is ready, what is due."""
    now = timezone.now()
    rounds = list(ReportingRound.objects.select_related("framework"))
    chosen = chosen_round(rounds, request.GET.get("round"), now)
    if chosen is None:
        return render(request, "reporting/desk_empty.html", {"rounds": rounds})
    shown = [found for found in reversed(rounds) if found.opens_at <= now or found == chosen]
    form = DeskFilterForm(request.GET, rounds=shown, chosen=chosen)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    extension = extension_page(request.user.country, chosen, now)
    found = desk_rows(request.user.country, chosen, chosen.phase(now, extension["until"]))
    page = {
        "round": chosen,
        "form": form,
        "desk": found,
        "rows": [row for row in found.rows if row.is_in(state)],
        "extension": extension,
        **who_submits(request.user, now),
    }
    return render(request, "reporting/desk.html", page, status=200 if form.is_valid() else 404)


def desk_rows(country, reporting_round, phase):
    """The country's desk in a round, in a fixed number of queries."""
    own = ProgressReport.objects.filter(country=country)
    answers = Prefetch(
        "indicator_values", IndicatorValue.objects.select_related("indicator__objective__goal")
    )
    reports = own.filter(round=reporting_round).with_submission_times().with_asked()
    before = list(own.answers_before(reporting_round))
    prefetch_related_objects(last_approved(before), "indicator_values")
    returns = ReportEvent.objects.filter(
        report__country=country, report__round=reporting_round
    ).returns()
    return desk_of(
        Objective.objects.of(reporting_round.framework),
        reports.select_related("changed_by", "objective").prefetch_related(answers),
        before,
        returns.select_related("by"),
        phase,
    )


def extension_page(country, reporting_round, now):
    """What a page says of a country's extension: until when it has one, what it has asked for."""
    asked = Extension.objects.filter(round=reporting_round, country=country)
    asked = list(asked.select_related("asked_by", "answered_by"))
    granted = [each.granted_until for each in asked if each.granted_until]
    last = max([reporting_round.due_at, *granted])
    return {
        "until": max(granted, default=None),
        "last_instant": last,
        "asked": asked,
        "waiting": next((each for each in asked if each.state == Extension.State.ASKED), None),
        "is_offered": last - SOON <= now < reporting_round.closes_at + SOON,
    }


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
