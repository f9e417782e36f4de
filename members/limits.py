"""How often one may ask for what costs much. A view says it once, nearest to itself:

    @allowed(EVERYONE)
    @require_safe
    @told_when_unchanged
    @limited("files")
    def framework_csv(request, slug, table): ...

So a copy that is still good, and one that is kept, count for nothing: they cost nothing either.

django-allauth counts, as it does attempts to sign in: under a lock in the cache that all workers
share, by the address that the trusted proxy names, of IPv6 by its network. Of what is installed
nothing else does: django-ninja's throttles serve the API alone and lose what two count at once.
"""

import time
from functools import wraps

from allauth.core.internal.ratelimit import get_ip
from allauth.core.ratelimit import respond_429
from allauth.decorators import rate_limit
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from members import devices


def limited(what, *, posts_only=False):
    """By person, who is not held up by others at his address; by address who is signed out.

    `what` and what has `_signed_out` behind it are rates in the settings.
    """

    def declared(view):
        by_person = rate_limit(action=what, limit_get=not posts_only)(view)
        by_address = rate_limit(action=f"{what}_signed_out", limit_get=not posts_only)(view)

        @wraps(view)
        def counted(request, *args, **kwargs):
            if not settings.LIMIT_REQUESTS:
                return view(request, *args, **kwargs)
            answer = by_person if request.user.is_authenticated else by_address
            return answer(request, *args, **kwargs)

        counted.limited_as = what
        return counted

    return declared


def limit_all(get_response):
    """Middleware: of pages and forms, whichever they are, far more in a minute than anybody clicks.

    So that nobody reads or writes all that there is by a script (ASVS 5.0, 2.4.1). Each worker
    counts by itself, in its memory: to count in the data base takes longer than many a page.
    """

    def middleware(request):
        if settings.LIMIT_REQUESTS and is_too_often(request):
            return respond_429(request)
        return get_response(request)

    return middleware


def is_too_often(request):
    # What watches the portal would take a refusal for a failure.
    if request.path == reverse("reporting:healthz") or not (who := counted_as(request)):
        return False
    kind = "forms" if request.method == "POST" else "pages"
    if not request.user.is_authenticated:
        kind += "_signed_out"
    minute = int(time.time() // 60)
    counted, counts = f"{kind}-{who}-{minute}", caches["counts"]
    counts.add(counted, 0, timeout=120)
    return counts.incr(counted) > settings.REQUESTS_A_MINUTE[kind]


def counted_as(request):
    """A person; of the signed out a browser that somebody has signed in with, else an address.

    Nobody is kept from signing in again by what others at the same address ask for.
    """
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    if known := devices.kept(request):
        return f"browser-{list(known.values())[-1]}"
    try:
        return f"ip-{get_ip(request)}"
    except PermissionDenied:
        # Over a socket without a proxy that would name him.
        return None
