import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0012_kinds_of_challenges'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='ratingtally',
            name='quotations',
            field=models.JSONField(default=list, help_text='The passages that are shown: [key, field, kind, text], the newest first.', verbose_name='quotations'),
        ),
        migrations.CreateModel(
            name='Quotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('challenges', 'challenges'), ('next_steps', 'next steps')], max_length=20, verbose_name='from')),
                ('text', models.CharField(max_length=400, verbose_name='passage')),
                ('chosen_at', models.DateTimeField(verbose_name='chosen at')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('taken_back_reason', models.CharField(blank=True, max_length=300, verbose_name='why it was taken back')),
                ('chosen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='chosen by')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotations', to='reporting.submission', verbose_name='submission')),
                ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
            ],
            options={
                'verbose_name': 'quotation',
                'verbose_name_plural': 'quotations',
                'ordering': ['-chosen_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('submission', 'field', 'text'), name='reporting_quotation_once', violation_error_message='This passage has been chosen already.'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='reporting_quotation_confirmed_whole'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('chosen_by')), _negated=True), _connector='OR'), name='reporting_quotation_second_person', violation_error_message='Another person must confirm it.'), models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False)), _connector='OR'), name='reporting_quotation_taken_back_whole')],
            },
        ),
    ]
