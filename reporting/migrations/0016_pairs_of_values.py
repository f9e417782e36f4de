from collections import Counter

from django.db import migrations, models


def count(apps, schema_editor):
    """Fills the new column from the answers, as `reporting.tallies` counts them."""
    answers = apps.get_model("reporting", "IndicatorValue").objects.filter(
        report__status="approved", numerator__isnull=False, denominator__isnull=False
    )
    keys = ("indicator", "report__round", "report__country__region")
    counted = Counter(answers.order_by().values_list(*keys).iterator(chunk_size=2000))
    tally = apps.get_model("reporting", "ValueTally")
    changed = []
    for row in tally.objects.order_by("pk").iterator(chunk_size=500):
        row.pairs = counted[row.indicator_id, row.round_id, row.region_id]
        if row.pairs:
            changed.append(row)
    tally.objects.bulk_update(changed, ["pairs"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0015_books")]

    operations = [
        migrations.AddField(
            model_name="valuetally",
            name="pairs",
            field=models.PositiveIntegerField(
                default=0,
                help_text="How many answers gave both.",
                verbose_name="pairs of numerator and denominator",
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
