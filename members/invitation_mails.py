"""Mails that invite. The link is made when its mail is, and kept nowhere but in that mail.

As with all mails, no transaction is open while the server is spoken to, and an invitation is
claimed by putting it off: what a crash or the server leaves unsent is sent later, with a new link.
"""

import hashlib
import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from members.mail_server import is_unreachable
from members.models import Invitation

logger = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=5)
AT_ONCE = 50
# When the server refuses a mail: after each attempt, the last of them again and again, for as
# long as the link would hold.
WAITS_WHEN_REFUSED = [timedelta(hours=hours) for hours in (1, 4, 12, 24)]


@task
def send_invitations():
    """Sends those that are due, until the server is not reached."""
    for _number in range(AT_ONCE):
        invitation = claim()
        if invitation is None or not send(*invitation):
            return


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def claim():
    """An invitation that is due, ours for a while, and its new link; or None."""
    while True:
        now = timezone.now()
        due = Invitation.objects.to_be_mailed(now).select_related("country", "invited_by")
        invitation = due.first()
        if invitation is None:
            return None
        token = secrets.token_urlsafe(32)
        unclaimed = Invitation.objects.acceptable(now).filter(
            pk=invitation.pk, mail_after=invitation.mail_after
        )
        claimed_until = now + CLAIMED_FOR
        if unclaimed.update(mail_after=claimed_until, token_sha256=digest(token)):
            invitation.mail_after = claimed_until
            return invitation, token


def send(invitation, token):
    """Returns whether the server was reached, though it may have refused this one."""
    address = settings.PUBLIC_BASE_URL.rstrip("/")
    page = {
        "invitation": invitation,
        "link": address + reverse("members:invitation_open", args=[token]),
    }
    subject = _("Invitation to the Framework Portal")
    body = render_to_string("members/invitation_email.txt", page)
    still_ours = Invitation.objects.filter(pk=invitation.pk, mail_after=invitation.mail_after)
    now = timezone.now()
    try:
        send_mail(subject, body, None, [invitation.email])
    except Exception as error:
        # What the server said may quote the mail.
        logger.warning("Invitation %s was not sent: %s", invitation.pk, type(error).__name__)
        if is_unreachable(error):
            return False
        wait = WAITS_WHEN_REFUSED[min(invitation.refusals, len(WAITS_WHEN_REFUSED) - 1)]
        still_ours.update(mail_after=now + wait, refusals=F("refusals") + 1)
    else:
        still_ours.update(mail_after=None, mailed_at=timezone.now(), refusals=0)
    return True
