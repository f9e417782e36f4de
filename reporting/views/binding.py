"""Makes a book for the person who has asked, with his filter, and writes down how far it is.

That of briefs is put together of what the pages' own downloads are, that of reports is a workbook.
"""

import io
import logging
import zipfile
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django_tasks import task

from members.models import User
from members.row_security import asker_of, asking
from objectives.models import Objective
from reporting import actions
from reporting.frozen import thaw_objectives
from reporting.listing import AT_ONCE
from reporting.models import Book, IndicatorValue
from reporting.pages.scope import scope_of
from reporting.views.briefs import framework_printed, goal_printed, objective_printed
from reporting.views.downloads import as_xlsx, framework_tables
from reporting.views.listings import listing_of

logger = logging.getLogger(__name__)


@dataclass
class Asked:
    """What is looked at of a request to make what a book holds."""

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
    if not actions.begin_book(pk=pk):
        return
    with asking(asker_of(book.asked_by)):
        try:
            made = MAKERS[book.kind](book)
            actions.go_on_with_book(pk=pk, done=0, parts=made.parts)
            content = made.content()
        except Exception:
            logger.exception("Book %s could not be made.", pk)
            content = None
    actions.finish_book(pk=pk, content=content)


class OfBriefs:
    """An archive; its parts are files."""

    def __init__(self, book):
        asked = Asked(book.asked_by, book.framework.get_absolute_url(), book.query)
        then = scope_of(asked, book.framework).words_then
        self.book, self.files = book, list(files_of(book.framework, then))
        self.parts = len(self.files)

    def content(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for done, (name, make, address, arguments) in enumerate(self.files, start=1):
                path = reverse(f"reporting:{address}", kwargs=arguments)
                asked = Asked(self.book.asked_by, path, self.book.query)
                archive.writestr(name, make(asked, **arguments).content)
                actions.go_on_with_book(pk=self.book.pk, done=done)
        return file.getvalue()


class OfReports:
    """A workbook; its parts are lines."""

    def __init__(self, book):
        self.book, self.done = book, 0
        path = book.framework.get_absolute_url()
        self.listing = listing_of(Asked(book.asked_by, path, book.query), book.framework)
        reports = self.listing.reports
        answers = IndicatorValue.objects.filter(report__in=reports.order_by())
        self.parts = reports.count() + answers.count()

    def content(self):
        return self.listing.as_workbook(*map(self.told, self.listing.tables()))

    def told(self, lines):
        yield next(lines)
        for line in lines:
            yield line
            self.done += 1
            if self.done % AT_ONCE == 0:
                actions.go_on_with_book(pk=self.book.pk, done=self.done)
        actions.go_on_with_book(pk=self.book.pk, done=self.done)


MAKERS = {Book.Kind.BRIEFS: OfBriefs, Book.Kind.REPORTS: OfReports}


def files_of(framework, then):
    """(name in the archive, what makes it, name of its address, its arguments) of each part.

    Of a snapshot, whose words are `then`, those of what there was when it was made.
    """
    slug = {"slug": framework.slug}
    objectives = thaw_objectives(then, Objective.objects.of(framework))
    yield "0-framework.pdf", framework_printed, "framework_pdf", slug
    for goal in dict.fromkeys(each.goal for each in objectives):
        arguments = slug | {"number": goal.number}
        yield f"{goal.number}-goal.pdf", goal_printed, "goal_pdf", arguments
    for objective in objectives:
        arguments = slug | {"code": (objective.goal.number, objective.number)}
        name = f"{objective.code}-objective.pdf"
        yield name, objective_printed, "objective_pdf", arguments
    yield "figures.xlsx", figures, "framework_xlsx", slug


def figures(asked, slug):
    return as_xlsx(framework_tables(asked, slug))
