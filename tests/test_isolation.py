"""No country's words reach another: a sample of what `python -m tests.sweep` looks through."""

import os
import sys

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import override_settings

from reporting.models import Book, Evidence, ProgressReport, Submission, WorkbookUpload
from tests.sweep.marks import TEXT, may_see
from tests.sweep.posting import Posting
from tests.sweep.reading import briefs_as_text
from tests.sweep.walk import Sweep, every_mark
from tests.sweep.world import World

PROBES = int(os.environ.get("SWEEP_PROBES", "800"))
COUNTRIES = 5


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once: what looks at it changes nothing, or is rolled back."""
    evidence = tmp_path_factory.getbasetemp() / "evidence"
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(EVIDENCE_DIR=evidence):
            yield World(COUNTRIES)
        transaction.set_rollback(True)


@pytest.fixture
def sweep(db, world, settings):
    settings.KEEP_PAGES = True
    with briefs_as_text():
        yield Sweep(world)
    caches["pages"].clear()


def reader_named(world, name):
    return next(each for each in world.readers if each.name == name)


def test_nobody_finds_what_is_not_for_him(sweep):
    for _probe in sweep.run(PROBES):
        pass

    assert (sweep.leaks, sweep.failures) == ([], [])
    # Each kind of text was shown to those whom it is for, and no route was left out.
    assert (sweep.unseen, sweep.unvisited) == (set(), set())


# Where access is decided, and the route on which it shows when that is left out.
GUARDS = [
    ("reporting.views.reports", "report_detail", [(ProgressReport, "visible_to")]),
    ("reporting.views.evidence", "evidence_download", [(Evidence, "visible_to")]),
    ("reporting.models.evidence", "submission_detail", [(Evidence, "visible_to")]),
    (
        "reporting.views.history",
        "submission_detail",
        [(Submission, "known_to")],
    ),
    ("reporting.search", "search", [(ProgressReport, "visible_to")]),
    ("reporting.views.workbook", "workbook_check", [(WorkbookUpload, "acceptable_by")]),
    ("reporting.views.books", "book_file", [(Book, "of")]),
]


@pytest.mark.parametrize(("module", "route", "guards"), GUARDS, ids=[each[0] for each in GUARDS])
def test_sweep_finds_what_a_missing_guard_lets_out(monkeypatch, sweep, module, route, guards):
    for model, word in guards:
        queryset = type(model.objects.all())
        monkeypatch.setattr(queryset, word, left_out_in(module, getattr(queryset, word)))

    for _probe in range(300):
        if sweep.leaks:
            return
        name = f"reporting:{route}"
        reader = sweep.random.choice(sweep.readers)
        query = sweep.queries.draw(name) if route == "search" else ""
        sweep.look(reader, sweep.addresses.draw(name, reader.country) + query, "GET")

    pytest.fail("Nothing was found.")


def left_out_in(module, guard):
    """The guard, but not where this module calls it."""

    def left_out(queryset, *people):
        caller = sys._getframe(1)
        # A manager hands its words on to its queryset.
        if caller.f_globals["__name__"] == "django.db.models.manager":
            caller = caller.f_back
        return queryset if caller.f_globals["__name__"] == module else guard(queryset, *people)

    return left_out


def test_search_counts_nothing_that_is_hidden(sweep):
    found = 0
    others = [reader_named(sweep.world, name) for name in ("anonymous", "viewer", "reviewer")]
    for reader in [*others, *sweep.world.readers_of(sweep.world.countries[0])[:1]]:
        for mark in filter(lambda mark: mark.kind == TEXT, every_mark()):
            page = sweep.browsers[str(reader)].get(f"/search/?kind=report&q={mark.stem}")
            [group] = page.context["groups"]
            assert not group.number or may_see(reader, mark), (str(reader), str(mark))
            found += group.number

    assert found > 50


def test_no_form_changes_what_is_anothers(sweep):
    posting = Posting(sweep)
    _reporter, focal_point = sweep.world.readers_of(sweep.world.countries[0])
    for reader in [reader_named(sweep.world, "reviewer"), focal_point]:
        posting.run(reader, times=1)

    assert (posting.changed, posting.failures) == ([], [])
    assert posting.posts > 120
