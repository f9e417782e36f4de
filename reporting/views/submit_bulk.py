from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from members.access import OFFICERS, allowed, missing
from reporting import actions
from reporting.copies import capacity
from reporting.models import ProgressReport, ReportingRound, Submission
from reporting.views.chosen import versions_chosen
from reporting.views.desk import desk_rows, extension_page
from reporting.views.once import acts_once
from reporting.views.signoff import required_sign_off, who_submits

NONE_CHOSEN = _("Nothing was submitted: no report was chosen.")
CHANGED = _(
    "Nothing was submitted: some of the reports you chose have changed since you opened this "
    "page, or lack something. They are marked below, and no longer chosen."
)
TOO_LATE = _("Nothing was submitted: the time for it has passed. Your drafts are kept.")


@allowed(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def reports_submit(request, round_slug):
    """All complete reports of the round in one step: what will happen first, then all or none."""
    found = get_object_or_404(ReportingRound.objects.select_related("framework"), slug=round_slug)
    if request.method != "POST":
        return show(request, found)
    signs_as = required_sign_off(request)
    chosen = chosen_reports(request, found)
    if not chosen:
        return show(request, found, refusal=NONE_CHOSEN)
    try:
        actions.submit_reports(reports=chosen, by=request.user, signs_as=signs_as)
    except actions.SomeConflict as conflict:
        refused = {report.pk for report in conflict.reports}
        return show(request, found, CHANGED, chosen, refused)
    except actions.RoundClosed:
        return show(request, found, TOO_LATE, chosen)
    text = ngettext(
        "%(number)s report is submitted. Its receipt is below.",
        "%(number)s reports are submitted. Their receipts are below.",
        len(chosen),
    )
    messages.success(request, text % {"number": len(chosen)})
    return redirect("reporting:receipts", round_slug)


def chosen_reports(request, reporting_round):
    """(report, version) of each `report=12:3` that was sent; 404 if one is not the country's."""
    versions = versions_chosen(request.POST)
    reports = ProgressReport.objects.filter(
        round=reporting_round, country=request.user.country, pk__in=versions
    )
    found = reports.with_names().select_related("confirms__round")
    if len(found) != len(versions):
        others = versions.keys() - {report.pk for report in found}
        words = "Not all of these are reports of your country in this round."
        raise missing(ProgressReport, words, pk__in=others)
    return [(report, versions[report.pk]) for report in found]


def show(request, reporting_round, refusal="", chosen=None, refused=frozenset()):
    now = timezone.now()
    country = request.user.country
    until = extension_page(country, reporting_round, now)["until"]
    desk = desk_rows(country, reporting_round, reporting_round.phase(now, until))
    picked = None if chosen is None else {report.pk for report, version in chosen} - refused
    page = {
        "round": reporting_round,
        "desk": desk,
        "refusal": refusal,
        "refused": refused,
        "changed": [row for row in desk.rows if row.report and row.report.pk in refused],
        "picked": {row.report.pk for row in desk.ready} if picked is None else picked,
        **who_submits(request.user, now),
    }
    status = 409 if refusal else 200
    return render(request, "reporting/reports_submit.html", page, status=status)


@allowed(OFFICERS)
@require_safe
def receipts(request, round_slug):
    """The last receipt of each report of the country in a round, to print in one go."""
    found = get_object_or_404(ReportingRound.objects.select_related("framework"), slug=round_slug)
    submissions = Submission.objects.last_ones().filter(
        report__round=found, report__country=request.user.country
    )
    submissions = submissions.select_related("report__objective__goal", "submitted_by")
    page = {
        "round": found,
        "receipts": [(each, capacity(each.content)) for each in submissions],
    }
    return render(request, "reporting/receipts.html", page)
