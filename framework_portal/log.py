"""One line of JSON for each request: who asked for what, and how it ended.

Of an address it holds the view's name and the keys of what was asked for. What people wrote,
queries, tokens and passwords are in none of it: an argument is left out unless it is named here.
"""

import logging
import time
import uuid

log = logging.getLogger("portal.requests")

KEYS = {"slug", "round_slug", "number", "code", "iso2", "pk", "receipt_number", "other"}
REFUSED = {401, 403, 405, 409, 413, 429}


def log_requests(get_response):
    """Goes first of all, so that what the others answer is written down too."""

    def middleware(request):
        request.id = uuid.uuid4().hex
        begun = time.perf_counter()
        response = get_response(request)
        response.headers["X-Request-ID"] = request.id
        if log.isEnabledFor(logging.INFO):
            milliseconds = round(1000 * (time.perf_counter() - begun), 1)
            log.log(level(response), "request", extra=line(request, response, milliseconds))
        return response

    return middleware


def level(response):
    if response.status_code >= 500:
        return logging.ERROR
    return logging.WARNING if response.status_code in REFUSED else logging.INFO


def line(request, response, milliseconds):
    match = request.resolver_match
    # As far as somebody has looked it up: without a data base there is nobody to be found.
    user = getattr(request, "_cached_user", None)
    is_known = user is not None and user.is_authenticated
    return {
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
        "refused": response.status_code in REFUSED,
    }


def key(value):
    """The code of an objective comes as its numbers."""
    return ".".join(map(str, value)) if isinstance(value, tuple) else str(value)
