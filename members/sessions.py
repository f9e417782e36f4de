"""How long a sign-in lasts, and what it needs.

ASVS 5.0, 7.3: it ends after some time without a request, and after a working day in any case;
sooner for those who may do more (`User.idle_minutes`, `User.signed_in_hours`).
"""

import time
from functools import wraps

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

BEGUN, SEEN = "signed_in_at", "seen_at"
SECOND_FACTOR = "second_factor"
# To write down each request would cost more than it says.
EXACT_TO = 60
# Whoever is to set up his second factor needs these, and may leave.
OPEN_WITHOUT = {"account_logout", "account_reauthenticate", "members:session"}


def begin(session):
    session[BEGUN] = session[SEEN] = int(time.time())


def age(request):
    """How many seconds ago the reader signed in here."""
    return time.time() - request.session.get(BEGUN, 0)


def seconds_left(request):
    """Until the sign-in ends if nothing more is asked for; less than nothing when it is over."""
    now, session, user = time.time(), request.session, request.user
    idle = session.get(SEEN, 0) + 60 * user.idle_minutes - now
    whole = session.get(BEGUN, 0) + 60 * 60 * user.signed_in_hours - now
    return int(min(idle, whole))


def time_left(request):
    """For templates: `{{ seconds_left }}`, which only a signed-in reader's page may ask for."""
    return {"seconds_left": lambda: seconds_left(request)}


def end_what_is_over(get_response):
    """Signs out who has not been here for long; what he has typed is shown again."""

    def middleware(request):
        if request.user.is_authenticated:
            if seconds_left(request) <= 0:
                logout(request)
            elif request.path != reverse("members:session") or request.method == "POST":
                touch(request.session)
        return get_response(request)

    return middleware


def touch(session):
    now = int(time.time())
    if now - session[SEEN] >= EXACT_TO:
        session[SEEN] = now


def unless_it_ended(view):
    """A view that writes to the session itself answers 400 where another page ended that meanwhile.

    As Django does where it writes behind a view.
    """

    @wraps(view)
    def written(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except UpdateError as error:
            raise SessionInterrupted("The session ended meanwhile.") from error

    return written


class RequireSecondFactor:
    """Nobody works on with a password alone, but in a demonstration."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.MFA_REQUIRED or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name
        if name in OPEN_WITHOUT or name.startswith("mfa_") or has_second_factor(request):
            return None
        request.refused_for = "no second factor"
        messages.info(
            request,
            _(
                "A password alone can be guessed or stolen. "
                "Set up a second factor first, then you can go on."
            ),
        )
        return redirect("mfa_activate_totp")


def has_second_factor(request):
    """Looked up once a sign-in: who takes his own away is signed out everywhere."""
    if SECOND_FACTOR not in request.session:
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        if not Authenticator.objects.filter(user=request.user, type__in=types).exists():
            return False
        request.session[SECOND_FACTOR] = True
    return True
