"""What follows from Django's and django-allauth's own signals, however somebody got there.

Who got in, who did not, and what he signs in with: each is a line of the log (ASVS 5.0, 16.3). What
was typed is in none of them: people write passwords into the wrong field.
"""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver

from members import actions, sessions

log = logging.getLogger("portal.accounts")


@receiver(user_logged_in)
def begin_session(request, user, **kwargs):
    sessions.begin(request.session)
    note(logging.INFO, "signed in", request, user)


@receiver(authentication_step_completed)
def renew_session(request, user, reauthenticated=False, **kwargs):
    """Whoever shows again who he is goes on under a key that nobody has seen (ASVS 5.0, 7.2.4)."""
    if reauthenticated:
        actions.renew_session(request=request)
        note(logging.INFO, "signed in again", request, user)


@receiver(user_logged_out)
def note_sign_out(request, user, **kwargs):
    note(logging.INFO, "signed out", request, user)


@receiver(user_login_failed)
def note_wrong_password(request=None, **kwargs):
    note(logging.WARNING, "sign-in refused", request)


@receiver(authentication_failed)
def note_wrong_factor(request, user, **kwargs):
    note(logging.WARNING, "second factor refused", request, user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_other_sessions(request, user, signal, authenticator, **kwargs):
    actions.end_other_sessions(request=request, user=user)
    # Whether one is left is looked up anew: it may have been the last.
    request.session.pop(sessions.SECOND_FACTOR, None)
    what = {authenticator_added: "added", authenticator_removed: "taken away"}.get(signal, "reset")
    note(logging.WARNING, f"second factor {what}", request, user, kind=authenticator.type)


def note(level, event, request, user=None, **more):
    fields = {"actor": user.pk if user else None, **more}
    if request is not None:
        fields["request_id"] = getattr(request, "id", None)
        fields["address"] = address_of(request)
    log.log(level, event, extra=fields)


def address_of(request):
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        # Over a socket without a proxy that names it.
        return None
