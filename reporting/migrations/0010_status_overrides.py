from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("objectives", "0001_initial"),
        ("reporting", "0009_fold_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "Completed"),
                            ("on_track", "On track"),
                            ("at_risk", "At risk"),
                            ("off_track", "Off track"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("reason", models.TextField(max_length=10000, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="set at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="status_overrides",
                        to="objectives.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="status_overrides",
                        to="reporting.reportinground",
                        verbose_name="round",
                    ),
                ),
            ],
            options={
                "verbose_name": "status set by a person",
                "verbose_name_plural": "statuses set by persons",
                "ordering": ["-pk"],
            },
        ),
    ]
