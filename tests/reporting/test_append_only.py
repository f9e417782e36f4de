from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from reporting import actions
from reporting.models import ReportEvent, StatusOverride, Submission
from tests.factories import IndicatorFactory, ReportEventFactory, SubmissionFactory

FACTORIES = {Submission: SubmissionFactory, ReportEvent: ReportEventFactory}
migration = import_module("reporting.migrations.0003_history_is_append_only")


@pytest.fixture(params=FACTORIES, ids=lambda model: model.__name__)
def model(request, db):
    """A model of the history, with one row that no other protects."""
    FACTORIES[request.param]()
    return request.param


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def refusal_of(change):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        change()
    return str(refused.value)


def replace(model):
    """A row with the key of another, as a careless copy would write it."""
    columns = ", ".join(f.column for f in model._meta.fields if not f.primary_key)
    execute(
        f"INSERT OR REPLACE INTO {model._meta.db_table} ({columns}) "
        f"SELECT {columns} FROM {model._meta.db_table}"
    )


@pytest.mark.parametrize(
    ("change", "verb"),
    [
        (lambda model: model.objects.update(number=9), "UPDATE"),
        (lambda model: model.objects.get().save(), "UPDATE"),
        (lambda model: execute(f"UPDATE {model._meta.db_table} SET number = 9"), "UPDATE"),
        (lambda model: model.objects.all().delete(), "DELETE"),
        (lambda model: model.objects.get().delete(), "DELETE"),
        (lambda model: execute(f"DELETE FROM {model._meta.db_table}"), "DELETE"),
    ],
    ids=["update", "save", "SQL UPDATE", "delete", "delete one", "SQL DELETE"],
)
def test_history_refuses_a_change(model, change, verb):
    before = model.objects.values().get()

    message = refusal_of(lambda: change(model))

    assert f"{model._meta.db_table} is append-only: the database refuses {verb}" in message
    assert model.objects.values().get() == before


def test_history_refuses_to_be_overwritten_or_emptied(model):
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        message = refusal_of(lambda: replace(model))
    else:
        # Foreign keys that wait to be checked would stop it before the trigger does.
        connection.check_constraints()
        message = refusal_of(lambda: execute(f"TRUNCATE {table} CASCADE"))

    assert "is append-only: the database refuses" in message
    assert model.objects.count() == 1


def test_status_that_a_person_has_set_stays(db, secretariat, open_round):
    indicator = IndicatorFactory(objective__goal__framework=open_round.framework)
    actions.set_status(
        indicator=indicator,
        reporting_round=open_round,
        standing="at_risk",
        reason="The last month is missing.",
        by=secretariat,
    )

    refusals = [
        refusal_of(lambda: StatusOverride.objects.update(standing="completed")),
        refusal_of(lambda: StatusOverride.objects.all().delete()),
    ]

    assert ["UPDATE" in refusals[0], "DELETE" in refusals[1]] == [True, True]
    assert StatusOverride.objects.get().standing == "at_risk"


def test_history_takes_further_rows(submitted):
    assert (submitted.submissions.count(), submitted.events.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_flush_stops_at_a_history():
    SubmissionFactory()

    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False, verbosity=0)

    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_history_is_refused_again_after_the_migration_went_back_and_forth():
    ReportEventFactory()
    with connection.schema_editor() as editor:
        migration.allow_changes(apps, editor)
    assert ReportEvent.objects.update(number=2) == 1

    with connection.schema_editor() as editor:
        migration.refuse_changes(apps, editor)

    assert "refuses UPDATE" in refusal_of(lambda: ReportEvent.objects.update(number=3))
