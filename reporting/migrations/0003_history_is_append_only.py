"""The database itself refuses to change or delete what is history.

A later migration that makes SQLite build one of these tables anew (any altered field, any
added one that is not null) loses the triggers there without a word, and
tests/reporting/test_append_only.py goes red. Such a migration ends with this operation:

    from importlib import import_module

    history = import_module("reporting.migrations.0003_history_is_append_only")
    migrations.RunPython(history.refuse_changes, history.allow_changes)
"""

from django.db import migrations

# Each table, and the sets of columns of which no two of its rows have the same.
TABLES = {
    "reporting_submission": [["id"], ["report_id", "number"], ["receipt_number"]],
    "reporting_reportevent": [["id"], ["report_id", "number"]],
}
REFUSAL = "is append-only: the database refuses"


def refuse_changes(apps, schema_editor):
    allow_changes(apps, schema_editor)
    refuse = {"sqlite": refuse_on_sqlite, "postgresql": refuse_on_postgresql}
    for statement in refuse[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


def allow_changes(apps, schema_editor):
    allow = {"sqlite": allow_on_sqlite, "postgresql": allow_on_postgresql}
    for statement in allow[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


def refuse_on_sqlite():
    for table, keys in TABLES.items():
        for verb in ["UPDATE", "DELETE"]:
            yield f"""
                CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL} {verb}'); END
            """
        # INSERT OR REPLACE deletes the row in its way without asking the trigger for DELETE.
        taken = " OR ".join(
            "(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")" for key in keys
        )
        yield f"""
            CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
            WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})
            BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL} a second row in place of one'); END
        """


def allow_on_sqlite():
    for table in TABLES:
        for verb in ["update", "delete", "replace"]:
            yield f"DROP TRIGGER IF EXISTS {table}_no_{verb}"


def refuse_on_postgresql():
    yield f"""
        CREATE FUNCTION reporting_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% {REFUSAL} %', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """
    for table in TABLES:
        yield f"""
            CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION reporting_refuse_change()
        """
        yield f"""
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION reporting_refuse_change()
        """


def allow_on_postgresql():
    for table in TABLES:
        for verb in ["change", "truncate"]:
            yield f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}"
    yield "DROP FUNCTION IF EXISTS reporting_refuse_change()"


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0002_claims"),
    ]

    operations = [
        migrations.RunPython(refuse_changes, allow_changes),
    ]
