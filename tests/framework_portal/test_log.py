import io
import json
import logging
import runpy

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pythonjsonlogger.json import JsonFormatter

from framework_portal import settings
from framework_portal.log import Failures, Formatter, told
from reporting.models import Book, ProgressReport, WorkbookUpload
from tests.factories import DelegationFactory, EvidenceFactory

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
        "refused_for": None,
    }


def test_refusal_says_who_was_refused_what(client_of, viewer, framework, lines):
    client_of(viewer).get("/review/")

    [line] = [line for line in lines() if line["name"] == "portal.requests"]
    said = {name: line[name] for name in ("levelname", "view", "status", "refused_for", "actor")}
    assert said == {
        "levelname": "WARNING",
        "view": "reporting:review_queue",
        "status": 403,
        "refused_for": "not allowed",
        "actor": viewer.pk,
    }


def test_address_that_is_none_names_no_view(client, db, lines):
    client.get("/no-such-page/hidden-query/")

    [line] = [line for line in lines() if line["name"] == "portal.requests"]
    assert (line["view"], line["object"], line["status"]) == (None, {}, 404)
    assert (line["refused"], line["levelname"]) == (False, "INFO")


@pytest.fixture
def refused(lines):
    """`refused(response)` is the status, the reason, who and what of its one line, a warning."""

    def told(response):
        number = response.headers["X-Request-ID"]
        [line] = [each for each in lines() if each.get("request_id") == number]
        assert (line["levelname"], line["refused"]) == ("WARNING", True)
        who = line["actor"], line["country"]
        return line["status"], line["refused_for"], who, line["object"]

    return told


def somebody(user):
    return user.pk, user.country.iso2 if user.country else None


NOBODY = None, None


@pytest.fixture
def rows_of_france(approved, focal_point, reporter, open_round):
    """{address: what its line names} of France's own rows."""
    evidence = EvidenceFactory(report=approved, added_by=reporter)
    more = {"changes": [], "errors": [], "uploaded_by": reporter}
    upload = WorkbookUpload.objects.create(round=open_round, country=reporter.country, **more)
    book = Book.objects.create(framework=open_round.framework, asked_by=reporter)
    receipt = approved.submissions.get().receipt_number
    delegation = DelegationFactory(given_by=focal_point, given_to=reporter)
    return {
        f"/reporting/evidence/{evidence.pk}/": {"pk": str(evidence.pk)},
        f"/reporting/workbooks/{upload.pk}/": {"pk": str(upload.pk)},
        f"/books/{book.pk}/": {"pk": str(book.pk)},
        f"/reporting/submissions/{receipt}/": {"receipt_number": receipt},
        "/frameworks/2022-2025/countries/FR/": {"slug": "2022-2025", "iso2": "FR"},
        "/accounts/people/FR/": {"iso2": "FR"},
        f"/accounts/delegation/{delegation.pk}/end/": {"pk": str(delegation.pk)},
    }


def test_what_is_somebody_elses_is_refused_in_the_log_alone(
    client_of, neighbour, rows_of_france, refused
):
    theirs = client_of(neighbour)
    for address, named in rows_of_france.items():
        ask = theirs.post if address.endswith("/end/") else theirs.get

        assert refused(ask(address)) == (404, "not his", somebody(neighbour), named)


def test_what_is_missing_is_no_refusal(client_of, neighbour, rows_of_france, lines):
    theirs = client_of(neighbour)
    theirs.get("/reporting/evidence/987654321/")
    theirs.get("/reporting/submissions/2000-NONE/")
    theirs.get("/frameworks/2022-2025/countries/XX/")

    found = [line for line in lines() if line["name"] == "portal.requests"]
    assert [(each["status"], each["refused"]) for each in found] == [(404, False)] * 3


def test_draft_is_refused_to_a_reviewer(client_of, secretariat, draft, refused):
    response = client_of(secretariat).get(f"/review/{draft.pk}/")

    named = {"pk": str(draft.pk)}
    assert refused(response) == (404, "not his", somebody(secretariat), named)


def test_foreign_report_among_several_is_refused(client_of, neighbour, submitted, refused):
    form = {"report": f"{submitted.pk}:2"}

    response = client_of(neighbour).post("/reporting/2025-H2/submit/", form)

    named = {"round_slug": "2025-H2"}
    assert refused(response) == (404, "not his", somebody(neighbour), named)


def test_figures_for_members_are_refused_to_a_stranger(client, framework, open_round, refused):
    framework.results_visibility = "members"
    framework.save()

    response = client.get("/frameworks/2022-2025/progress.csv")

    assert refused(response)[:3] == (404, "members only", NOBODY)


def test_who_is_not_signed_in_is_refused(client, open_round, refused):
    assert refused(client.get("/reporting/")) == (302, "not signed in", NOBODY, {})


