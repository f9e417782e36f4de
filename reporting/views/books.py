"""What takes long to be made: asked for, made by a task, fetched."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from goals.models import Framework
from members.access import SIGNED_IN, Withheld, allowed, found_or_404
from members.limits import limited
from reporting import actions
from reporting.models import Book
from reporting.pages.refusals import NothingToShow, no_figures
from reporting.pages.scope import scope_of
from reporting.sheets import XLSX
from reporting.views.binding import make_book
from reporting.views.listings import listing_of

# The end of its file's name, and what it is.
FILES = {
    Book.Kind.BRIEFS: ("book.zip", "application/zip"),
    Book.Kind.REPORTS: ("reports.xlsx", XLSX),
}


@allowed(SIGNED_IN)
@require_POST
def book_ask(request, slug):
    """All briefs and figures of a framework, filtered as its page is."""
    framework = get_object_or_404(Framework, slug=slug)
    scope = scope_of(request, framework)
    if scope.round is None:
        address = reverse("reporting:framework_dashboard", args=[slug])
        raise NothingToShow(no_figures(scope), address)
    return ask(request, framework, Book.Kind.BRIEFS, ["round", "region", "snapshot"])


@allowed(SIGNED_IN)
@require_POST
def reports_ask(request, slug):
    """All reports of a framework that the reader may read, as a workbook."""
    framework = get_object_or_404(Framework, slug=slug)
    listing_of(request, framework)  # There is none with a wrong filter.
    return ask(request, framework, Book.Kind.REPORTS, ["round", "region", "country", "state"])


def ask(request, framework, kind, filters):
    # As long as no filter is: a page with such a one is no page.
    chosen = {name: request.GET[name][:60] for name in filters if request.GET.get(name)}
    try:
        book = actions.ask_book(
            framework=framework, query=urlencode(chosen), by=request.user, kind=kind
        )
    except actions.Conflict:
        messages.info(request, _("You have asked for a book already. It is being made."))
        # It may be finished by now, and even gone.
        newest = Book.objects.of(request.user).first()
        return redirect("reporting:book_detail", newest.pk) if newest else redirect(framework)
    except actions.TooMany:
        messages.error(request, _("You have asked for ten books in an hour. Please try later."))
        return redirect(framework)
    make_book.enqueue(book.pk)
    return redirect("reporting:book_detail", book.pk)


@allowed(SIGNED_IN)
@require_safe
def book_detail(request, pk):
    """How far it is; the link, once it is there."""
    books = Book.objects.defer("content")
    return render(request, "reporting/book_detail.html", {"book": own_book(request, pk, books)})


@allowed(SIGNED_IN)
@require_safe
@limited("files")
def book_file(request, pk):
    book = own_book(request, pk, Book.objects)
    if not book.is_ready:
        raise Http404("It is not there yet.")
    ending, content_type = FILES[book.kind]
    name = f"{book.framework.slug}-{ending}"
    return HttpResponse(
        bytes(book.content),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def own_book(request, pk, books):
    """The asker's own, as long as he may see what is in it."""
    mine = books.filter(pk__in=Book.objects.of(request.user)).select_related("framework")
    book = found_or_404(mine, pk=pk)
    of_figures = book.kind == Book.Kind.BRIEFS
    if of_figures and not book.framework.shows_aggregates_to(request.user):
        raise Withheld("Its figures are not for this reader any more.")
    return book
