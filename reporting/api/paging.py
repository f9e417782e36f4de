"""Long lists in parts."""

from django.conf import settings
from django.utils.translation import gettext as _

from reporting.api.problems import Problem
from reporting.api.schemas import Paging


def part_of(request, asked, count):
    """Which of so many lines are asked for, as a slice, and what is said of it."""
    size = asked.page_size
    pages = max(-(-count // size), 1)
    if asked.page > pages:
        raise Problem(
            "not-found",
            _("There is no page %(page)s: the last one is %(pages)s.")
            % {"page": asked.page, "pages": pages},
            parameter="page",
        )
    paging = Paging(
        page=asked.page,
        pages=pages,
        page_size=size,
        count=count,
        next=address_of_page(request, asked.page + 1) if asked.page < pages else None,
    )
    return slice((asked.page - 1) * size, asked.page * size), paging


def address_of_page(request, number):
    query = request.GET.copy()
    query["page"] = number
    return f"{settings.PUBLIC_BASE_URL}{request.path}?{query.urlencode()}"