@pytest.fixture
def written():
    """The names of the loggers whose records come to the root, which writes them."""
    names = []

    class Probe(logging.Handler):
        def emit(self, record):
            names.append(record.name)

    probe = Probe()
    logging.getLogger().addHandler(probe)
    yield names
    logging.getLogger().removeHandler(probe)


def test_form_without_its_token_is_refused(viewer, framework, refused, written):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(viewer)

    response = browser.post("/accounts/profile/", {"name": "hidden-query"})

    assert refused(response) == (403, "csrf", somebody(viewer), {})
    # Django's own line, which would have the address in it, is not.
    assert written == ["portal.requests"]


def test_another_host_is_refused(db, refused, written):
    response = Client(raise_request_exception=False).get("/", SERVER_NAME="hidden-query.example")

    assert refused(response) == (400, "DisallowedHost", NOBODY, {})
    assert written == ["portal.requests"]


def test_body_that_no_page_sends_is_refused(client_of, viewer, framework, refused, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    browser = client_of(viewer)
    browser.raise_request_exception = False

    response = browser.post("/accounts/profile/", {f"hidden-query-{n}": "" for n in range(9)})

    assert refused(response)[:3] == (400, "TooManyFieldsSent", somebody(viewer))


def test_nul_is_refused(client, db, refused):
    assert refused(client.get("/search/?q=%00")) == (404, "NUL", NOBODY, {})


def test_wrong_state_is_refused(client_of, secretariat, approved, refused):
    form = {"version": approved.version}

    response = client_of(secretariat).post(f"/review/{approved.pk}/approve/", form)

    named = {"pk": str(approved.pk)}
    assert refused(response) == (409, "state", somebody(secretariat), named)


def test_too_often_is_refused(client_of, reporter, framework, refused, settings):
    settings.LIMIT_REQUESTS = True
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"search": "1/m/user"}
    ours = client_of(reporter)
    ours.get("/search/?q=training")

    response = ours.get("/search/?q=training")

    assert refused(response) == (429, "too often", somebody(reporter), {})


def test_session_that_was_tampered_with_is_a_line(client, viewer, framework, lines):
    client.force_login(viewer)
    Session.objects.update(session_data="hidden-query:forged")
    client.get("/reporting/")

    assert "SuspiciousSession" in [line.get("refused_for") for line in lines()]


def test_log_asks_nothing_of_a_page_that_opens(client_of, reporter, draft):
    """And one query of a row that is not shown, whether it is there or not."""
    ours, counts = client_of(reporter), []
    for pk in (draft.pk, 987_654_321):
        with CaptureQueriesContext(connection) as queries:
            ours.get(f"/reporting/reports/{pk}/")
        asked = [each for each in queries if 'FROM "reporting_progressreport"' in each["sql"]]
        counts.append(len(asked))

    assert counts == [1, 2]


def test_error_is_a_line_too(client_of, viewer, framework, lines, monkeypatch):
    monkeypatch.setattr("goals.views.render", lambda *arguments: 1 / 0)
    browser = client_of(viewer)
    browser.raise_request_exception = False

    browser.get("/frameworks/")

    line = lines()[-1]
    assert (line["name"], line["levelname"]) == ("portal.requests", "ERROR")
    assert (line["status"], line["actor"]) == (500, viewer.pk)


@pytest.fixture
def failures():
    """What is written of failures where each request has a line."""
    stream, logger = io.StringIO(), logging.getLogger("django.request")
    handler, without_address = logging.StreamHandler(stream), Failures()
    handler.setFormatter(Formatter("%(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.addFilter(without_address)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.removeFilter(without_address)


def test_failure_tells_where_it_was_and_nothing_that_was_in_hand(
    client, framework, failures, monkeypatch
):
    def fail(*arguments):
        try:
            raise KeyError(SECRETS[0])
        except KeyError as error:
            raise ValueError(SECRETS[1]) from error

    monkeypatch.setattr("members.views_invitation.redirect", fail)
    client.raise_request_exception = False
    response = client.get("/accounts/invitation/csrf-value/")

    [failure] = failures()
    assert failure["request_id"] == response.headers["X-Request-ID"]
    kinds = [line for line in failure["exc_info"].splitlines() if line.endswith("Error")]
    assert kinds == ["KeyError", "ValueError"]
    assert "views_invitation.py" in failure["exc_info"]
    assert [secret for secret in SECRETS if secret in json.dumps(failure)] == []


def test_failure_of_the_data_base_says_what_is_wrong_with_it(db):
    try:
        raise OperationalError("the connection was refused")
    except OperationalError as error:
        assert list(told(error))[-1] == "OperationalError: the connection was refused"


def test_log_of_production_is_written_so(monkeypatch):
    monkeypatch.setenv("LOG_REQUESTS", "1")
    logging_of = runpy.run_path(settings.__file__)["LOGGING"]

    assert logging_of["loggers"]["django.request"]["filters"] == ["failures"]
    assert logging_of["formatters"]["json"]["()"] == "framework_portal.log.Formatter"
    assert logging_of["root"]["handlers"] == ["json"]


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
