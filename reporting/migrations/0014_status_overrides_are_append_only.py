"""What persons have said of an indicator's status is only added to, as the history is."""

from importlib import import_module

from django.db import migrations

history = import_module("reporting.migrations.0003_history_is_append_only")

TABLE = "reporting_statusoverride"


def refuse_changes(apps, schema_editor):
    allow_changes(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        # A function of its own: that of the history comes and goes with its own triggers.
        statements = [
            f"""
            CREATE FUNCTION reporting_refuse_override() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% {history.REFUSAL} %', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """,
            f"""
            CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION reporting_refuse_override()
            """,
            f"""
            CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION reporting_refuse_override()
            """,
        ]
    else:
        statements = [
            f"""
            CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{TABLE} {history.REFUSAL} {verb}'); END
            """
            for verb in ["UPDATE", "DELETE"]
        ]
        statements.append(
            f"""
            CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE}
            WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, '{TABLE} {history.REFUSAL} a second row in place of one'); END
            """
        )
    for statement in statements:
        schema_editor.execute(statement, params=None)


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        verbs, of_table = ["change", "truncate"], f" ON {TABLE}"
    else:
        verbs, of_table = ["update", "delete", "replace"], ""
    for verb in verbs:
        name = f"{TABLE}_no_{verb}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}", params=None)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS reporting_refuse_override()", params=None)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0013_quotations")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
