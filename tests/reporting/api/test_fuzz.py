"""Whatever is asked for, the API answers or says why not, in JSON, and never fails."""

import json

import pytest
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reporting.api.asking import API, PROBLEM

NAMES = ["round", "region", "snapshot", "page", "page_size"]
# What there is, what is nearly that, and what breaks parsers.
KNOWN = ["2025-H1", "2025-H2", "EUR", "ASI", "1", "2", "3", "100", "2022-2025", "1.1", "", " 1"]
ODD = ["\0", "1\n", "١", "٢٠٢٥", "1_0", "-1", "1e9", "0x1", "9" * 400, "x" * 9000, "%", "%%30"]
ODD += ["'", '"', "<script>", "\u202e", "\ud800", "2025-h2", "EUR,AFR", "None", "null", "true"]
VALUES = st.one_of(
    st.sampled_from(KNOWN), st.sampled_from(ODD), st.text(max_size=40), st.integers().map(str)
)
QUERIES = st.lists(
    st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), VALUES), max_size=5
)
PLACES = st.one_of(
    st.sampled_from(["", "frameworks", "regions", "snapshots", "docs", "openapi.json"]),
    st.builds(
        "frameworks/{}/{}".format,
        st.sampled_from(["2022-2025", "2022-2025", "nope", "ü", "%00", "x" * 3000]),
        st.one_of(
            st.sampled_from(["progress", "indicators", "", "goals/1/progress"]),
            st.builds("goals/{}/progress".format, VALUES),
            st.builds("objectives/{}/progress".format, VALUES),
            st.builds("objectives/{}.{}/progress".format, st.integers(), st.integers()),
            VALUES,
        ),
    ),
    VALUES,
)
METHODS = st.sampled_from(["GET"] * 8 + ["HEAD", "OPTIONS", "POST", "DELETE", "PUT", "ODD"])


def asked(pairs, errors="replace"):
    return urlencode(
        [(name.encode("utf-8", errors), value.encode("utf-8", errors)) for name, value in pairs]
    )


@pytest.fixture
def patient(client, frozen):
    """Sees a failure as its reader does: as an answer."""
    client.raise_request_exception = False
    return client


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=PLACES, pairs=QUERIES, method=METHODS)
def test_nothing_that_is_asked_makes_it_fail(patient, place, pairs, method):
    path = API + place.encode("utf-8", "replace").decode()
    response = patient.generic(method, path, QUERY_STRING=asked(pairs))

    assert response.status_code < 500
    if response.status_code >= 400:
        assert response["Content-Type"] == PROBLEM
        if method != "HEAD":
            assert json.loads(response.content)["status"] == response.status_code


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.binary(max_size=60))
def test_no_bytes_in_a_query_make_it_fail(patient, query):
    raw = query.decode("latin-1")
    response = patient.get(f"{API}frameworks/2022-2025/progress", QUERY_STRING=raw)

    assert response.status_code in (200, 400, 404)
    if response.status_code != 200:
        assert response["Content-Type"] == PROBLEM


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    region=st.sampled_from(["", "AFR", "ASI", "EUR"]),
    reporting_round=st.sampled_from(["", "2025-H1", "2025-H2"]),
    snapshot=st.sampled_from([None, "1"]),
    size=st.integers(1, 100),
)
def test_filters_that_there_are_have_answers(patient, region, reporting_round, snapshot, size):
    pairs = {"region": region, "round": reporting_round, "page_size": size}
    pairs |= {"snapshot": snapshot} if snapshot else {}
    for place in ("progress", "goals/1/progress", "goals/2/progress", "indicators"):
        response = patient.get(f"{API}frameworks/2022-2025/{place}", pairs)
        assert response.status_code == 200
