import hashlib
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import OFFICERS, allowed, found_or_404
from members.limits import limited
from objectives.models import Indicator, Objective
from reporting import actions
from reporting.forms import WorkbookForm
from reporting.forms.questions import Row, definitions_of, rows_of
from reporting.forms.workbook import Check, filled_again
from reporting.models import (
    Extension,
    ProgressReport,
    ReportingRound,
    WorkbookUpload,
    database_now,
)
from reporting.sheets import XLSX
from reporting.views.once import acts_once
from reporting.workbook.layout import Identity, Question
from reporting.workbook.writing import workbook_bytes


class Work(NamedTuple):
    """All that a country is asked in a round, and has answered."""

    identity: Identity
    rows: list[Row]
    indicators: list[Indicator]
    reports: list[ProgressReport]
    takes_reports: bool

    def checked(self, filled):
        questions = [row for row in self.rows if isinstance(row, Question)]
        return Check(filled, questions, self.indicators, self.reports).run()


def work_of(found, country):
    takes_reports = found.takes_reports(database_now(), Extension.objects.until(found, country))
    objectives = list(Objective.objects.of(found.framework))
    indicators = list(Indicator.objects.of(found.framework).asked_of_countries())
    reports = ProgressReport.objects.filter(country=country).prefetch_related("indicator_values")
    stored = list(reports.filter(round=found).select_related("objective__goal"))
    closed = "" if takes_reports else _("The round takes no answers now.")
    last = reports.approved().answers_before(found)
    versions = {report.objective.code: report.version for report in stored}
    return Work(
        Identity(found.framework.slug, found.slug, country.iso2, versions),
        rows_of(objectives, indicators, stored, last, closed=closed),
        indicators,
        stored,
        takes_reports,
    )


def chosen_round(slug):
    return get_object_or_404(ReportingRound.objects.select_related("framework"), slug=slug)


@allowed(OFFICERS)
@require_safe
@limited("workbooks")
def workbook_download(request, round_slug):
    found, country = chosen_round(round_slug), request.user.country
    work = work_of(found, country)
    content = workbook_bytes(
        title=f"{country.name}: {found.name}",
        identity=work.identity,
        rows=work.rows,
        definitions=definitions_of(work.indicators),
        right_to_left=get_language_bidi(),
    )
    # A round's short name is letters, digits and dashes.
    disposition = f'attachment; filename="{found.slug}-{country.iso2}.xlsx"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@allowed(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("workbooks", posts_only=True)
@acts_once
def workbook_upload(request, round_slug):
    """Takes a filled-in workbook and looks at it; nothing of a report is changed by that."""
    found, country = chosen_round(round_slug), request.user.country
    work = work_of(found, country)
    if request.method != "POST":
        return show_upload(request, found, work, WorkbookForm(identity=work.identity))
    form = WorkbookForm(request.POST, request.FILES, identity=work.identity)
    if not form.is_valid():
        return show_upload(request, found, work, form)
    if not work.takes_reports:
        form.add_error("file", _("This round takes no answers now. Nothing was stored."))
        return show_upload(request, found, work, form, status=409)
    upload = WorkbookUpload(
        round=found,
        country=country,
        file_name=form.cleaned_data["file"].name,
        sha256=hashlib.sha256(form.content).hexdigest(),
    )
    return keep(upload, work.checked(form.filled), by=request.user)


@allowed(OFFICERS)
@require_safe
def workbook_check(request, pk):
    return show_check(request, own_upload(request, pk))


@allowed(OFFICERS)
@require_POST
@limited("workbooks", posts_only=True)
@acts_once
def workbook_accept(request, pk):
    upload = own_upload(request, pk)
    if upload.errors:
        return show_check(request, upload, status=409)
    try:
        replacing = request.POST.getlist("replace")
        actions.accept_workbook(upload=upload, by=request.user, replacing=replacing)
    except actions.SomeConflict as conflict:
        return show_check(request, upload, refused=conflict.reports, status=409)
    except actions.Conflict:
        return show_check(request, upload, outdated=True, status=409)
    except actions.RoundClosed:
        return show_check(request, upload, round_closed=True, status=409)
    messages.success(request, _("The answers of the workbook are saved as drafts."))
    return redirect("reporting:workbook_check", upload.pk)


@allowed(OFFICERS)
@require_POST
@limited("workbooks", posts_only=True)
@acts_once
def workbook_recheck(request, pk):
    """Looks at the same changes again, beside what the portal holds by now."""
    upload = own_upload(request, pk)
    if upload.errors or upload.accepted_at:
        return redirect("reporting:workbook_check", upload.pk)
    work = work_of(upload.round, upload.country)
    again = WorkbookUpload(
        round=upload.round,
        country=upload.country,
        file_name=upload.file_name,
        sha256=upload.sha256,
    )
    return keep(again, work.checked(filled_again(upload, work.identity)), by=request.user)


def own_upload(request, pk):
    uploads = WorkbookUpload.objects.acceptable_by(request.user)
    return found_or_404(uploads.select_related("round__framework", "country"), pk=pk)


def keep(upload, checked, *, by):
    upload.changes, upload.errors, upload.uploaded_by = checked.changes, checked.errors, by
    upload.save()
    return redirect("reporting:workbook_check", upload.pk)


def show_upload(request, found, work, form, status=200):
    upload = WorkbookUpload(round=found, country=request.user.country)
    page = {"upload": upload, "form": form, "takes_reports": work.takes_reports}
    return render(request, "reporting/workbook_upload.html", page, status=status)


def show_check(request, upload, status=200, **why):
    """`why` says why nothing was stored: `refused` reports, or `outdated`, or `round_closed`."""
    objectives = {each.code: each for each in Objective.objects.of(upload.round.framework)}
    changes = {}
    for change in upload.changes:
        changes.setdefault(change["objective"], []).append(change)
    page = {
        "upload": upload,
        "reports": [(code, objectives.get(code), each) for code, each in changes.items()],
        "total": len(objectives),
        "number_of_cells": sum(len(change["cells"]) for change in upload.changes),
        "conflicts": sum(change["conflict"] for change in upload.changes),
        **why,
    }
    return render(request, "reporting/workbook_check.html", page, status=status)
