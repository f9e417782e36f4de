from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Delegation, SignOff, User, sign_off_of
from reporting.models import Extension, Status, database_now

NO_SIGN_OFF = _(
    "Only your country's focal point, or a colleague in his place, can submit a report. "
    "Save it as a draft and let him know."
)


def required_sign_off(request):
    """As what the person at work hands in reports now; refused if as nothing."""
    sign_off = sign_off_of(request.user, database_now())
    if sign_off is None:
        raise PermissionDenied(NO_SIGN_OFF)
    return sign_off


def who_submits(user, now):
    """What a page says about it: whether `user` submits, until when, and who else does."""
    sign_off = sign_off_of(user, now)
    acting = Delegation.objects.acting_for(user.country, now)
    own = acting.filter(given_to=user).first() if sign_off == SignOff.DELEGATE else None
    return {
        "sign_off": sign_off,
        "delegation": own,
        "focal_points": User.objects.active().focal_points_of(user.country),
        "delegations": acting,
    }


def people_of(submitters):
    """Those whom `who_submits` names, the focal points and who acts in their place."""
    return [*submitters["focal_points"], *(each.given_to for each in submitters["delegations"])]


def can_withdraw(user, report):
    """Whether the page offers it; the action decides."""
    if report.status != Status.SUBMITTED or report.claimed_by_id or report.entered_by_id:
        return False
    now = timezone.now()
    extended_until = Extension.objects.until(report.round, report.country)
    return report.round.takes_reports(now, extended_until) and bool(sign_off_of(user, now))
