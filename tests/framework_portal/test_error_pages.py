import errno

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from goals.models import Framework
from tests.pages import links, texts

HOME = reverse("reporting:home")
LIST = reverse("goals:framework_list")


@pytest.fixture
def failing(monkeypatch):
    """`failing(error)` makes the list of frameworks fail with it."""

    def fail(error):
        def raise_it(queryset):
            raise error

        monkeypatch.setattr(Framework.objects._queryset_class, "with_counts", raise_it)
        return Client(raise_request_exception=False).get(LIST)

    return fail


def shown(response):
    return response.status_code, texts(response, "h1"), texts(response, "title")[0]


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (SuspiciousOperation("secret"), 400, "The request could not be read"),
        (PermissionDenied, 403, "You do not have access to this page"),
        (RuntimeError("secret"), 500, "Something went wrong here"),
    ],
)
def test_error_has_a_page_of_our_own(failing, db, error, status, heading):
    response = failing(error)

    assert shown(response) == (status, [heading], f"{heading} – Framework Portal")
    assert links(response, "main") == [HOME]
    assert "secret" not in response.content.decode()


def test_missing_page_is_our_own(client, db):
    response = client.get("/no-such-page/")

    heading = "There is no such page"
    assert shown(response) == (404, [heading], f"{heading} – Framework Portal")
    assert links(response, "main") == [HOME]


def test_missing_page_knows_who_is_signed_in(client_of, viewer):
    assert texts(client_of(viewer).get("/no-such-page/"), "div", class_="site-person") == [
        "Vera Viewer Sign out"
    ]


def test_form_from_before_signing_in_is_refused_with_a_page_of_our_own(viewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)

    response = client.post(reverse("members:profile"), {"name": "Other"})

    heading = "The form has expired"
    assert shown(response) == (403, [heading], f"{heading} – Framework Portal")


def test_another_host_is_refused(client, db):
    response = client.get(HOME, headers={"host": "evil.example"})

    assert shown(response)[:2] == (400, ["The request could not be read"])


def test_too_many_fields_are_refused(client, framework):
    response = client.get(HOME, {f"field{n}": "" for n in range(1001)})

    assert shown(response)[:2] == (400, ["The request could not be read"])


def test_healthz_is_well(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_healthz_tells_of_a_data_base_that_does_not_answer(client, db, monkeypatch):
    def cursor():
        raise OperationalError("password of the data base")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", cursor)
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (503, b"database does not answer\n")


def test_healthz_asks_the_data_base_once(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/healthz")


class FullDisk(FileUploadHandler):
    def receive_data_chunk(self, raw_data, start):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_an_upload_that_does_not_fit_on_the_disk_is_answered_as_that(viewer, settings):
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.FullDisk"]
    client = Client(raise_request_exception=False)
    client.force_login(viewer)

    response = client.post(reverse("members:profile"), {"file": SimpleUploadedFile("a.txt", b"a")})

    assert shown(response)[:2] == (507, ["There is no room for files at the moment"])
