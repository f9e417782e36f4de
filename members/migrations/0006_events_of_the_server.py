from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

append_only = import_module("members.migrations.0005_membership_events_are_append_only")


class Migration(migrations.Migration):
    dependencies = [("members", "0005_membership_events_are_append_only")]

    operations = [
        # SQLite makes the table anew, both ways, and loses what refuses changes of it.
        migrations.RunPython(migrations.RunPython.noop, append_only.refuse_changes),
        migrations.AlterField(
            model_name="membershipevent",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: by a command on the server.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AlterField(
            model_name="membershipevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invited", "Invited"),
                    ("confirmed", "Invitation confirmed by a second person"),
                    ("resent", "Invitation sent again"),
                    ("withdrawn", "Invitation withdrawn"),
                    ("given", "Role given"),
                    ("taken", "Role taken"),
                    ("handed_over", "Handed over"),
                    ("deactivated", "Account deactivated"),
                    ("reactivated", "Account opened again"),
                    ("administrator", "Made an administrator"),
                    ("no_administrator", "No longer an administrator"),
                    ("address", "E-mail address changed"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(append_only.refuse_changes, append_only.allow_changes),
    ]
