"""Switching the wall on and off, and the commands behind it."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from members.row_security import NOBODY, as_system, said
from reporting import checks, row_security
from reporting.evidence.storage import path_of
from reporting.evidence.sweep import sweep
from reporting.models import (
    ProgressReport,
)
from tests import files
from tests.reporting.views.test_evidence import kept
from tests.row_security import role_of_tests, run


class TestCommands:
    @pytest.mark.parametrize("is_told", [True, False])
    def test_closed_tables_are_not_taken_for_empty_ones(self, draft, as_person, settings, is_told):
        """Whether or not somebody has set ROW_SECURITY for the timer."""
        run("RESET ROLE")
        item = kept(draft, files.PDF)
        run(f'SET ROLE "{role_of_tests()}"')
        settings.ROW_SECURITY = is_told
        assert sweep(dry_run=True).files >= 1
        call_command("sweep_evidence", stdout=io.StringIO())
        assert path_of(item.sha256).exists()

        out = io.StringIO()
        call_command("fold_texts", stdout=out)
        assert out.getvalue() == "1 reports folded.\n"
        call_command("verify_tallies", stdout=out)
        # It has been put there by hand, and is seen.
        with pytest.raises(CommandError, match="it has no history at all"):
            call_command("verify_history", stdout=out)

    def test_migrations_see_every_row(self, draft, as_person, monkeypatch):
        seen = []

        def count(*args, **options):
            seen.append(ProgressReport.objects.count())

        monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", count)
        call_command("migrate", skip_checks=True)
        assert (seen, ProgressReport.objects.count()) == ([1], 0)


def switched(what, **options):
    out = io.StringIO()
    call_command("row_security", what, stdout=out, **options)
    return {line.partition(": ")[2] for line in out.getvalue().splitlines()}


class TestSwitch:
    def test_on_and_off_and_on_again(self, wall):
        assert switched("show") == {"on"}
        assert switched("on", role=role_of_tests()) == {"on"}
        assert switched("off") == {"off"}
        assert switched("off") == {"off"}
        assert switched("show") == {"off"}
        assert switched("on", role=role_of_tests()) == {"on"}

    @pytest.mark.parametrize(
        ("statement", "how"),
        [
            ("ALTER TABLE reporting_evidence NO FORCE ROW LEVEL SECURITY", "not forced"),
            ("ALTER TABLE reporting_evidence DISABLE ROW LEVEL SECURITY", "not forced"),
            (
                "CREATE POLICY open ON reporting_evidence USING (true)",
                "other policies than the portal's",
            ),
            (
                "DROP POLICY portal_select ON reporting_evidence",
                "other policies than the portal's",
            ),
        ],
    )
    def test_show_fails_where_somebody_has_opened_it(self, wall, statement, how):
        run(statement)
        assert row_security.state()["reporting_evidence"] == how
        with pytest.raises(CommandError, match="Not as it should be"):
            switched("show")

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("DROP ROLE IF EXISTS some_role", "There is no such role"),
            ("CREATE ROLE some_role SUPERUSER", "It is a superuser"),
            ("CREATE ROLE some_role BYPASSRLS", "It has BYPASSRLS"),
            ("CREATE ROLE some_role IN ROLE current_user", "It is a member of the role that owns"),
            (
                "CREATE ROLE some_role; ALTER TABLE members_user OWNER TO some_role",
                "It owns tables",
            ),
            (
                "CREATE ROLE some_role; GRANT CREATE ON SCHEMA public TO some_role",
                "It may create tables",
            ),
        ],
    )
    def test_role_that_the_wall_would_not_bind_is_refused(self, wall, statement, why):
        run(statement)
        with pytest.raises(CommandError, match=why):
            switched("on", role="some_role")

    def test_role_must_be_named(self, wall):
        with pytest.raises(CommandError, match="--role"):
            switched("on")

    def test_checks_say_where_setting_and_data_base_differ(self, wall, settings):
        def found():
            return {each.id for each in checks.row_security_as_set(None, ["default"])}

        assert found() == set()
        settings.ROW_SECURITY = False
        assert found() == {"reporting.E002"}
        switched("off")
        assert found() == set()
        settings.ROW_SECURITY = True
        assert found() == {"reporting.W003"}


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL has it.")
def test_other_data_bases_have_none(settings):
    settings.ROW_SECURITY = True
    [found] = checks.row_security_as_set(None, ["default"])
    assert found.id == "reporting.E001"
    with pytest.raises(CommandError, match="Only PostgreSQL"):
        call_command("row_security", "show")
    with as_system():
        assert said() == NOBODY
