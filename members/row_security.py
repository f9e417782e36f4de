"""Says to the data base who asks, for the policies of `reporting.row_security`.

With ROW_SECURITY set, a connection to PostgreSQL belongs to nobody until one of these says
otherwise: the middleware for the person who is signed in, `as_system` for what must look across
countries whoever has set it off. Each puts back what was said before.
"""

from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

SAY = "SELECT set_config('app.role', %s, false), set_config('app.country', %s, false)"


class Asker(NamedTuple):
    """`roles` are words of the policies with a space between; `country` is a key, or nothing."""

    roles: str = ""
    country: str = ""


NOBODY = Asker()
SYSTEM = Asker("system")


def asker_of(user):
    """What the policies have to know of a person; of a stranger, nothing."""
    if not user.is_authenticated:
        return NOBODY
    roles = {
        "member": True,
        "reviewer": user.is_reviewer,
        "editor": user.is_framework_editor,
    }
    country = str(user.country.pk) if user.country else ""
    return Asker(" ".join(role for role, held in roles.items() if held), country)


@contextmanager
def as_system():
    """What must see every country: figures, states without texts, reminders, checks, moves.

    Also a decorator. What is asked for inside must be fetched inside.
    """
    with asking(SYSTEM):
        yield


@contextmanager
def as_system_anyway():
    """The same whether ROW_SECURITY is set or not: for what would take closed tables for empty
    ones, and sweep files away, prove a history that it has not read, or move nothing.
    """
    with asking(SYSTEM, anyway=True):
        yield


@contextmanager
def asking(asker, anyway=False):
    if connection.vendor != "postgresql" or not (settings.ROW_SECURITY or anyway):
        yield
        return
    before = said()
    say(asker)
    try:
        yield
    finally:
        if has_failed():
            # The rollback that must follow takes back with it what was said inside.
            remember(before)
        else:
            say(before)


def said():
    """Whose the connection is. A new one, made anew in between too, is nobody's."""
    session, asker = getattr(connection, "said", (None, NOBODY))
    return asker if session is connection.connection else NOBODY


def remember(asker):
    connection.said = connection.connection, asker


def say(asker):
    """A connection that cannot be told is closed: the next one is nobody's."""
    if asker == said():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(SAY, asker)
    except BaseException:
        connection.close()
        raise
    remember(asker)


def has_failed():
    """Whether the transaction can only be rolled back, or the connection is gone."""
    session = connection.connection
    if session is None or session.closed or connection.needs_rollback:
        return True
    return session.info.transaction_status == TRANSACTION_STATUS_INERROR


def say_who_asks(get_response):
    """For the whole request: whoever is signed in. A stranger is nobody, and costs no query."""
    if not settings.ROW_SECURITY or connection.vendor != "postgresql":
        raise MiddlewareNotUsed

    def middleware(request):
        say(NOBODY)
        with asking(asker_of(request.user)):
            return get_response(request)

    return middleware
