import json
import logging

import pytest
from pythonjsonlogger.json import JsonFormatter

from reporting.models import ProgressReport

SECRETS = ["Achieved in secret", "hidden-query", "a-password-typed", "cookie-value", "csrf-value"]


@pytest.fixture
def lines(caplog):
    """`lines()` are what has been logged so far, as JSON writes it and reads it back."""
    caplog.set_level(logging.INFO, logger="portal.requests")
    formatter = JsonFormatter("%(levelname)s %(name)s %(message)s")
    return lambda: [json.loads(formatter.format(record)) for record in caplog.records]


def test_request_is_one_line(client_of, reporter, france, open_round, objective, lines):
    response = client_of(reporter).get("/reporting/2025-H2/1.1/")

    [line] = lines()
    assert isinstance(line.pop("ms"), float)
    assert line == {
        "levelname": "INFO",
        "name": "portal.requests",
        "message": "request",
        "request_id": response.headers["X-Request-ID"],
        "method": "GET",
        "view": "reporting:report_edit",
        "object": {"round_slug": "2025-H2", "code": "1.1"},
        "status": 200,
        "actor": reporter.pk,
        "country": "FR",
        "refused": False,
    }


def test_refusal_says_who_was_refused_what(client_of, viewer, framework, lines):
    client_of(viewer).get("/review/")

    [line] = [line for line in lines() if line["name"] == "portal.requests"]
    said = {name: line[name] for name in ("levelname", "view", "status", "refused", "actor")}
    assert said == {
        "levelname": "WARNING",
        "view": "reporting:review_queue",
        "status": 403,
        "refused": True,
        "actor": viewer.pk,
    }


def test_address_that_is_none_names_no_view(client, db, lines):
    client.get("/no-such-page/hidden-query/")

    [line] = [line for line in lines() if line["name"] == "portal.requests"]
    assert (line["view"], line["object"], line["status"]) == (None, {}, 404)


def test_error_is_a_line_too(client_of, viewer, framework, lines, monkeypatch):
    monkeypatch.setattr("goals.views.render", lambda *arguments: 1 / 0)
    browser = client_of(viewer)
    browser.raise_request_exception = False

    browser.get("/frameworks/")

    line = lines()[-1]
    assert (line["name"], line["levelname"]) == ("portal.requests", "ERROR")
    assert (line["status"], line["actor"]) == (500, viewer.pk)


def test_no_line_holds_what_nobody_may_read(client_of, client, reporter, draft, caplog, lines):
    ours = client_of(reporter)
    ours.post(
        "/reporting/2025-H2/1.1/",
        {"achievements": "Achieved in secret", "version": draft.version, "token": "csrf-value"},
    )
    ours.get("/search/?q=hidden-query")
    client.cookies["other"] = "cookie-value"
    client.post("/accounts/login/", {"login": reporter.email, "password": "a-password-typed"})
    client.get("/accounts/password/reset/MQ/csrf-value/")
    client.get("/accounts/password/reset/MQ/csrf-value/csrf-value/")

    assert len([line for line in lines() if line["name"] == "portal.requests"]) == 5
    written = "\n".join(map(json.dumps, lines())) + caplog.text
    assert [secret for secret in [*SECRETS, reporter.email] if secret in written] == []
    assert ProgressReport.objects.get().achievements == "Achieved in secret"
