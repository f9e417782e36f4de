"""What is wrong with a request, as RFC 9457 says it: JSON with a sentence to act on, never HTML."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.api.rendering import written

MEDIA_TYPE = "application/problem+json"
# (status, title, what it means); the description of the API has an anchor for each.
KINDS = {
    "parameter": (
        400,
        gettext_lazy("The query is not understood"),
        gettext_lazy(
            "A parameter that there is not, one that is given twice, or a page of a list that is "
            "no number from 1 on, or larger than allowed."
        ),
    ),
    "not-found": (
        404,
        gettext_lazy("There is no such thing"),
        gettext_lazy(
            "An address, framework, goal, objective, round, region or snapshot that there is not, "
            "or a page after the last."
        ),
    ),
    "no-figures": (
        404,
        gettext_lazy("There are no figures to show"),
        gettext_lazy("No round has opened yet, or the figures are for signed-in members."),
    ),
    "method": (
        405,
        gettext_lazy("This is only to be read"),
        gettext_lazy("A method other than GET, HEAD and OPTIONS."),
    ),
    "too-often": (
        429,
        gettext_lazy("This was asked for too often"),
        gettext_lazy(
            "Too many answers in a minute; the header Retry-After says how many seconds to wait. "
            "An answer of 304 does not count: send the ETag of the copy that you have."
        ),
    ),
}


class Problem(Exception):
    """Raised where an operation cannot answer; `members` stand beside the sentence."""

    def __init__(self, kind, detail, headers=None, **members):
        super().__init__(detail)
        self.kind, self.detail, self.headers, self.members = kind, detail, headers, members

    def response(self):
        status, title, _meaning = KINDS[self.kind]
        address = f"{settings.PUBLIC_BASE_URL}{reverse('api:docs')}#problem-{self.kind}"
        said = {"type": address, "title": title, "status": status, "detail": self.detail}
        text = written(said | self.members)
        return HttpResponse(text, MEDIA_TYPE, status, headers=self.headers)


def echoed(text, longest=60):
    """What was typed, to be said again: not longer than a line."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def problems_in_json(get_response):
    """Middleware: where the portal answers with an error page, a program gets the same as JSON.

    It stands outside of all but the log, so that it also sees what others refuse, and what fails.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code < 400 or response["Content-Type"] == MEDIA_TYPE:
            return response
        return in_json(response) if request.path.startswith(reverse("api:index")) else response

    return middleware


def in_json(response):
    """The same answer with its headers, and with words in place of the page."""
    status = response.status_code
    details = {
        400: _("The request is not well formed: see the description for what can be asked."),
        403: _("You may not ask for this, or not in the clear: ask by HTTPS."),
        404: _("There is no such address: see the description for those that there are."),
        429: _("The portal was asked too often. Ask again in a minute."),
        503: _("The portal cannot answer just now. Try again in a minute."),
    }
    failed = _("The portal has failed to answer. It has noted what happened.")
    detail = details.get(status, failed if status >= 500 else details[400])
    said = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "description": f"{settings.PUBLIC_BASE_URL}{reverse('api:docs')}",
    }
    response.content = written(said)
    response["Content-Type"] = MEDIA_TYPE
    response["Content-Length"] = str(len(response.content))
    del response["Content-Encoding"]
    return response
