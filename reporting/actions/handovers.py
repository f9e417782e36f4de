from django.db import transaction

from members import people
from members.clock import database_now
from members.models import Delegation
from reporting.handovers import open_tasks
from reporting.notifications import queue_handover_mails


@transaction.atomic
def hand_over(*, focal_point, successor, by, reason, leaves):
    """The role, what is open, and who may submit in the focal point's place; told by mail."""
    now = database_now()
    country = focal_point.country
    tasks = open_tasks(country, focal_point, now)
    # They hold as long as he who gave them is a focal point.
    given = list(Delegation.objects.acting_for(country, now).filter(given_by=focal_point))
    event = people.hand_over(
        focal_point=focal_point, successor=successor, by=by, reason=reason, leaves=leaves
    )
    Delegation.objects.filter(pk__in=[each.pk for each in given]).update(ends_at=now)
    Delegation.objects.bulk_create(
        Delegation(
            country=country,
            given_by=successor,
            given_to=each.given_to,
            begins_at=now,
            ends_at=each.ends_at,
        )
        for each in given
        # Who is the focal point now needs none.
        if each.given_to_id != successor.pk
    )
    queue_handover_mails(event, successor=successor, tasks=tasks)
    return tasks
