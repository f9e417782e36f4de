"""Around every operation: who may ask, how, and when a copy of the answer is still good."""

from functools import wraps

from django.http import HttpResponse
from django.utils.translation import gettext as _

from members.access import EVERYONE, allowed
from members.limits import limited
from reporting.api.addresses import address
from reporting.api.openapi import parameters_of
from reporting.api.parameters import READ
from reporting.api.problems import Problem, echoed
from reporting.pages.unchanged import told_when_unchanged

ALLOWED = ", ".join([*READ, "OPTIONS"])


def for_programs(view):
    """An operation that whoever may read the pages may ask for."""
    careful = told_when_unchanged(limited("api")(view))

    @wraps(careful)
    def answer(request, **kwargs):
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOWED})
        try:
            refuse_other_methods(request)
            refuse_unknown_parameters(request)
        except Problem as problem:
            return problem.response()
        response = careful(request, **kwargs)
        return too_often(response) if response.status_code == 429 else response

    return allowed(EVERYONE)(answer)


def refuse_other_methods(request):
    if request.method not in READ:
        detail = _("Only %(allowed)s are answered here.") % {"allowed": ALLOWED}
        raise Problem("method", detail, headers={"Allow": ALLOWED})


def refuse_unknown_parameters(request):
    """A misspelt filter would silently be none; given twice, it could mean either."""
    known = parameters_of(request.resolver_match.url_name)
    for name, values in request.GET.lists():
        said = {"name": echoed(name), "known": ", ".join(known) or _("none")}
        if name not in known:
            detail = _("There is no parameter “%(name)s” here. There are: %(known)s.") % said
            raise Problem("parameter", detail, parameter=echoed(name), there_are=list(known))
        if len(values) > 1:
            detail = _("The parameter “%(name)s” is given more than once.") % said
            raise Problem("parameter", detail, parameter=name)


def too_often(refusal):
    """The page that a browser would get, in words for programs."""
    seconds = refusal["Retry-After"]
    detail = _("Ask again in %(seconds)s seconds.") % {"seconds": seconds}
    return Problem("too-often", detail, headers={"Retry-After": seconds}).response()


@allowed(EVERYONE)
def nothing_here(request, rest):
    """Whatever begins with the API's address and is none of its operations."""
    detail = _("There is no such address. %(docs)s lists those that there are.")
    return Problem("not-found", detail % {"docs": address("api:docs")}).response()
