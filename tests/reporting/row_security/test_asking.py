"""The connection says who asks, and afterwards nobody."""

import pytest
from django.db import ProgrammingError, connection, transaction

from members.row_security import NOBODY, as_system, said
from tests.row_security import run, setting

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Only PostgreSQL has row-level security."
)


class TestWhoAsks:
    def test_nothing_is_left_of_a_person(self, world, as_person, reporter):
        with as_person(reporter):
            assert setting() == f"member|{reporter.country.pk}"
            with as_system():
                assert setting() == "system|"
            assert setting() == f"member|{reporter.country.pk}"
        assert setting() == "|"

    def test_nothing_is_left_after_an_error(self, as_person, reporter):
        with pytest.raises(ZeroDivisionError), as_person(reporter), as_system():
            1 / 0  # noqa: B018
        assert setting() == "|"

    def test_nothing_is_left_of_what_was_rolled_back(self, as_person, reporter):
        with as_person(reporter):
            with pytest.raises(ProgrammingError), transaction.atomic(), as_system():
                run("SELECT nothing")
            assert setting() == f"member|{reporter.country.pk}"
        assert setting() == "|"

    def test_rollback_takes_back_what_was_said_and_nothing_else(self, as_person, reporter):
        with as_person(reporter):
            with transaction.atomic():
                with as_system():
                    pass
                transaction.set_rollback(True)
            assert setting() == f"member|{reporter.country.pk}"

    @needs_postgresql
    @pytest.mark.django_db(transaction=True)
    def test_new_connection_is_nobodys(self, settings):
        settings.ROW_SECURITY = True
        with as_system():
            connection.close()
            assert said() == NOBODY
            assert setting() == "|"
        assert said() == NOBODY

    @needs_postgresql
    @pytest.mark.django_db(transaction=True)
    def test_connection_is_closed_where_it_cannot_be_told(self, settings, monkeypatch):
        settings.ROW_SECURITY = True
        with pytest.raises(ProgrammingError), as_system():
            monkeypatch.setattr("members.row_security.SAY", "SELECT nothing, %s, %s")
        assert connection.connection is None


def told(queries):
    return sum("set_config" in query["sql"] for query in queries)


def test_stranger_costs_no_query_and_a_person_two(
    behind, approved, viewer, django_assert_max_num_queries
):
    goal = "/frameworks/2022-2025/goals/1/"
    for user, times in [(None, 0), (viewer, 2)]:
        client = behind(user)
        with django_assert_max_num_queries(20) as captured:
            assert client.get(goal).status_code == 200
        assert told(captured.captured_queries) == times


@pytest.mark.parametrize("address", ["/reporting/", "/no-such-page/"])
def test_after_the_request_the_connection_is_nobodys(behind, reporter, open_round, address):
    behind(reporter).get(address)
    assert setting() == "|"


def test_after_a_request_that_fails_the_connection_is_nobodys(behind, reporter, monkeypatch):
    monkeypatch.setattr("goals.views.render", lambda *arguments: 1 / 0)
    client = behind(reporter)
    client.raise_request_exception = False

    assert client.get("/frameworks/").status_code == 500
    assert setting() == "|"
