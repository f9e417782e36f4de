"""One line of JSON for each request: who asked for what, and how it ended.

Of an address it holds the view's name and the keys of what was asked for. What people wrote,
queries, tokens and passwords are in none of it: an argument is left out unless it is named here.
"""

import logging
import re
import time
import traceback
import uuid
from contextvars import ContextVar

from django.db import InterfaceError, OperationalError
from pythonjsonlogger.json import JsonFormatter

log = logging.getLogger("portal.requests")
answered = ContextVar("answered", default=None)

KEYS = {"slug", "round_slug", "number", "code", "iso2", "pk", "receipt_number", "other"}
# Why, where nobody has said it nearer to the matter: `request.refused_for`.
REFUSED = {
    401: "not signed in",
    403: "not allowed",
    405: "method",
    409: "state",
    413: "too long",
    429: "too often",
}


def log_requests(get_response):
    """Goes first of all, so that what the others answer is written down too."""

    def middleware(request):
        request.id = uuid.uuid4().hex
        begun, before = time.perf_counter(), answered.set(request)
        try:
            response = get_response(request)
        finally:
            answered.reset(before)
        response.headers["X-Request-ID"] = request.id
        if log.isEnabledFor(logging.INFO):
            milliseconds = round(1000 * (time.perf_counter() - begun), 1)
            said = line(request, response, milliseconds)
            log.log(level(said), "request", extra=said)
        return response

    return middleware


class Refusals(logging.Handler):
    """What Django's own guards refuse is told by the line of its request: a form without its token,
    a host, a body of too many fields.

    Django would write the address, or a piece of what was sent, and not who it was.
    """

    def emit(self, record):
        reason = record.name.rpartition(".")[2]
        if request := getattr(record, "request", None):
            request.refused_for = reason
        else:
            log.warning("refused", extra={"refused_for": reason})


class NotOffered(logging.Handler):
    """A choice that was sent and that no page offers is told by the line of its request."""

    def emit(self, record):
        if request := answered.get():
            request.not_offered = {*getattr(request, "not_offered", ()), record.field}


class Failures(logging.Filter):
    """What Django tells of a failure, without the address, which may hold a token: the line of the
    same request has the view.
    """

    def filter(self, record):
        request = record.__dict__.pop("request", None)
        record.msg, record.args = "failed", ()
        record.request_id = getattr(request, "id", None)
        return True


class OfTheServer(logging.Filter):
    """What gunicorn refuses or fails at before the portal hears of it, without what was sent."""

    def filter(self, record):
        said = record.getMessage()
        if refused := re.match(r"Invalid request from ip=\S*: ([\w ]*)", said):
            record.msg, record.args = "refused", ()
            record.refused_for = refused[1].strip()
        elif said.startswith("Error handling request"):
            record.msg, record.args = "failed", ()
        return True


class Formatter(JsonFormatter):
    def formatException(self, ei):
        return "\n".join(told(ei[1]))


def told(error):
    """Where it failed, and of which kind each error was: what one says may be what somebody typed,
    or the row that a data base did not take.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from told(before)
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    is_harmless = isinstance(error, (OperationalError, InterfaceError))
    yield f"{type(error).__qualname__}: {error}" if is_harmless else type(error).__qualname__


def level(said):
    if said["status"] >= 500:
        return logging.ERROR
    return logging.WARNING if said["refused"] else logging.INFO


def refused_for(request, response):
    """Nothing where an address leads nowhere, or a page shows less than it might."""
    said = getattr(request, "refused_for", None) if response.status_code >= 300 else None
    return said or REFUSED.get(response.status_code)


def line(request, response, milliseconds):
    match = request.resolver_match
    # As far as somebody has looked it up: without a data base there is nobody to be found.
    user = getattr(request, "_cached_user", None)
    fields = sorted(getattr(request, "not_offered", ()))
    reason = refused_for(request, response) or ("not offered" if fields else None)
    is_known = user is not None and user.is_authenticated
    said = {
        "request_id": request.id,
        "method": request.method,
        "view": match.view_name if match else None,
        "object": {name: key(match.kwargs[name]) for name in KEYS & match.kwargs.keys()}
        if match
        else {},
        "status": response.status_code,
        "ms": milliseconds,
        "actor": user.pk if is_known else None,
        "country": user.country.iso2 if is_known and user.country else None,
        "refused": reason is not None,
        "refused_for": reason,
    }
    return said | {"fields": fields} if fields else said


def key(value):
    """The code of an objective comes as its numbers."""
    return ".".join(map(str, value)) if isinstance(value, tuple) else str(value)
