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

from functools import wraps

from allauth.decorators import rate_limit
from django.conf import settings


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
