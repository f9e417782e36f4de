"""Whether somebody has just shown who he is, and how he shows it again without losing a word."""

from allauth.account.internal.flows import reauthentication
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from members import sessions

TYPED = "typed_before_fresh"
NOT_KEPT = {"csrfmiddlewaretoken"}
# Characters, names of fields and all: several times the longest form that asks.
MOST_KEPT = 10_000


def is_fresh(request):
    """Signed in, or asked once more, in this browser within ten minutes."""
    if sessions.age(request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return True
    # Without a password or second factor django-allauth would call everybody fresh.
    flows = reauthentication.get_reauthentication_flows(request.user)
    return bool(flows) and reauthentication.did_recently_reauthenticate(request)


def ask_again(request, back=""):
    """Leads to the page that asks for the password, and from there back to this one or `back`."""
    if not reauthentication.get_reauthentication_flows(request.user):
        raise PermissionDenied(
            _("Sign out and in again, and do this within ten minutes of signing in.")
        )
    kept = {name: value for name, value in request.POST.items() if name not in NOT_KEPT}
    if is_too_long := sum(map(len, [*kept, *kept.values()])) > MOST_KEPT:
        # It would lie in the data base, and be read with each page.
        kept = {}
        messages.warning(
            request,
            _("What you typed is too long to be kept. After this, fill in the form again."),
        )
    request.session[TYPED] = {"path": request.path, "fields": kept, "is_too_long": is_too_long}
    following = back or request.get_full_path()
    return redirect(reverse("account_reauthenticate", query={"next": following}))


def typed_before(request):
    """What was typed on this page before it asked to sign in again; told once."""
    kept = request.session.get(TYPED)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[TYPED]
    return kept["fields"]
