from django.core.management import call_command
from django.db import migrations, models

# With the name in settings.CACHES; a step of its own would be forgotten.
TABLE = "shared_cache"


def create_table(apps, schema_editor):
    database = schema_editor.connection.alias
    call_command("createcachetable", TABLE, database=database, verbosity=0)


def drop_table(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("members", "0002_delegations")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_generation",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="One more ends every session of this person.",
                verbose_name="generation of sessions",
            ),
        ),
        migrations.RunPython(create_table, drop_table),
    ]
