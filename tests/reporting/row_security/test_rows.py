"""With every filter taken out of the queries, the data base still refuses what is foreign."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import InternalError, ProgrammingError, connection, transaction
from django.db.models import ForeignKey

from members.row_security import as_system, asker_of, asking
from reporting import row_security
from reporting.models import (
    Evidence,
    FoldedText,
    IndicatorValue,
    ProgressReport,
    Quotation,
    ReportEvent,
    Status,
    Submission,
    WorkbookUpload,
)
from tests.factories import (
    EvidenceFactory,
    IndicatorValueFactory,
    ProgressReportFactory,
    SubmissionFactory,
)
from tests.row_security import role_of_tests, run

PEOPLE = ["anonymous", "viewer", "reporter", "neighbour", "secretariat", "editor", "administrator"]
REFUSED = (ProgrammingError, InternalError)
# What hangs on a country and holds nothing that it has written into a report.
NOT_OF_REPORTS = {
    "Extension": "that a country asks for more time, and why",
    "Mail": "what is written to one person, and shown to him alone",
}


@pytest.fixture
def person(request, wall):
    if request.param == "anonymous":
        return AnonymousUser()
    return request.getfixturevalue(request.param)


each_person = pytest.mark.parametrize("person", PEOPLE, indirect=True)


def keys(rows):
    return set(rows.values_list("pk", flat=True))


@each_person
@pytest.mark.parametrize("visibility", ["aggregate", "members", "public"])
def test_without_the_filter_everybody_finds_what_he_may_read(
    world, open_round, as_person, person, visibility
):
    run("RESET ROLE")
    open_round.framework.results_visibility = visibility
    open_round.framework.save()
    readable = keys(ProgressReport.objects.visible_to(person))
    evidence = keys(Evidence.objects.visible_to(person))
    submissions = keys(Submission.objects.visible_to(person))
    country = person.country if person.is_authenticated else None
    uploads = keys(WorkbookUpload.objects.filter(country=country))
    everything = keys(ProgressReport.objects.all())
    run(f'SET ROLE "{role_of_tests()}"')

    with asking(asker_of(person)):
        found = keys(ProgressReport.objects.all())
        assert found == readable < everything
        assert keys(Evidence.objects.all()) == evidence
        assert keys(Submission.objects.all()) == submissions
        assert keys(WorkbookUpload.objects.all()) == uploads
        for table in [IndicatorValue, ReportEvent, FoldedText]:
            assert set(table.objects.values_list("report", flat=True)) == readable
        quoted = set(Quotation.objects.values_list("submission__report", flat=True))
        assert quoted == readable


def test_connection_that_nobody_has_claimed_finds_nothing(world, as_person):
    tables = [ProgressReport, IndicatorValue, Evidence, Submission, ReportEvent, FoldedText]
    for table in [*tables, WorkbookUpload, Quotation]:
        assert not table.objects.exists()
        with as_system():
            assert table.objects.exists()


@each_person
def test_nobody_changes_or_removes_a_row_of_another_country(world, japan, as_person, person):
    if person.is_authenticated and person.country == japan:
        japan = type(japan).objects.get(iso2="FR")
    foreign = {"report__country": japan}
    drafts = ProgressReport.objects.filter(country=japan, status__in=["draft", "returned"])
    with asking(asker_of(person)):
        assert drafts.update(achievements="Forged") == 0
        assert IndicatorValue.objects.filter(**foreign).update(note="Forged") == 0
        assert IndicatorValue.objects.filter(**foreign).delete()[0] == 0
        assert Evidence.objects.filter(**foreign).update(title="Forged") == 0
        assert Evidence.objects.filter(**foreign).delete()[0] == 0
        assert FoldedText.objects.filter(**foreign).update(text="Forged") == 0
        assert WorkbookUpload.objects.filter(country=japan).update(changes=["Forged"]) == 0
    with as_system():
        assert not drafts.filter(achievements="Forged").exists()
        assert IndicatorValue.objects.filter(**foreign).count() == 4
        assert Evidence.objects.filter(**foreign).count() == 8


def refused(act):
    with pytest.raises(REFUSED, match="row-level security|permission denied"), transaction.atomic():
        act()


@each_person
def test_nobody_adds_a_row_to_another_country(
    world, france, japan, open_round, objective, reporter, as_person, person
):
    other = france if person.is_authenticated and person.country == japan else japan
    report = next(r for r in world if r.country == other and r.status == Status.DRAFT)
    indicator = report.indicator_values.model.objects.none()
    with as_system():
        indicator = report.objective.indicators.get()
        IndicatorValue.objects.filter(report=report).delete()
    with asking(asker_of(person)):
        refused(lambda: IndicatorValueFactory(report=report, indicator=indicator))
        refused(lambda: EvidenceFactory(report=report, sha256="e" * 64))
        refused(lambda: SubmissionFactory.build(report=report, submitted_by=reporter).save())
        refused(lambda: FoldedText(report=report, text="Forged").save(force_insert=True))
        refused(
            lambda: ProgressReportFactory(
                round=open_round, objective=objective, country=other, changed_by=reporter
            )
        )


def test_country_changes_what_is_with_it_and_nothing_else(world, france, reporter, as_person):
    with as_person(reporter):
        for report in [each for each in world if each.country == france]:
            rows = ProgressReport.objects.filter(pk=report.pk)
            assert rows.update(lessons="Mine") == (report.status != Status.APPROVED)
            own = report.status in ["draft", "returned"]
            assert report.indicator_values.update(note="Mine") == own
            if report.status != Status.APPROVED:
                refused(lambda rows=rows: rows.update(status=Status.APPROVED))


def test_reviewer_never_decides_on_his_own_country(world, france, secretariat, as_person):
    run("RESET ROLE")
    secretariat.memberships.create(role="reporter", country=france)
    secretariat = type(secretariat).objects.get(pk=secretariat.pk)
    run(f'SET ROLE "{role_of_tests()}"')
    waiting = ProgressReport.objects.filter(status=Status.SUBMITTED)
    with as_person(secretariat):
        refused(lambda: waiting.filter(country=france).update(status=Status.APPROVED))
        assert waiting.exclude(country=france).update(status=Status.APPROVED) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE reporting_progressreport DISABLE ROW LEVEL SECURITY",
        "DROP POLICY portal_select ON reporting_progressreport",
        "TRUNCATE reporting_progressreport CASCADE",
        "UPDATE reporting_submission SET number = 9",
        "DELETE FROM reporting_reportevent",
        "DELETE FROM django_migrations",
        "ALTER TABLE members_user ADD mine int",
    ],
)
def test_role_of_the_portal_may_not(world, as_person, statement):
    with as_system(), pytest.raises(ProgrammingError), transaction.atomic():
        run(statement)


def test_owner_of_the_tables_is_bound_too(world, as_person, reporter):
    run("RESET ROLE", "CREATE ROLE table_owner")
    connection.check_constraints()
    for table in row_security.PATHS:
        run(f"ALTER TABLE {table} OWNER TO table_owner")
    run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO table_owner", "SET ROLE table_owner")

    assert not ProgressReport.objects.exists()
    with as_system():
        assert ProgressReport.objects.count() == len(world)


def test_every_table_of_a_countrys_reports_is_behind_the_wall():
    """A new model that leads to a report or a country belongs into PATHS, or is named here."""
    leading = {"ProgressReport", "Submission", "MemberCountry"}
    found = {
        model._meta.db_table if model.__name__ not in NOT_OF_REPORTS else model.__name__
        for model in apps.get_app_config("reporting").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model.__name__ in leading
    }
    assert found == {*row_security.PATHS, *NOT_OF_REPORTS}
    assert row_security.rules().keys() == row_security.PATHS.keys()
