"""What is open for a country's focal point, and goes to the one who follows."""

from dataclasses import dataclass
from datetime import datetime

from members.models import Delegation, MemberCountry, User
from members.row_security import as_system
from reporting.models import Extension, ProgressReport, Status


@dataclass(frozen=True)
class OpenTasks:
    """How many drafts to submit, reports that came back, requests for more time that wait,
    and delegations in force."""

    drafts: int
    returned: int
    extensions: int
    delegations: int


def open_tasks(country: MemberCountry, focal_point: User, now: datetime) -> OpenTasks:
    reports = ProgressReport.objects.filter(country=country, round__closes_at__gt=now)
    # How many in which state, nothing of what they say: the secretariat sees as much elsewhere.
    with as_system():
        drafts = reports.filter(status=Status.DRAFT).count()
        returned = reports.filter(status=Status.RETURNED).count()
    given = Delegation.objects.acting_for(country, now).filter(given_by=focal_point)
    return OpenTasks(
        drafts=drafts,
        returned=returned,
        extensions=Extension.objects.waiting().filter(country=country).count(),
        delegations=given.count(),
    )
