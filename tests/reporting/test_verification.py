import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from objectives.models import Objective
from reporting import actions
from reporting.models import ProgressReport, ReportEvent, Submission
from reporting.models.history import sha256_of
from reporting.verification import misfits
from tests.factories import ProgressReportFactory, SubmissionFactory

EVENT, SUBMISSION = "reporting_reportevent", "reporting_submission"
REPORT = "reporting_progressreport"
CONTENT = {"rating": "on_track", "percent_complete": 60}


def life(objective, open_round, people):
    """A report that was submitted, returned, submitted again and approved: five events."""
    country, officer, reviewer = people
    report = ProgressReport(round=open_round, objective=objective, country=country)
    actions.save_draft(report=report, version=0, content=CONTENT, by=officer)
    actions.submit_report(report=report, version=1, by=officer)
    actions.return_report(report=report, version=2, by=reviewer, comment="Please say more.")
    actions.submit_report(report=report, version=3, by=officer)
    actions.approve_report(report=report, version=4, by=reviewer)
    return report


@pytest.fixture
def people(france, focal_point, secretariat):
    return france, focal_point, secretariat


@pytest.fixture
def report(objective, open_round, people):
    return life(objective, open_round, people)


@pytest.fixture
def neighbouring(report, framework, open_round, people):
    """A report after it, whose rows fit whatever becomes of those before."""
    return life(framework.goals.get(number=2).objectives.get(number=1), open_round, people)


def change(table, pk, **values):
    """By SQL, past the application."""
    columns = ", ".join(f"{column} = %s" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {columns} WHERE id = %s", [*values.values(), pk])
        assert cursor.rowcount == 1


def remove(table, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])
        assert cursor.rowcount == 1


def first_misfit():
    with pytest.raises(CommandError) as refused:
        call_command("verify_history")
    assert refused.value.returncode == 1
    message = str(refused.value)
    prefix = "The history does not fit. The first row: "
    assert message.startswith(prefix)
    return message.removeprefix(prefix).rpartition(" Found beside it: ")[0]


def named(report, number):
    event = report.events.get(number=number)
    return f"report event {event.pk} (event {number} of report {report.pk}): "


def test_verify_history_counts_what_fits(neighbouring, capsys):
    call_command("verify_history")

    assert capsys.readouterr().out == "The history fits: 10 events, 4 submissions, 0 files.\n"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "approved"},
        {"at": datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)},
        {"from_status": "draft"},
        {"to_status": "approved"},
        {"comment": "Nothing to add."},
        {"submission_id": None},
        {"previous_hash": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda values: next(iter(values)),
)
def test_verify_history_names_a_changed_event(neighbouring, report, open_history, values):
    event = report.events.get(number=4)
    change(EVENT, event.pk, **values)

    assert first_misfit() == f"{named(report, 4)}its hash is not that of what it says."


def test_verify_history_names_a_changed_person(report, secretariat, open_history):
    change(EVENT, report.events.get(number=4).pk, by_id=secretariat.pk)

    assert first_misfit() == f"{named(report, 4)}its hash is not that of what it says."


def test_verify_history_counts_what_else_does_not_fit(report, neighbouring, open_history):
    for each in [report, neighbouring]:
        change(EVENT, each.events.get(number=5).pk, hash="0" * 64)

    with pytest.raises(CommandError, match=r"Found beside it: 1\.$"):
        call_command("verify_history")


def test_verify_history_names_the_event_after_one_with_a_new_hash(report, open_history):
    event = report.events.get(number=3)
    event.comment = "Well done."
    change(EVENT, event.pk, comment=event.comment, hash=event.computed_hash())

    expected = "it does not carry the hash of the event before it."
    assert first_misfit() == f"{named(report, 4)}{expected}"


def test_verify_history_names_the_event_after_a_gap(report, open_history):
    remove(EVENT, report.events.get(number=3).pk)

    assert first_misfit() == f"{named(report, 4)}it comes after number 2: there is a gap."


def test_verify_history_names_the_event_after_a_missing_beginning(report, open_history):
    remove(EVENT, report.events.get(number=1).pk)

    assert first_misfit() == f"{named(report, 2)}it comes after number 0: there is a gap."


