from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reporting import actions, tallies
from reporting.models import FiguresVersion, RatingTally, ValueTally
from tests.factories import (
    IndicatorFactory,
    IndicatorValueFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
)

migration = import_module("reporting.migrations.0016_pairs_of_values")
COMMENT = "Please name the training courses."


@pytest.fixture
def second_approved(approved, focal_point, secretariat):
    """France's report on the same objective in the round before."""
    before = ReportingRoundFactory(framework=approved.round.framework)
    report = ProgressReportFactory(
        round=before, objective=approved.objective, country=approved.country, submitted=True
    )
    actions.approve_report(report=report, version=2, by=secretariat)
    return report


def stored():
    return [(row.region.code, row.ratings, row.percents) for row in RatingTally.objects.all()]


def version():
    return FiguresVersion.objects.values_list("number", flat=True).get()


def test_approval_is_counted(submitted, secretariat):
    assert stored() == []
    actions.approve_report(report=submitted, version=2, by=secretariat)
    assert stored() == [("EUR", {"on_track": 1}, [60])]
    assert version() == 1


def test_reopening_takes_it_out_again(approved, secretariat):
    actions.reopen_report(report=approved, version=3, by=secretariat, comment=COMMENT)
    assert stored() == [("EUR", {}, [])]
    assert (version(), list(tallies.differences())) == (2, [])


def test_return_counts_nothing(submitted, secretariat):
    actions.return_report(report=submitted, version=2, by=secretariat, comment=COMMENT)
    assert stored() == []


def test_bulk_approval_counts_every_cell(open_round, objective, secretariat):
    reports = ProgressReportFactory.create_batch(
        3, round=open_round, objective=objective, submitted=True
    )
    elsewhere = ProgressReportFactory(round=open_round, submitted=True)
    pairs = [(report, report.version) for report in [*reports, elsewhere]]
    actions.approve_reports(reports=pairs, by=secretariat)
    assert sum(sum(ratings.values()) for _region, ratings, _percents in stored()) == 4
    assert (version(), list(tallies.differences())) == (1, [])


def test_bulk_approval_that_fails_counts_nothing(open_round, objective, secretariat):
    reports = ProgressReportFactory.create_batch(2, round=open_round, submitted=True)
    with pytest.raises(actions.SomeConflict):
        actions.approve_reports(reports=[(reports[0], 2), (reports[1], 1)], by=secretariat)
    assert stored() == []


def move(client, country, region):
    """In the admin, as an editor does it."""
    page = reverse("admin:members_membercountry_change", args=[country.pk])
    fields = client.get(page).context["adminform"].form.initial
    form = {name: value for name, value in fields.items() if value not in (None, False)}
    assert client.post(page, form | {"region": region.pk}).status_code == 302


def test_country_that_moves_takes_its_past_rounds_along(
    approved, second_approved, editor, client_of, france
):
    africa = RegionFactory(code="AFR")

    move(client_of(editor), france, africa)

    assert sorted(stored()) == [
        ("AFR", {"on_track": 1}, [60]),
        ("AFR", {"on_track": 1}, [60]),
        ("EUR", {}, []),
        ("EUR", {}, []),
    ]
    assert (version(), list(tallies.differences())) == (3, [])


def test_country_that_stays_is_not_counted_again(approved, editor, client_of, france):
    move(client_of(editor), france, france.region)

    assert version() == 1


def test_approval_counts_where_the_country_belongs_by_then(submitted, secretariat, france):
    """The reviewer had read the report before the country moved."""
    read_before = submitted.country
    assert read_before.region.code == "EUR"
    france.region = RegionFactory(code="AFR")
    actions.store_country(country=france)
    submitted.country = read_before

    actions.approve_report(report=submitted, version=2, by=secretariat)

    assert stored() == [("AFR", {"on_track": 1}, [60])]


def test_answers_are_summed_by_indicator(submitted, secretariat):
    indicator = IndicatorFactory(objective=submitted.objective)
    silent = IndicatorFactory(objective=submitted.objective)
    IndicatorValueFactory(
        report=submitted, indicator=indicator, value="61.5", numerator=8, denominator=13
    )
    actions.approve_report(report=submitted, version=2, by=secretariat)
    row = ValueTally.objects.get(indicator=indicator)
    assert (row.kinds, row.values) == ({"number": 1}, ["61.5"])
    assert (row.numerator, row.denominator, row.pairs) == (8, 13, 1)
    assert ValueTally.objects.get(indicator=silent).kinds == {}


def test_migration_counts_pairs_as_a_recount_does(open_round, objective):
    """Answers before the indicator asked for a ratio are numbers alone."""
    indicator = IndicatorFactory(objective=objective)
    reports = ProgressReportFactory.create_batch(
        3, round=open_round, objective=objective, approved=True
    )
    for report, pair in zip(reports, [(1, 2), (3, 4), (None, None)], strict=True):
        both = dict(zip(["numerator", "denominator"], pair, strict=True))
        IndicatorValueFactory(report=report, indicator=indicator, value=50, **both)
    tallies.recount_all()
    ValueTally.objects.update(pairs=0)
    assert len(list(tallies.differences())) == 2

    migration.count(apps, None)

    assert list(tallies.differences()) == []


def test_number_of_queries_does_not_grow_with_the_reports(
    open_round, objective, django_assert_max_num_queries
):
    for count in (1, 30):
        reports = ProgressReportFactory.create_batch(
            count, round=open_round, objective=objective, approved=True
        )
        with django_assert_max_num_queries(14):
            tallies.recount(reports)


def test_recount_of_a_round_reads_no_other(approved, second_approved):
    with CaptureQueriesContext(connection) as queries:
        tallies.recount_round(approved.round_id)
        assert list(tallies.differences([approved.round_id])) == []

    reading = [each["sql"] for each in queries if 'FROM "reporting_progressreport"' in each["sql"]]
    assert len(reading) > 1
    assert all('"round_id"' in sql.partition(" WHERE ")[2] for sql in reading)


@pytest.mark.parametrize("column", ["reported", "percent_count", "percent_sum"])
def test_sums_beside_the_lists_are_compared_too(approved, column):
    RatingTally.objects.update(**{column: 7})

    assert len(list(tallies.differences())) == 1


def test_verify_tallies_finds_nothing_wrong(approved, capsys):
    call_command("verify_tallies")
    assert capsys.readouterr().out == "1 tallies, all as a recount has them.\n"


@pytest.mark.parametrize("wrong", ["changed", "missing", "too many"])
def test_verify_tallies_names_what_differs_and_counts_anew(approved, wrong, capsys):
    if wrong == "changed":
        RatingTally.objects.update(percents=[61])
    elif wrong == "missing":
        RatingTally.objects.all().delete()
    else:
        type(approved).objects.update(status="returned")
    with pytest.raises(CommandError, match="1 tallies differ"):
        call_command("verify_tallies")
    call_command("verify_tallies", recount=True)
    call_command("verify_tallies")
