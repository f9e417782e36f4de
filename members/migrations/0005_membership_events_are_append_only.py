"""Who gave or took whom which role is only added to: the database refuses any change.

A migration that makes SQLite build the table anew loses the triggers there; it ends with
`RunPython(refuse_changes, allow_changes)` of this one.
"""

from django.db import migrations

TABLE = "members_membershipevent"
REFUSAL = "is append-only: the database refuses"


def refuse_changes(apps, schema_editor):
    allow_changes(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        statements = [
            f"""
            CREATE FUNCTION members_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% {REFUSAL} %', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """,
            f"""
            CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION members_refuse_change()
            """,
            f"""
            CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION members_refuse_change()
            """,
        ]
    else:
        statements = [
            f"""
            CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{TABLE} {REFUSAL} {verb}'); END
            """
            for verb in ["UPDATE", "DELETE"]
        ]
        # INSERT OR REPLACE deletes the row in its way without asking the trigger for DELETE.
        statements.append(
            f"""
            CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE}
            WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, '{TABLE} {REFUSAL} a second row in place of one'); END
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
        schema_editor.execute("DROP FUNCTION IF EXISTS members_refuse_change()", params=None)


class Migration(migrations.Migration):
    dependencies = [("members", "0004_invitations")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
