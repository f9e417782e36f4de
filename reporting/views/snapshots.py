from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import REVIEWERS, allowed
from reporting import actions
from reporting.forms import SnapshotForm
from reporting.models import Snapshot
from reporting.views.once import acts_once

NAMES = ["round__framework", "proposed_by", "confirmed_by"]


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def snapshot_list(request):
    """What has been frozen, what waits for a second person, and a form that proposes another."""
    form = SnapshotForm(request.POST or None)
    if not form.is_valid():
        return show_list(request, form)
    chosen = form.cleaned_data
    try:
        actions.propose_snapshot(
            reporting_round=chosen["round"], reason=chosen["reason"], by=request.user
        )
    except actions.Conflict:
        form.add_error("round", _("A snapshot of this round waits to be confirmed."))
        return show_list(request, form, status=409)
    messages.success(request, _("Proposed. Another reviewer confirms it."))
    return redirect("reporting:snapshot_list")


def show_list(request, form, status=200):
    snapshots = Snapshot.objects.select_related(*NAMES).defer("content")
    page = {
        "form": form,
        "waiting": snapshots.waiting(),
        "confirmed": snapshots.confirmed()
        .order_by("-number")
        .prefetch_related("round__framework__goals"),
    }
    return render(request, "reporting/snapshot_list.html", page, status=status)


@allowed(REVIEWERS)
@require_POST
@acts_once
def snapshot_confirm(request, pk):
    snapshot = get_object_or_404(Snapshot.objects.select_related(*NAMES), pk=pk)
    try:
        actions.confirm_snapshot(snapshot=snapshot, by=request.user)
    except actions.Conflict:
        return refused(request, snapshot)
    messages.success(request, _("Snapshot %(number)s is frozen.") % {"number": snapshot.number})
    return redirect("reporting:snapshot_list")


@allowed(REVIEWERS)
@require_POST
@acts_once
def snapshot_discard(request, pk):
    snapshot = get_object_or_404(Snapshot, pk=pk)
    try:
        actions.discard_snapshot(snapshot=snapshot)
    except actions.Conflict:
        return refused(request, snapshot)
    messages.success(request, _("The proposal is taken back."))
    return redirect("reporting:snapshot_list")


def refused(request, snapshot):
    if snapshot.number is None and snapshot.proposed_by == request.user:
        reason = _("Nothing was frozen: somebody other than you confirms what you have proposed.")
    else:
        reason = _("Nothing was done: a colleague has decided on this proposal already.")
    messages.error(request, reason)
    return show_list(request, SnapshotForm(), status=409)


@allowed(REVIEWERS)
@require_safe
def snapshot_json(request, number):
    """The very content whose checksum is shown, to be kept elsewhere."""
    snapshot = get_object_or_404(Snapshot, number=number)
    return JsonResponse(
        snapshot.content,
        json_dumps_params={"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="snapshot-{number}.json"'},
    )
