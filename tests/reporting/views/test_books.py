"""All briefs of a framework as one archive, made by a task."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from goals.models import Framework
from members.models import Role
from reporting import actions
from reporting.models import Book
from reporting.views import binding
from reporting.views.binding import make_book
from tests.factories import GoalFactory, MembershipFactory, ObjectiveFactory
from tests.pages import elements, links, texts
from tests.reporting.views.figures import FRAMEWORK, report

ASK = f"{FRAMEWORK}book/"


@pytest.fixture
def figures(objective, open_round, europe):
    report(objective, open_round, europe, *[40] * 6)


def asked(framework, by, **fields):
    return Book.objects.create(framework=framework, asked_by=by, **fields)


def test_book_has_the_brief_of_each_and_the_figures(client_of, viewer, figures):
    ours = client_of(viewer)

    page = ours.post(f"{ASK}?region=EUR", follow=True)

    book = Book.objects.get()
    assert texts(page, "h1") == ["Book of all briefs"]
    assert links(page, "section", id="book") == [f"/books/{book.pk}/file/"]
    response = ours.get(f"/books/{book.pk}/file/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="2022-2025-book.zip"'
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.namelist() == [
        "0-framework.pdf",
        "1-goal.pdf",
        "2-goal.pdf",
        *(f"{code}-objective.pdf" for code in ("1.1", "1.2", "2.1", "2.2")),
        "figures.xlsx",
    ]
    assert {archive.read(name)[:5] for name in archive.namelist()[:-1]} == {b"%PDF-"}
    assert (book.done, book.parts, book.query) == (8, 8, "region=EUR")


def test_goal_without_objectives_has_no_brief_in_it(client_of, viewer, figures, framework):
    GoalFactory(framework=framework, number=9)

    client_of(viewer).post(ASK)

    assert Book.objects.get().is_ready


def test_book_of_a_snapshot_has_what_there_was_then(
    client_of, viewer, figures, framework, open_round, secretariat
):
    proposal = actions.propose_snapshot(reporting_round=open_round, reason="x", by=secretariat)
    colleague = MembershipFactory(role=Role.REVIEWER).user
    actions.confirm_snapshot(snapshot=proposal, by=colleague)
    ObjectiveFactory(goal=GoalFactory(framework=framework, number=9))

    client_of(viewer).post(f"{ASK}?snapshot=1")

    book = Book.objects.get()
    assert book.is_ready
    names = zipfile.ZipFile(io.BytesIO(bytes(book.content))).namelist()
    assert [name for name in names if name.startswith("9")] == []
    assert book.parts == 8


@pytest.mark.parametrize("query", ["?round=nope", "?region=ZZZ", "?snapshot=9", "?snapshot=x"])
def test_book_of_a_wrong_filter_is_not_made(client_of, viewer, figures, query):
    page = client_of(viewer).post(ASK + query)
    assert (page.status_code, links(page, "main")) == (404, [f"{FRAMEWORK}progress/"])
    assert texts(page, "p", class_="lede")[0].startswith(
        ("Round: ", "Region: ", "There is no snap")
    )
    assert Book.objects.count() == 0


def test_stranger_asks_for_none(client, figures):
    assert client.post(ASK).url.startswith("/accounts/login/")
    assert Book.objects.count() == 0


def test_book_is_asked_for_by_post_alone(client_of, viewer, figures):
    assert client_of(viewer).get(ASK).status_code == 405


@pytest.mark.parametrize("place", ["", "file/"])
def test_book_is_its_askers_alone(client_of, viewer, secretariat, figures, place):
    client_of(viewer).post(ASK)
    address = f"/books/{Book.objects.get().pk}/{place}"

    assert client_of(secretariat).get(address).status_code == 404
    assert client_of(viewer).get(address).status_code == 200


def test_progress_is_a_bar_with_words_and_looks_again_by_itself(client_of, viewer, framework):
    book = asked(framework, viewer, done=7, parts=22, heard_at=timezone.now())

    page = client_of(viewer).get(f"/books/{book.pk}/")

    [bar] = elements(page, "progress")
    attributes = dict(bar.attributes)
    assert (attributes["value"], attributes["max"]) == ("7", "22")
    assert texts(page, "label", **{"for": "progress"}) == ["7 of 22 parts are done."]
    [section] = elements(page, "section", id="book")
    assert dict(section.attributes)["hx-trigger"] == "every 2s"
    assert client_of(viewer).get(f"/books/{book.pk}/file/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "parts", "words"),
    [
        ("briefs", 1, "1 file;"),
        ("briefs", 8, "8 files;"),
        ("reports", 1, "1 line;"),
        ("reports", 1200, "1,200 lines;"),
    ],
)
def test_what_is_done_says_how_much_it_is(client_of, viewer, framework, kind, parts, words):
    book = asked(framework, viewer, kind=kind, parts=parts, done=parts, finished_at=timezone.now())

    page = client_of(viewer).get(f"/books/{book.pk}/")

    assert any(text.startswith(words) for text in texts(page, "span", class_="quiet"))


def test_book_that_waits_says_so(client_of, viewer, framework):
    book = asked(framework, viewer)

    page = client_of(viewer).get(f"/books/{book.pk}/")

    assert texts(page, "label", **{"for": "progress"}) == ["It waits for its turn."]


def test_book_that_failed_can_be_asked_for_again(client_of, viewer, figures, monkeypatch):
    def fails(book):
        raise RuntimeError("of no concern")

    monkeypatch.setattr(binding.OfBriefs, "content", fails)
    page = client_of(viewer).post(f"{ASK}?region=EUR", follow=True)
    assert texts(page, "p", class_="alert-danger")[0].startswith("It could not be made.")
    assert "of no concern" not in page.content.decode()
    monkeypatch.undo()
    [form] = elements(page, "form", action=f"{ASK}?region=EUR")

    again = client_of(viewer).post(dict(form.attributes)["action"], follow=True)

    assert texts(again, "a", class_="btn-primary") == ["Download the book"]


def test_book_that_fails_before_its_first_part_can_be_asked_for_again(viewer, figures, framework):
    book = actions.ask_book(framework=framework, query="round=gone", by=viewer)

    make_book.enqueue(book.pk)

    book.refresh_from_db()
    assert book.has_failed
    assert actions.ask_book(framework=framework, query="", by=viewer)


def test_books_count_for_no_limit_of_their_reader(client_of, viewer, figures, settings):
    settings.LIMIT_REQUESTS = True
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"briefs": "3/m/user"}

    for _time in "12":
        client_of(viewer).post(ASK)

    assert [book.is_ready for book in Book.objects.all()] == [True, True]
    assert client_of(viewer).get(f"{FRAMEWORK}brief.pdf").status_code == 200


def test_book_that_is_finished_between_two_looks_is_shown(
    client_of, viewer, figures, framework, monkeypatch
):
    def conflicts(**asked_for):
        raise actions.Conflict

    monkeypatch.setattr(actions, "ask_book", conflicts)
    assert client_of(viewer).post(ASK).url == FRAMEWORK
    book = asked(framework, viewer, finished_at=timezone.now(), content=b"x")
    assert client_of(viewer).post(ASK).url == f"/books/{book.pk}/"


def test_one_at_a_time(client_of, viewer, figures, framework):
    book = asked(framework, viewer, heard_at=timezone.now())

    response = client_of(viewer).post(ASK)

    assert response.url == f"/books/{book.pk}/"
    assert Book.objects.count() == 1


def test_ten_an_hour(client_of, viewer, figures, framework):
    for _number in range(10):
        asked(framework, viewer, finished_at=timezone.now())

    page = client_of(viewer).post(ASK, follow=True)

    assert "You have asked for ten books in an hour. Please try later." in page.content.decode()
    assert Book.objects.count() == 10


def test_of_two_workers_one_makes_it(framework, viewer):
    book = asked(framework, viewer)

    assert [actions.begin_book(pk=book.pk) for _ in range(2)] == [True, False]


def test_book_whose_maker_died_is_made_by_another(framework, viewer):
    book = asked(framework, viewer, heard_at=timezone.now() - timedelta(minutes=6), done=2, parts=3)

    assert actions.begin_book(pk=book.pk)
    book.refresh_from_db()
    assert book.done == 0


def test_person_is_not_kept_from_asking_by_a_maker_that_died(client_of, viewer, figures, framework):
    dead = asked(framework, viewer, heard_at=timezone.now() - timedelta(minutes=6))

    client_of(viewer).post(ASK)

    dead.refresh_from_db()
    assert dead.has_failed
    assert Book.objects.exclude(pk=dead.pk).get().is_ready


def test_book_made_in_another_role_is_gone_when_one_asks_again(framework, viewer):
    asked(framework, viewer, finished_at=timezone.now(), content=b"x")
    Book.objects.update(asked_as="reviewer")

    actions.ask_book(framework=framework, query="", by=viewer)

    assert not Book.objects.filter(asked_as="reviewer").exists()


def test_book_is_gone_after_a_day(client_of, viewer, figures, framework):
    at = timezone.now() - timedelta(days=1, minutes=1)
    old = asked(framework, viewer, asked_at=at, finished_at=at, content=b"x")

    client_of(viewer).post(ASK)

    assert not Book.objects.filter(pk=old.pk).exists()


def test_book_follows_who_may_see_the_figures(client_of, viewer, figures):
    client_of(viewer).post(ASK)
    Framework.objects.update(results_visibility="members")

    assert client_of(viewer).get(f"/books/{Book.objects.get().pk}/file/").status_code == 200


def test_front_page_offers_it_to_whom_it_would_serve(client, client_of, viewer, figures):
    assert elements(client.get("/"), "form", action=ASK) == []
    assert (
        len(elements(client_of(viewer).get("/?region=EUR"), "form", action=f"{ASK}?region=EUR"))
        == 1
    )
