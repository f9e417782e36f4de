from django.db import migrations

from members.folding import fold

FIELDS = ["achievements", "challenges", "next_steps", "lessons", "not_applicable_reason"]


def fold_what_is_there(apps, schema_editor):
    """As reporting/texts.py did when the table came."""
    reports = apps.get_model("reporting", "ProgressReport").objects.order_by("pk")
    folded = apps.get_model("reporting", "FoldedText")
    rows = reports.values_list("pk", *FIELDS)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:1000]):
        folded.objects.bulk_create(
            folded(report_id=pk, text=fold("\n".join(filter(None, said)))) for pk, *said in batch
        )
        last = batch[-1][0]


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0008_folded_texts'),
    ]

    operations = [
        migrations.RunPython(fold_what_is_there, migrations.RunPython.noop, elidable=True),
    ]
