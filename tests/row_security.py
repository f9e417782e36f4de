"""The portal behind PostgreSQL's row-level security, as a data base role that owns nothing."""

import io
from contextlib import contextmanager

from django.core.management import call_command
from django.db import OperationalError, connection, transaction


def role_of_tests():
    """Roles are shared by all data bases of a server; each process of the tests has its own."""
    return f"portal_app_{connection.settings_dict['NAME']}"


TRIES = 5


def build_wall():
    # No table is altered while a foreign key of its new rows waits to be checked.
    connection.check_constraints()
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                put_up()
            return
        except OperationalError:
            # The server's own housekeeping was at one of the tables, and each waited for the other.
            if not left:
                raise


def put_up():
    role = role_of_tests()
    run(f'CREATE ROLE "{role}"')
    call_command("row_security", "on", role=role, stdout=io.StringIO())


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def as_the_portal():
    """As the role that the portal works as; the tests' own is a superuser, whom nothing binds."""
    connection.ensure_connection()
    unnoticed(f'SET ROLE "{role_of_tests()}"')
    try:
        yield
    finally:
        if not connection.needs_rollback:
            unnoticed("RESET ROLE")


def unnoticed(statement):
    """Not among the queries that a test counts."""
    with connection.connection.cursor() as cursor:
        cursor.execute(statement)


def portal_role(get_response):
    """A middleware that has each request answered as that role."""

    def middleware(request):
        with as_the_portal():
            return get_response(request)

    return middleware


def setting():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.role', true), current_setting('app.country', true)"
        )
        return "|".join(each or "" for each in cursor.fetchone())
