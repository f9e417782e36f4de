"""Browsers in which a person has signed in before, so that others' guesses do not lock her out.

A browser keeps, signed, for which accounts it is known and since when. Attempts from it are
counted for themselves; what all other browsers guess for the account is counted together.
"""

from django.conf import settings
from django.core import signing
from django.utils.crypto import get_random_string, salted_hmac

SALT = "members.devices"
COOKIE = "__Host-known" if settings.HTTPS else "known"
AGE = 180 * 24 * 60 * 60
MOST = 5


def knows(request, email):
    """What names this browser for the account; "" where nobody signed in with it here."""
    return kept(request).get(mark(email), "")


def knows_well(request, email):
    """The same where somebody was all the way in: a mailbox alone leads past no second factor."""
    return knows(request, email).rpartition(".")[2]


def remember(request, response, user, *, by_mail=False):
    """Counts this browser among the account's own from now on.

    `by_mail` where all that was shown is that one reads its mails: it is counted anew, and behind
    that stays what it was before.
    """
    name = get_random_string(22)
    if by_mail:
        name += f".{knows_well(request, user.email)}"
    known = kept(request)
    # Behind all others, also where it was known before: what was used longest ago goes.
    known.pop(mark(user.email), None)
    known[mark(user.email)] = name
    last = dict(list(known.items())[-MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(last, salt=SALT),
        max_age=AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def kept(request):
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return {}


def mark(email):
    """No address stands in a cookie: others who use the browser could read it there."""
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:24]
