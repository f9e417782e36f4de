import logging

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import OFFICERS, SIGNED_IN, allowed, found_or_404
from members.limits import limited
from reporting import actions
from reporting.actions.guards import is_open
from reporting.evidence import NotStored, stored
from reporting.evidence.kinds import MEDIA_TYPES
from reporting.evidence.storage import path_of
from reporting.forms import DecisionForm, EvidenceForm
from reporting.models import Evidence
from reporting.views.once import acts_once
from reporting.views.reports import own_report

logger = logging.getLogger(__name__)

NO_ROOM = gettext_lazy(
    "Nothing was added: the portal has no room for files at the moment. The secretariat's "
    "technicians see this message too. Please try again later."
)
NOT_NOW = (actions.Conflict, actions.ClosedField, actions.RoundClosed)
# The file may be anything: nothing of it runs, on this site or beside it.
IN_A_SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@allowed(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("uploads", posts_only=True)
def report_evidence(request, round_slug, code):
    """What supports the report, and the form that adds to it.

    Files are scanned and kept before `add` opens its transaction.
    """
    if request.method != "POST":
        return show_evidence(request, round_slug, code, EvidenceForm())
    files = request.FILES
    too_long = getattr(request, "files_are_too_long", False)
    form = EvidenceForm(request.POST, files, are_too_long=too_long)
    if not form.is_valid():
        return show_evidence(request, round_slug, code, form)
    try:
        items = [stored(file) for file in form.cleaned_data["files"]] + form.links
    except ValidationError as error:
        form.add_error("files", error)
        return show_evidence(request, round_slug, code, form)
    except NotStored:
        form.add_error(None, NO_ROOM)
        return show_evidence(request, round_slug, code, form, status=507)
    return add(request, round_slug, code, form, items)


@acts_once
def add(request, round_slug, code, form, items):
    report = own_report(request, round_slug, code)
    version = form.cleaned_data["version"]
    try:
        actions.add_evidence(report=report, version=version, items=items, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return show_evidence(request, round_slug, code, form)
    except NOT_NOW:
        return show_evidence(request, round_slug, code, form, status=409)
    messages.success(request, _("Added to the evidence: %(count)s.") % {"count": len(items)})
    return redirect("reporting:report_evidence", round_slug, report.objective.code)


@allowed(OFFICERS)
@require_POST
@acts_once
def evidence_remove(request, round_slug, code, pk):
    report = own_report(request, round_slug, code)
    item = found_or_404(Evidence.objects.filter(report=report.pk), pk=pk)
    item.report = report
    form = DecisionForm(request.POST)
    form.is_valid()
    version = form.cleaned_data["version"]
    try:
        actions.remove_evidence(item=item, version=version, by=request.user)
    except NOT_NOW:
        return show_evidence(request, round_slug, code, EvidenceForm(), status=409)
    messages.success(request, _("Removed: %(title)s.") % {"title": item.title})
    return redirect("reporting:report_evidence", round_slug, report.objective.code)


@allowed(SIGNED_IN)
@require_safe
@limited("files")
def evidence_download(request, pk):
    """The file itself: to keep, never to be shown by the browser on this site."""
    files = Evidence.objects.visible_to(request.user).files()
    item = found_or_404(files, pk=pk)
    try:
        file = path_of(item.sha256).open("rb")
    except OSError:
        logger.exception("The file of evidence %s is missing.", item.pk)
        raise Http404("The file is missing.") from None
    media_type = item.media_type
    return FileResponse(
        file,
        as_attachment=True,
        filename=item.file_name,
        content_type=media_type if media_type in MEDIA_TYPES else "application/octet-stream",
        headers=IN_A_SANDBOX,
    )


def show_evidence(request, round_slug, code, form, status=200):
    """The page about the report as it is stored now."""
    report = own_report(request, round_slug, code)
    takes_reports = is_open(report, timezone.now())
    is_ours = report.is_with_the_country and report.is_open_for("evidence")
    page = {
        "report": report,
        "form": form,
        "evidence": Evidence.objects.shown(report, request.user),
        "takes_reports": takes_reports,
        "can_change": bool(report.pk) and takes_reports and is_ours,
        "conflict": status == 409,
    }
    return render(request, "reporting/evidence.html", page, status=status)
