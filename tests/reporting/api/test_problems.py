"""What cannot be answered is said in a sentence, as JSON, whatever was asked."""

import pytest
from django.db import OperationalError
from django.test import Client

from reporting.api import progress
from tests.factories import FrameworkFactory, ReportingRoundFactory
from tests.reporting.api.asking import API, PROBLEM, problem
from tests.reporting.api.test_access import FIGURES
from tests.reporting.api.test_examples import ASKED

PROGRESS = FIGURES[0]
LISTS = [f"{API}{name}" for name in ("frameworks", "regions", "snapshots")]


@pytest.mark.parametrize("address", FIGURES)
def test_round_that_is_not_there_is_told_with_those_that_are(client, world, address):
    status, found = problem(client, f"{address}?round=2099")

    assert (status, found["detail"]) == (404, "There is no round “2099” here.")
    assert (found["parameter"], found["there_are"]) == ("round", ["2025-H2", "2025-H1"])


@pytest.mark.parametrize("address", FIGURES)
def test_region_that_is_not_there_is_told_with_those_that_are(client, world, address):
    status, found = problem(client, f"{address}?region=eur")

    assert (status, found["detail"]) == (404, "There is no region “eur”.")
    assert found["there_are"] == ["AFR", "ASI", "EUR"]


@pytest.mark.parametrize("address", FIGURES)
def test_snapshot_that_is_not_there_is_not_found(client, frozen, address):
    for number in ["2", "0", "", "x", "-1", "1.0", "9" * 40, "١", "1_0", " 1"]:
        status, found = problem(client, f"{address}?snapshot={number}")

        assert status == 404
        assert found["type"].endswith("/api/v1/docs#problem-not-found")


def test_round_and_snapshot_of_another_framework_are_not_found(client, frozen):
    other = FrameworkFactory(slug="other")
    ReportingRoundFactory(framework=other, slug="elsewhere")

    for query in ("?round=elsewhere", "?round=2025-H2&snapshot=9"):
        assert problem(client, PROGRESS + query)[0] == 404
    assert problem(client, f"{API}frameworks/other/progress?snapshot=1")[0] == 404


def test_framework_without_a_round_says_so(client, db):
    FrameworkFactory(slug="new")

    status, found = problem(client, f"{API}frameworks/new/progress")

    assert (status, found["detail"]) == (404, "No round of this framework has opened yet.")
    assert found["type"].endswith("#problem-no-figures")


def test_unknown_parameter_is_refused(client, frozen):
    """A misspelt filter would be none, and the answer another than was asked for."""
    for address in ASKED.values():
        status, found = problem(client, f"{address.partition('?')[0]}?rund=2025-H1")

        assert (status, found["parameter"]) == (400, "rund")
        assert found["detail"].startswith("There is no parameter “rund” here. There are: ")


@pytest.mark.parametrize("query", ["round=2025-H1&round=2025-H2", "region=&region=EUR"])
def test_parameter_that_is_given_twice_is_refused(client, world, query):
    status, found = problem(client, f"{PROGRESS}?{query}")

    said = f"The parameter “{query.partition('=')[0]}” is given more than once."
    assert (status, found["detail"]) == (400, said)


@pytest.mark.parametrize(("name", "most"), [("page", 999_999), ("page_size", 100)])
@pytest.mark.parametrize("address", [PROGRESS, *LISTS])
def test_page_that_is_no_number_is_refused(client, world, address, name, most):
    for value in ["0", "x", "", "1.5", "-1", "1_0", "٣", "9" * 5000, f"{most + 1}"]:
        status, found = problem(client, f"{address}?{name}={value}")

        assert (status, found["parameter"]) == (400, name)
        assert found["detail"].endswith(f"It must be a whole number from 1 to {most}.")


def test_page_size_is_at_most_a_hundred(client, world):
    assert client.get(f"{PROGRESS}?page_size=100").status_code == 200
    assert problem(client, f"{PROGRESS}?page_size=101")[0] == 400


@pytest.mark.parametrize("address", [PROGRESS, *LISTS])
def test_page_after_the_last_is_not_found(client, world, address):
    status, found = problem(client, f"{address}?page=9")

    assert (status, found["detail"]) == (404, "There is no page 9: the last one is 1.")


NOWHERE = [
    f"{API}nothing",
    f"{API}frameworks/",
    f"{API}frameworks/nope",
    f"{API}frameworks/nope/progress",
    f"{API}frameworks/nope/indicators",
    f"{API}frameworks/2022-2025/goals/9/progress",
    f"{API}frameworks/2022-2025/goals/x/progress",
    f"{API}frameworks/2022-2025/goals/{'9' * 400}/progress",
    f"{API}frameworks/2022-2025/objectives/9.9/progress",
    f"{API}frameworks/2022-2025/objectives/01.1/progress",
    f"{API}frameworks/2022-2025/objectives/{'9' * 400}.1/progress",
    f"{API}frameworks/{'x' * 4000}/progress",
    f"{API}frameworks/ü/progress",
    f"{API}frameworks/%00/progress",
    f"{PROGRESS}?round=%00",
    f"{PROGRESS}?%00=1",
]


def test_address_that_leads_nowhere_is_not_found(client, world):
    found = {address: problem(client, address)[0] for address in NOWHERE}

    assert found == dict.fromkeys(NOWHERE, 404)


def test_long_value_is_not_repeated_as_a_whole(client, world):
    status, found = problem(client, f"{PROGRESS}?round={'x' * 5000}")

    assert (status, len(found["detail"])) == (404, 201)
    assert len(problem(client, f"{PROGRESS}?{'x' * 5000}=1")[1]["detail"]) < 200


def test_too_many_parameters_are_refused(client, world):
    assert problem(client, f"{PROGRESS}?{'&'.join(f'a{n}=1' for n in range(1500))}")[0] == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_refused(frozen, method):
    """With the check against forged forms in force, as it is outside of tests."""
    client = Client(enforce_csrf_checks=True)
    for address in ASKED.values():
        response = getattr(client, method)(address)

        assert (response.status_code, response["Content-Type"]) == (405, PROBLEM)
        assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_options_are_told(client, frozen):
    for address in ASKED.values():
        response = client.options(address)

        assert (response.status_code, response.content) == (204, b"")
        assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_foreign_host_is_refused_in_json(client, db):
    response = client.get(f"{API}frameworks", headers={"Host": "elsewhere.example"})

    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("gone"), 503), (RuntimeError("a mistake"), 500)]
)
def test_failure_is_told_in_json_and_tells_nothing_else(client, world, monkeypatch, error, status):
    def fail(*args):
        raise error

    monkeypatch.setattr(progress, "framework_page_or_404", fail)
    client.raise_request_exception = False
    response = client.get(PROGRESS)

    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    assert str(error) not in response.content.decode()
    assert response.get("Retry-After") == ("60" if status == 503 else None)


def test_pages_of_the_portal_keep_their_words(client, db):
    response = client.get("/nothing/")

    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
