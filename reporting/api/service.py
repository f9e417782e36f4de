"""The read API as a whole: its operations, and what it answers where one of them cannot."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import ValidationError

from reporting.api import frameworks, progress
from reporting.api.problems import Problem
from reporting.api.rendering import ExactRenderer


class ReadAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation):
        """One name for the operation, its address and its example."""
        return operation.url_name


api = ReadAPI(
    title=gettext_lazy("Framework Portal, read API"),
    version="1",
    description=gettext_lazy(
        "Frameworks, their goals, objectives and indicators, and what countries report about them "
        "in aggregate: the figures of the pages and downloads, and no report of a single country."
    ),
    # Its page for Swagger wants scripts from elsewhere; ours is in reporting.api.description.
    docs_url=None,
    openapi_url=None,
    renderer=ExactRenderer(),
)
api.add_router("", frameworks.router)
api.add_router("", progress.router)


@api.exception_handler(Problem)
def cannot_answer(request, problem):
    return problem.response()


@api.exception_handler(Http404)
def not_there(request, error):
    return Problem("not-found", str(error)).response()


@api.exception_handler(ValidationError)
def not_understood(request, error):
    """A part of the address that is no number or code leads nowhere; a parameter has a name."""
    where, name, *_rest = error.errors[0]["loc"]
    if where == "path":
        return Problem("not-found", _("There is no such address.")).response()
    said = error.errors[0]["msg"].removeprefix("Value error, ")
    detail = _("The parameter “%(name)s” is not understood. %(why)s") % {"name": name, "why": said}
    return Problem("parameter", detail, parameter=name).response()


@api.exception_handler(Exception)
def has_failed(request, error):
    """As with any page: the portal's own handler notes it, and answers."""
    raise error