def test_verify_history_names_a_step_that_begins_elsewhere(report, open_history):
    event = report.events.get(number=5)
    event.from_status = "draft"
    change(EVENT, event.pk, from_status="draft", hash=event.computed_hash())

    expected = "it begins at “draft”, and the one before ended at “submitted”."
    assert first_misfit() == f"{named(report, 5)}{expected}"


def test_verify_history_names_the_report_whose_last_event_is_gone(
    report, neighbouring, open_history
):
    remove(EVENT, report.events.get(number=5).pk)

    assert first_misfit() == (
        f"progress report {report.pk} (2025-H2-FR-1.1-2): "
        "its status is “approved”, and its last event made it “submitted”."
    )


def test_verify_history_names_a_report_whose_status_was_written_past_the_actions(report):
    change(REPORT, report.pk, status="returned")

    assert first_misfit().startswith(f"progress report {report.pk} (2025-H2-FR-1.1-2): its status")


def test_verify_history_names_a_report_without_history(report):
    other = ProgressReportFactory()

    assert first_misfit() == (
        f"progress report {other.pk} (never submitted): it has no history at all."
    )


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("content", "{}", "its SHA-256 is not that of its content."),
        ("sha256", "0" * 64, "its SHA-256 is not that of its content."),
        ("number", 7, "it has the number 7, and it is submission 1 of its report."),
        ("receipt_number", "2025-H2-JP-1.1-1", "its receipt number is not that of 2025-H2-FR-1.1."),
        (
            "submitted_at",
            datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC),
            "time or person are not those of its event.",
        ),
    ],
)
def test_verify_history_names_a_changed_submission(
    report, neighbouring, open_history, column, value, what
):
    submission = report.submissions.get(number=1)
    change(SUBMISSION, submission.pk, **{column: value})
    submission.refresh_from_db()

    assert first_misfit() == f"submission {submission.pk} ({submission.receipt_number}): {what}"


def test_verify_history_names_a_submission_moved_to_another_report(
    report, neighbouring, open_history
):
    submission = report.submissions.get(number=1)
    other = ProgressReportFactory()
    change(SUBMISSION, submission.pk, report_id=other.pk)

    assert first_misfit() == (
        f"submission {submission.pk} (2025-H2-FR-1.1-1): "
        f"it is of report {other.pk}, and the event of report {report.pk}."
    )


def test_verify_history_names_a_submission_with_content_of_another_shape(report, open_history):
    submission = report.submissions.get(number=1)
    change(SUBMISSION, submission.pk, content="[]", sha256=sha256_of([]))

    assert first_misfit() == (
        f"submission {submission.pk} (2025-H2-FR-1.1-1): its receipt number is not that of ?-?-?."
    )


def test_verify_history_names_a_submission_that_no_event_speaks_of(report):
    stray = SubmissionFactory(report=report)

    assert first_misfit() == (
        f"submission {stray.pk} (2025-H2-FR-1.1-3): no event of its report names it."
    )


def test_verify_history_names_a_submitting_event_without_submission(report, open_history):
    event = report.events.get(number=2)
    event.submission = None
    change(EVENT, event.pk, submission_id=None, hash=event.computed_hash())

    assert first_misfit() == f"{named(report, 2)}it names no submission."


def test_misfits_name_an_event_whose_submission_is_gone(report):
    event = report.events.get(number=1)
    event.submission_id = 7
    # What the join finds where foreign keys were switched off.
    ReportEvent._meta.get_field("submission").set_cached_value(event, None)
    event.hash = event.computed_hash()

    assert "its submission 7 is gone" in [misfit.what for misfit in misfits([event])]


def test_verify_history_names_the_event_of_a_submission_with_a_new_hash(report, open_history):
    copy = report.submissions.get(number=1)
    content = copy.content | {"achievements": "Everything was reached."}
    Submission.objects.filter(pk=copy.pk).update(content=content, sha256=sha256_of(content))

    assert first_misfit() == f"{named(report, 2)}its hash is not that of what it says."


@pytest.mark.parametrize("number", [1, 3])
def test_verify_history_takes_the_same_queries_whatever_its_length(
    framework, open_round, people, django_assert_num_queries, number, capsys
):
    for objective in Objective.objects.of(framework)[:number]:
        life(objective, open_round, people)

    # PostgreSQL is told, and told no more, that the system asks.
    with django_assert_num_queries(8 if connection.vendor == "sqlite" else 10):
        call_command("verify_history")
