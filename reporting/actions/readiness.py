"""Telling those who submit for a country that a draft is complete."""

from django.db import transaction

from reporting import notifications
from reporting.actions.errors import AlreadyTold, Conflict, Incomplete
from reporting.actions.guards import require_in_time, require_open
from reporting.models import ProgressReport, database_now
from reporting.models.choices import WITH_THE_COUNTRY


@transaction.atomic
def tell_ready(*, report, version, by):
    """Asks who submits for the country to do so. Returns whom it told; each once a version."""
    now = database_now()
    require_open(report, now)
    require_in_time(report, now)
    if version is None or report.version != version:
        raise Conflict
    unchanged = ProgressReport.objects.unchanged(
        pk=report.pk, version=version, statuses=WITH_THE_COUNTRY
    )
    # Of two who tell at once the second waits here, and finds that it is told.
    if not unchanged.select_for_update(of=["self"]).exists():
        raise Conflict
    missing = report.missing_for_submission() | report.missing_in_answers()
    if missing:
        raise Incomplete(missing)
    told = notifications.queue_ready_mails(report, by=by, now=now)
    if not told:
        raise AlreadyTold
    return told
