from django.db import migrations, models


def count(apps, schema_editor):
    """Fills the new columns from the lists beside them."""
    tally = apps.get_model("reporting", "RatingTally")
    changed = []
    for row in tally.objects.order_by("pk").iterator(chunk_size=500):
        row.reported = sum(row.ratings.values())
        row.percent_count, row.percent_sum = len(row.percents), sum(row.percents)
        changed.append(row)
        if len(changed) == 500:
            save(tally, changed)
            changed = []
    save(tally, changed)


def save(tally, rows):
    tally.objects.bulk_update(rows, ["reported", "percent_count", "percent_sum"])


class Migration(migrations.Migration):
    dependencies = [("reporting", "0010_status_overrides")]

    operations = [
        migrations.AddField(
            model_name="ratingtally",
            name="reported",
            field=models.PositiveIntegerField(default=0, verbose_name="reports"),
        ),
        migrations.AddField(
            model_name="ratingtally",
            name="percent_count",
            field=models.PositiveIntegerField(default=0, verbose_name="reports with a percentage"),
        ),
        migrations.AddField(
            model_name="ratingtally",
            name="percent_sum",
            field=models.PositiveIntegerField(default=0, verbose_name="sum of the percentages"),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
