"""What a person sees when the portal could not take a form: what was typed, to send again.

It is only shown, never stored: a form that came without a valid token may be forged.
"""

import errno
import sys
from typing import NamedTuple

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst

# A field that has one of these in its name is never shown again.
SECRETS = ("password", "token", "secret")
LONG = 80
# What a page has put into its form for itself; nobody would know what to make of it.
OF_THE_PAGE = ("version", "continue", "token", "country", "from", "stamp")
OPENED = "opened-"
DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Typed(NamedTuple):
    """A field that was sent, as it is shown again."""

    name: str
    value: str

    @property
    def label(self):
        """Its name in words; what the page called it is the page's own business."""
        return capfirst(self.name.replace("_", " ").replace("-", " "))

    @property
    def is_long(self):
        return len(self.value) > LONG or "\n" in self.value

    @property
    def is_hidden(self):
        return not self.value or self.name in OF_THE_PAGE or self.name.startswith(OPENED)


def typed(request):
    """Each field that was sent, but for secrets."""
    if request.method != "POST":
        return []
    try:
        fields = list(request.POST.lists())
    except (SuspiciousOperation, BadRequest, UnicodeError, UnreadablePostError):
        return []
    return [
        Typed(name, value)
        for name, values in fields
        for value in values
        if not any(secret in name.lower() for secret in SECRETS)
    ]


def may_send_again(request):
    """Whether the form came from a page of ours, as the browser says.

    One that another site has sent gets no valid token and no button: a forgery
    would be one click away. Nor does the admin, where one click does much.
    """
    if request.path.startswith(reverse("admin:index")):
        return False
    origin = f"{request.scheme}://{request.get_host()}"
    return (
        request.headers.get("Origin") == origin
        or request.headers.get("Sec-Fetch-Site") == "same-origin"
    )


def shown_again(request):
    return {"typed": typed(request), "can_send": may_send_again(request)}


def csrf_failure(request, reason=""):
    """The token does not fit: the person has signed in anew since the form was shown."""
    if "HX-Request" in request.headers:
        return render(request, "includes/autosave_refused.html", status=403)
    return render(request, "403_csrf.html", shown_again(request), status=403)


def sign_in_again(request):
    """The session has ended while the person was writing."""
    if "HX-Request" in request.headers:
        return render(request, "includes/autosave_refused.html", status=403)
    return render(request, "signed_out.html", shown_again(request), status=403)


def permission_denied(request, exception=None):
    page = {"exception": str(exception or ""), "typed": typed(request)}
    return render(request, "403.html", page, status=403)


def page_not_found(request, exception):
    """The same page whether there is no such row or it is somebody else's; the log is told."""
    request.refused_for = getattr(exception, "refused_for", getattr(request, "refused_for", None))
    # A filter that shows nothing says why, and where its page is.
    return render(request, "404.html", {"told": getattr(exception, "told", None)}, status=404)


def too_many_requests(request):
    """Every limit that ends here is one of a minute, and what is refused does not count."""
    page = shown_again(request) if request.user.is_authenticated else {}
    response = render(request, "429.html", page, status=429)
    response.headers["Retry-After"] = "60"
    return response


def server_error(request):
    """Rendered without the request's context, which may need the database that failed."""
    page = shown_again(request) | {"csrf_token": get_token(request), "path": request.path}
    error = sys.exc_info()[1]
    if isinstance(error, OSError) and error.errno in DISK_IS_FULL:
        # An upload that did not fit, before any view saw the form.
        return HttpResponse(render_to_string("507.html", page), status=507)
    if isinstance(error, (OperationalError, InterfaceError)):
        text = render_to_string("503.html", page)
        return HttpResponse(text, status=503, headers={"Retry-After": "60"})
    return HttpResponse(render_to_string("500.html", page), status=500)
