"""Asking for a book, and what whoever makes it writes down of it."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting.actions.errors import Conflict
from reporting.models import Book
from reporting.models.books import MOST_AN_HOUR, asked_as


class TooMany(Exception):
    """As many as are allowed have been asked for in this hour."""


def ask_book(*, framework, query, by, kind=Book.Kind.BRIEFS):
    """Returns a book that nobody has begun yet. Those that nobody can fetch are forgotten."""
    now = timezone.now()
    Book.objects.expired(now).delete()
    Book.objects.filter(asked_by=by).exclude(asked_as=asked_as(by)).delete()
    mine = Book.objects.of(by)
    # One that its maker has left would else stand in the way for a day.
    mine.free_at(now).exclude(heard_at__isnull=True).update(finished_at=now, has_failed=True)
    if mine.since(now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooMany
    try:
        with transaction.atomic():
            return Book.objects.create(kind=kind, framework=framework, query=query, asked_by=by)
    except IntegrityError as error:
        raise Conflict from error


def begin_book(*, pk):
    """Whether the book is ours to make: of two workers one gets it."""
    now = timezone.now()
    free = Book.objects.free_at(now).filter(pk=pk)
    return bool(free.update(heard_at=now, parts=0, done=0))


def go_on_with_book(*, pk, done, **parts):
    """Writes down how many parts are done and, once it is known, of how many `parts`."""
    Book.objects.unfinished().filter(pk=pk).update(heard_at=timezone.now(), done=done, **parts)


def finish_book(*, pk, content):
    """Without `content` it has failed."""
    Book.objects.unfinished().filter(pk=pk).update(
        finished_at=timezone.now(), content=content, has_failed=content is None
    )
