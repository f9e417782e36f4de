"""Mails that tell somebody what was done to what he signs in with.

The worker sends them: whoever sets up a second factor neither waits for the mail server nor fails
with it, once the thing is done.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from members.browsers import in_words

logger = logging.getLogger(__name__)

# Under the names that django-allauth has for its own: what the mail is about, and what it says.
NOTICES = {
    "account/email/password_changed": (
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your account was changed, by somebody signed in with it."),
    ),
    "account/email/password_reset": (
        gettext_lazy("Your password was set anew"),
        gettext_lazy("A new password was set for your account, by a link in a mail to you."),
    ),
    "mfa/email/totp_activated": (
        gettext_lazy("Your authenticator app is set up"),
        gettext_lazy("An authenticator app was set up as a second factor of your account."),
    ),
    "mfa/email/totp_deactivated": (
        gettext_lazy("Your authenticator app was taken away"),
        gettext_lazy("The authenticator app is no second factor of your account any more."),
    ),
    "mfa/email/recovery_codes_generated": (
        gettext_lazy("You have new recovery codes"),
        gettext_lazy("New recovery codes were made for your account; those of before do not work."),
    ),
    "mfa/email/webauthn_added": (
        gettext_lazy("A passkey was added"),
        gettext_lazy("A passkey or a security key was added to your account."),
    ),
    "mfa/email/webauthn_removed": (
        gettext_lazy("A passkey was taken away"),
        gettext_lazy("A passkey or a security key was taken away from your account."),
    ),
    "socialaccount/email/account_connected": (
        gettext_lazy("Your account is linked to a provider"),
        gettext_lazy("Your account can be signed in to through your organisation's provider now."),
    ),
    "socialaccount/email/account_disconnected": (
        gettext_lazy("Your account is no longer linked to a provider"),
        gettext_lazy("A link of your account to your organisation's provider was taken away."),
    ),
}
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 1120)]


def queue_notice(name, user, *, ip, user_agent, provider=None):
    subject, what = NOTICES[name]
    page = {
        "user": user,
        "what": what,
        "provider": provider,
        "at": timezone.localtime(),
        "ip": ip,
        "browser": in_words(user_agent),
        "address": settings.PUBLIC_BASE_URL.rstrip("/") + reverse("mfa_index"),
    }
    body = render_to_string("members/notice_email.txt", page)
    title = _("Framework Portal: %(what)s") % {"what": subject}
    send_notice.enqueue(title, body, user.email)


@task
def send_notice(subject, body, email, attempts=0):
    """Tries again for a day where the server does not take it."""
    try:
        send_mail(subject, body, None, [email])
    except OSError as error:
        # What the server said may quote the mail.
        logger.warning("A notice about an account was not sent: %s", type(error).__name__)
        if attempts < len(WAITS) and send_notice.get_backend().supports_defer:
            later = send_notice.using(run_after=timezone.now() + WAITS[attempts])
            later.enqueue(subject, body, email, attempts + 1)
