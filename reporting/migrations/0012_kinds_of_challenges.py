
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0002_delegations'),
        ('objectives', '0001_initial'),
        ('reporting', '0011_counts_of_tallies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='progressreport',
            name='main_challenge',
            field=models.CharField(blank=True, choices=[('staff', 'Staff and training'), ('money', 'Money'), ('law', 'Law and procedure'), ('systems', 'Technical systems and connections'), ('data', 'Quality of data'), ('at_home', 'Cooperation at home'), ('abroad', 'Cooperation with other countries'), ('priorities', 'Other priorities of the leadership'), ('security', 'The security situation'), ('other', 'Something else')], max_length=20, verbose_name='what stands in the way above all'),
        ),
        migrations.AddField(
            model_name='progressreport',
            name='main_next_step',
            field=models.CharField(blank=True, choices=[('train', 'Recruit or train'), ('fund', 'Find money'), ('regulate', 'Change law or procedure'), ('connect', 'Build or connect systems'), ('improve_data', 'Improve data'), ('agree_at_home', 'Agree with other authorities at home'), ('agree_abroad', 'Agree with other countries'), ('ask_secretariat', 'Ask the secretariat for support'), ('other', 'Something else')], max_length=20, verbose_name='what comes next above all'),
        ),
        migrations.AddField(
            model_name='ratingtally',
            name='themes',
            field=models.JSONField(default=dict, help_text='How many reports named each kind of challenge and of next step: {field: {kind: [reports at risk or off track, others]}}.', verbose_name='kinds named'),
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(('main_challenge__in', ['', 'staff', 'money', 'law', 'systems', 'data', 'at_home', 'abroad', 'priorities', 'security', 'other'])), name='reporting_report_main_challenge_known'),
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(('main_next_step__in', ['', 'train', 'fund', 'regulate', 'connect', 'improve_data', 'agree_at_home', 'agree_abroad', 'ask_secretariat', 'other'])), name='reporting_report_main_next_step_known'),
        ),
    ]
