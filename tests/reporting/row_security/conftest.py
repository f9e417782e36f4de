import pytest
from django.db import connection
from django.test import Client

from members.row_security import asker_of, asking
from reporting import row_security
from reporting.models import (
    Quotation,
    Status,
    WorkbookUpload,
    database_now,
)
from reporting.texts import fold_all
from tests.factories import (
    EvidenceFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportEventFactory,
    SubmissionFactory,
)
from tests.row_security import as_the_portal, build_wall, role_of_tests


@pytest.fixture
def wall(db, settings):
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL has row-level security.")
    settings.ROW_SECURITY = True
    if row_security.objections(role_of_tests()):
        build_wall()


@pytest.fixture
def as_person(wall):
    """`with as_person(reporter):` is the portal's own connection in a request of the reporter's."""

    def asks(user):
        return asking(asker_of(user))

    with as_the_portal():
        yield asks


@pytest.fixture
def world(wall, open_round, france, japan, reporter, secretariat):
    """A report of both countries in every state, with all that hangs on one."""
    goal = open_round.framework.goals.get(number=1)
    reports = []
    for country in [france, japan]:
        for status in Status:
            report = ProgressReportFactory(
                round=open_round,
                objective=ObjectiveFactory(goal=goal),
                country=country,
                status=status,
                changed_by=reporter,
            )
            indicator = IndicatorFactory(objective=report.objective)
            IndicatorValueFactory(report=report, indicator=indicator)
            EvidenceFactory(report=report, submitted=status != Status.DRAFT)
            EvidenceFactory(report=report, submitted=False, sha256="f" * 64)
            submission = SubmissionFactory(report=report)
            ReportEventFactory(report=report)
            Quotation.objects.create(
                submission=submission,
                field="challenges",
                text="A passage",
                chosen_at=database_now(),
                chosen_by=secretariat,
            )
            reports.append(report)
        WorkbookUpload.objects.create(
            round=open_round,
            country=country,
            file_name="book.xlsx",
            sha256="0" * 64,
            changes=[],
            errors=[],
            uploaded_by=reporter,
        )
    fold_all()
    return reports


@pytest.fixture
def behind(wall, settings):
    """`behind(reporter)` is his browser, and whoever answers it works behind the wall."""
    settings.MIDDLEWARE = ["tests.row_security.portal_role", *settings.MIDDLEWARE]

    def signed_in(user):
        client = Client()
        if user:
            client.force_login(user)
        return client

    return signed_in
