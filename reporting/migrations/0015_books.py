import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goals', '0002_initial'),
        ('reporting', '0014_status_overrides_are_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for at')),
                ('query', models.CharField(blank=True, help_text="As a page's address has it.", max_length=200, verbose_name='filter')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='parts that are done')),
                ('parts', models.PositiveIntegerField(default=0, verbose_name='parts')),
                ('heard_at', models.DateTimeField(blank=True, null=True, verbose_name='last heard of')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('has_failed', models.BooleanField(default=False, verbose_name='failed')),
                ('content', models.BinaryField(blank=True, null=True, verbose_name='content')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='goals.framework', verbose_name='framework')),
            ],
            options={
                'verbose_name': 'book',
                'verbose_name_plural': 'books',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at__isnull', True)), fields=('asked_by',), name='reporting_book_one_at_a_time', violation_error_message='One that you have asked for is being made.')],
            },
        ),
    ]
