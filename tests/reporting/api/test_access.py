"""Who may ask for what, and when a copy of an answer is still good."""

import pytest

from goals.models import Framework
from tests.reporting.api.asking import API, answer, problem
from tests.reporting.api.test_examples import ASKED

FIGURES = [
    f"{API}frameworks/2022-2025/{each}"
    for each in ("progress", "goals/1/progress", "objectives/1.1/progress", "indicators")
]
FILTERS = ["", "?snapshot=1", "?snapshot=2", "?round=2025-H1", "?round=x", "?region=x"]

pytestmark = pytest.mark.usefixtures("edit_history")


@pytest.fixture
def for_members(frozen):
    Framework.objects.update(results_visibility="members")
    return frozen


@pytest.mark.parametrize("address", FIGURES)
def test_figures_for_members_are_not_for_strangers(client, for_members, address):
    """Whatever is asked for: that there is such a round or snapshot is not told either."""
    for query in FILTERS:
        status, found = problem(client, address + query)

        assert (status, found["type"].partition("#")[2]) == (404, "problem-no-figures")
        assert found["detail"] == (
            "The figures of this framework are shown to its members. Sign in to see them."
        )


def test_figures_for_members_are_for_whoever_is_signed_in(client_of, viewer, for_members):
    for address in FIGURES:
        assert answer(client_of(viewer), f"{address}?snapshot=1")["source"]["snapshot"] == 1


def test_texts_of_a_framework_for_members_are_for_everybody(client, client_of, viewer, for_members):
    address = f"{API}frameworks/2022-2025"
    found, seen = answer(client, address), answer(client_of(viewer), address)

    assert (found["shows_figures"], found["rounds"], len(found["goals"])) == (False, [], 2)
    assert [each["slug"] for each in seen["rounds"]] == ["2025-H1", "2025-H2"]
    [listed] = answer(client, f"{API}frameworks")["frameworks"]
    assert (listed["slug"], listed["shows_figures"]) == ("2022-2025", False)


def test_snapshots_of_a_framework_for_members_are_theirs(client, client_of, viewer, for_members):
    address = f"{API}snapshots"

    assert answer(client, address)["snapshots"] == []
    assert [each["number"] for each in answer(client_of(viewer), address)["snapshots"]] == [1]


@pytest.mark.parametrize("name", ["viewer", "reporter", "neighbour", "secretariat", "editor"])
def test_nobody_is_told_more_than_a_stranger(request, client, client_of, world, name):
    """Who may read reports reads them on their pages; what is withheld here is so for all."""
    reader = client_of(request.getfixturevalue(name))

    for address in FIGURES:
        query = "?region=ASI"
        assert answer(reader, address + query) == answer(client, address + query)


def test_unchanged_answer_is_not_sent_again(client, frozen):
    for address in ASKED.values():
        response = client.get(address)
        again = client.get(address, headers={"If-None-Match": response["ETag"]})

        assert (response.status_code, again.status_code, again.content) == (200, 304, b"")
        assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_signed_in_reader_keeps_no_copy(client_of, viewer, frozen):
    for address in ASKED.values():
        response = client_of(viewer).get(address)

        assert set(response["Cache-Control"].split(", ")) == {"no-store", "private"}
        assert "ETag" not in response


def test_approval_changes_the_answer(client, world):
    tags = {address: client.get(address)["ETag"] for address in FIGURES}

    world.report("2025-H2", (2, 1), "AFR", [10, 20, 30, 40, 50])

    again = [client.get(each, headers={"If-None-Match": tags[each]}) for each in FIGURES]
    assert [response.status_code for response in again] == [200] * len(FIGURES)


def test_head_is_as_get_without_the_answer(client, frozen):
    for address in [*ASKED.values(), f"{API}docs", f"{API}openapi.json"]:
        response, head = client.get(address), client.head(address)

        assert (head.status_code, head.content) == (200, b"")
        for name in ("Content-Type", "ETag", "Cache-Control", "Vary"):
            assert head[name] == response[name]
