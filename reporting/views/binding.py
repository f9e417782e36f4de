"""Makes a book: the briefs of a framework, of its goals and objectives, and the workbook of all.

Each part is made as its page's own download is, for the person who has asked and with his filter.
"""

import io
import logging
import zipfile
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django_tasks import task

from members.models import User
from objectives.models import Objective
from reporting import actions
from reporting.models import Book
from reporting.views.briefs import framework_pdf, goal_pdf, objective_pdf
from reporting.views.downloads import framework_xlsx

logger = logging.getLogger(__name__)


@dataclass
class Asked:
    """What the views of downloads look at in a request."""

    user: User
    path: str
    query: str
    method: str = "GET"

    def __post_init__(self):
        self.GET = QueryDict(self.query)
        self.COOKIES = {}


@task
def make_book(pk):
    """Part by part, each written down; another worker goes on from the start if this one dies."""
    book = Book.objects.select_related("framework", "asked_by").defer("content").get(pk=pk)
    parts = list(parts_of(book.framework))
    if not actions.begin_book(pk=pk, parts=len(parts)):
        return
    try:
        content = bound(book, parts)
    except Exception:
        logger.exception("Book %s could not be made.", pk)
        content = None
    actions.finish_book(pk=pk, content=content)


def parts_of(framework):
    """(name in the archive, view, name of its address, its arguments) of each part."""
    slug = {"slug": framework.slug}
    yield "0-framework.pdf", framework_pdf, "framework_pdf", slug
    for goal in framework.goals.exclude(objectives=None).distinct():
        arguments = slug | {"number": goal.number}
        yield f"{goal.number}-goal.pdf", goal_pdf, "goal_pdf", arguments
    for objective in Objective.objects.of(framework):
        arguments = slug | {"code": (objective.goal.number, objective.number)}
        yield f"{objective.code}-objective.pdf", objective_pdf, "objective_pdf", arguments
    yield "figures.xlsx", framework_xlsx, "framework_xlsx", slug


def bound(book, parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, (name, view, address, arguments) in enumerate(parts, start=1):
            path = reverse(f"reporting:{address}", kwargs=arguments)
            response = view(Asked(book.asked_by, path, book.query), **arguments)
            archive.writestr(name, response.content)
            actions.go_on_with_book(pk=book.pk, done=done)
    return file.getvalue()
