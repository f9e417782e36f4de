"""All headers of every kind of answer, to the letter; only lengths, ids and places are left out."""

import pytest
from django.test import Client

from tests import files
from tests.reporting.views.test_evidence import download, kept

EVERYWHERE = {
    "Content-Security-Policy": "base-uri 'none'; connect-src 'self'; default-src 'none'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; "
    "object-src 'none'; "
    "script-src 'self'; style-src 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), "
    "display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTML = EVERYWHERE | {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Language": "en",
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}
FOR_ONE = {"Cache-Control": "no-store, private"}
TO_ASK_AGAIN = {"Cache-Control": "no-cache, private"}
OF_THE_ADMIN = {
    "Cache-Control": "max-age=0, must-revalidate, no-cache, no-store, private",
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}
LEFT_OUT = {"Content-Length", "X-Request-ID", "ETag", "Expires", "Location"}
LEFT_OUT |= {"Content-Disposition", "Last-Modified"}
SEPARATORS = {"Cache-Control": ", ", "Vary": ", ", "Content-Security-Policy": "; "}
GOAL = "/frameworks/2022-2025/goals/1/"


def headers(response):
    """What stands in no order is put in one."""
    found = {name: value for name, value in response.headers.items() if name not in LEFT_OUT}
    for name, separator in SEPARATORS.items():
        if name in found:
            found[name] = separator.join(sorted(set(found[name].split(separator))))
    return found


def test_page_for_everybody(client, open_round):
    assert headers(client.get(GOAL)) == HTML | TO_ASK_AGAIN


def test_page_for_somebody_signed_in(client_of, viewer, open_round):
    assert headers(client_of(viewer).get(GOAL)) == HTML | FOR_ONE


@pytest.mark.parametrize("address", ["/no-such-page/", "/frameworks/no-such/", "/review/999999/"])
def test_page_that_is_not_there(client_of, secretariat, framework, address):
    response = client_of(secretariat).get(address)

    assert response.status_code == 404
    assert headers(response) == HTML | FOR_ONE


def test_page_that_is_refused(client_of, viewer, framework):
    response = client_of(viewer).get("/review/")

    assert response.status_code == 403
    assert headers(response) == HTML | FOR_ONE


def test_way_to_the_sign_in(client, framework):
    response = client.get("/review/")

    assert response.status_code == 302
    # Nothing in it, so nothing to compress.
    assert headers(response) == HTML | {"Vary": "Accept-Language, Cookie"}


def test_what_was_typed_before_the_session_ended(client, open_round):
    response = client.post("/reporting/2025-H2/1.1/", {"achievements": "Three courses."})

    assert response.status_code == 403
    assert "Three courses." in response.content.decode()
    assert headers(response) == HTML | FOR_ONE


def test_page_for_somebody_on_his_way_in(client, framework):
    client.get("/accounts/invitation/a-token/")
    response = client.get("/accounts/invitation/")

    assert response.status_code == 410
    assert headers(response) == HTML | FOR_ONE


def test_page_of_the_sign_in(client, framework):
    assert headers(client.get("/accounts/login/")) == HTML | OF_THE_ADMIN


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/goals/framework/", "/admin/goals/goal/add/"]
)
def test_page_of_the_admin(client_of, editor, framework, address):
    assert headers(client_of(editor).get(address)) == HTML | OF_THE_ADMIN


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("progress.csv", "text/csv; charset=utf-8"),
        ("progress.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("brief.pdf", "application/pdf"),
    ],
)
def test_file_to_take_along(client, objective, open_round, file, content_type):
    found = headers(client.get(f"{GOAL}{file}"))

    found.pop("Cache-Control", None)
    assert found == HTML | {"Content-Type": content_type}


def test_evidence_is_shut_in_a_sandbox(client_of, reporter, draft):
    item = kept(draft, files.PNG, "map.png")

    response = client_of(reporter).get(download(item))

    assert b"".join(response.streaming_content) == files.PNG
    assert headers(response) == HTML | FOR_ONE | {
        "Content-Security-Policy": "base-uri 'none'; default-src 'none'; frame-ancestors 'none'; "
        "sandbox",
        "Content-Type": "image/png",
    }


def test_error_of_ours(client_of, viewer, framework, monkeypatch):
    monkeypatch.setattr("goals.views.render", lambda *arguments: 1 / 0)
    browser = client_of(viewer)
    browser.raise_request_exception = False

    response = browser.get("/frameworks/")

    assert response.status_code == 500
    assert headers(response) == HTML | FOR_ONE


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "CONNECT", "PROPFIND", "!"])
def test_method_that_nothing_takes(client, framework, method):
    response = client.generic(method, GOAL)

    assert (response.status_code, response.content) == (405, b"")
    assert headers(response) == EVERYWHERE | {
        "Allow": "GET, HEAD, OPTIONS, POST",
        "Content-Type": "text/html; charset=utf-8",
    }


def test_method_that_the_api_does_not_take(client, framework):
    response = client.generic("TRACE", "/api/v1/frameworks")

    assert response.status_code == 405
    assert headers(response) == EVERYWHERE | {
        "Allow": "GET, HEAD, OPTIONS, POST",
        "Content-Type": "application/problem+json",
    }


def test_file_of_a_page(db, settings):
    settings.WHITENOISE_USE_FINDERS = True
    response = Client().get("/static/css/portal.css")

    assert b"".join(response)
    assert headers(response) == EVERYWHERE | {
        "Cache-Control": "max-age=60, public",
        "Content-Type": 'text/css; charset="utf-8"',
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_page_that_is_only_read(client, framework, method):
    assert client.generic(method, GOAL).status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:x"])
def test_other_host_is_refused(client, framework, host):
    response = client.get("/", headers={"host": host})

    assert response.status_code == 400
    assert headers(response) == HTML | {"Vary": "Accept-Encoding, Accept-Language"}


def test_secure_headers_where_the_portal_speaks_https(framework, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True

    hsts = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"}
    assert headers(Client().get("/", secure=True)).items() >= (EVERYWHERE | hsts).items()
    assert (
        headers(Client().generic("TRACE", "/", secure=True)).items() >= (EVERYWHERE | hsts).items()
    )
    led_on = Client().get("/")
    assert led_on.headers["Location"] == "https://testserver/"
    assert headers(led_on) == EVERYWHERE | {"Content-Type": "text/html; charset=utf-8"}


def test_program_is_not_led_from_http_to_https(framework, settings):
    """Or it would send its session in the clear each time, and never know."""
    settings.SECURE_SSL_REDIRECT = True

    response = Client().get("/api/v1/frameworks")

    assert (response.status_code, response.json()["status"]) == (403, 403)
    assert response.json()["detail"].endswith("ask by HTTPS.")
    assert headers(response) == EVERYWHERE | {"Content-Type": "application/problem+json"}
    assert Client().get("/api/v1/frameworks", secure=True).status_code == 200


def test_answer_to_what_watches_the_portal(client, db):
    assert headers(client.get("/healthz")) == HTML | {
        "Content-Type": "text/plain; charset=utf-8",
        "Vary": "Accept-Language, Cookie",
    }


def test_security_txt_names_whom_to_tell(client, db, settings):
    settings.SECURITY_CONTACT = "mailto:security@portal.example"

    response = client.get("/.well-known/security.txt")

    lines = response.content.decode().splitlines()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "Contact: mailto:security@portal.example"
    names = [line.partition(": ")[0] for line in lines]
    assert names == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
