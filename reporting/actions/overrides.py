"""A status beside the computed one. Who may set it is the view's question."""

from django.db import transaction

from reporting.models import StatusOverride, database_now
from reporting.tallies import figures_changed


@transaction.atomic
def set_status(*, indicator, reporting_round, standing, reason, by):
    """Adds to the list; an empty `standing` lets the computed one stand alone again."""
    override = StatusOverride.objects.create(
        indicator=indicator,
        round=reporting_round,
        standing=standing,
        reason=reason,
        by=by,
        at=database_now(),
    )
    figures_changed(reporting_round.framework_id)
    return override
