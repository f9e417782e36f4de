import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, OperationalError, transaction
from django.utils.formats import date_format

from members.models import Role, SignOff
from reporting import actions, notifications
from reporting.models import Mail
from reporting.notifications import send_mails
from tests.factories import ExtensionFactory, MembershipFactory
from tests.reporting.test_actions import COMMENT


def addresses(mails):
    return sorted(waiting.recipient.email for waiting in mails)


def test_a_submission_is_told_to_the_officers_of_the_country(submitted, reporter, neighbour):
    assert addresses(Mail.objects.all()) == ["focal.fr@example.org", "reporter.fr@example.org"]


def test_a_return_tells_the_reason(returned):
    told = Mail.objects.filter(subject__startswith="Returned").first()
    assert told.subject == "Returned for correction: France, 1.1, Second half of 2025"
    assert COMMENT in told.body


def test_links_start_with_the_public_address(submitted, settings):
    settings.PUBLIC_BASE_URL = "https://portal.example"
    assert "https://portal.example/" not in Mail.objects.first().body
    Mail.objects.all().delete()
    notifications.queue_mails(submitted.events.last())
    assert (
        "https://portal.example/reporting/submissions/2025-H2-FR-1.1-1/"
        in Mail.objects.first().body
    )


def test_times_are_the_recipients(submitted, reporter):
    reporter.time_zone = "Pacific/Kiritimati"
    reporter.save()
    Mail.objects.all().delete()
    notifications.queue_mails(submitted.events.last())
    assert "(Pacific/Kiritimati)" in Mail.objects.get(recipient=reporter).body


def test_someone_deactivated_gets_none(draft, reporter, focal_point):
    reporter.is_active = False
    reporter.save()
    actions.submit_report(report=draft, version=1, by=focal_point)
    assert addresses(Mail.objects.all()) == ["focal.fr@example.org"]


def test_mails_leave_after_the_commit(draft, focal_point, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.submit_report(report=draft, version=1, by=focal_point)
        assert mail.outbox == []
    assert [sent.to for sent in mail.outbox] == [[m.recipient.email] for m in Mail.objects.all()]
    assert not Mail.objects.unsent().exists()


def test_a_mail_is_sent_once(submitted):
    send_mails.call()
    send_mails.call()
    assert len(mail.outbox) == Mail.objects.count()


def test_a_subject_is_one_line_that_fits(draft, focal_point):
    draft.round.name = "Second half\n" + "x" * 88
    draft.country.name_en = "Fra\r\nBcc: x@evil.example" + "y" * 70
    actions.submit_report(report=draft, version=1, by=focal_point)
    subject = Mail.objects.first().subject
    assert (len(subject) <= 200, subject.split("\n")) == (True, [subject])
    send_mails.call()
    assert len(mail.outbox) == 2


def test_return_tells_what_was_said_of_single_fields_and_until_when(
    submitted, secretariat, reporter
):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment=COMMENT,
        field_comments={"next_steps": "By <when>?"},
        only_commented=True,
    )
    told = Mail.objects.filter(recipient=reporter).last()
    assert "Next steps:\n    By <when>?" in told.body
    assert "By &lt;when&gt;?" in told.html
    closes_at = date_format(submitted.round.closes_at, "DATETIME_FORMAT")
    next_step = f"the others stay as they are, and submit the report again before {closes_at} UTC."
    assert next_step in " ".join(told.body.split())


def test_what_is_ours_fits_into_78_columns(returned):
    lines = [line for told in Mail.objects.all() for line in told.body.splitlines()]
    assert [line for line in lines if len(line) > 78 and "http" not in line] == []


def test_submission_is_told_with_its_receipt(submitted):
    told, submission = Mail.objects.first(), submitted.submissions.get()
    assert f"Receipt:     {submission.receipt_number}\n" in told.body
    assert f"SHA-256:     {submission.sha256}\n" in told.body


def test_withdrawal_is_told_to_the_country(submitted, focal_point, reporter, secretariat):
    actions.withdraw_report(report=submitted, version=2, by=focal_point)
    told = Mail.objects.filter(subject__startswith="Withdrawn")
    assert addresses(told) == ["focal.fr@example.org", "reporter.fr@example.org"]


def test_extension_is_asked_of_the_reviewers_of_other_countries(
    open_round, france, reporter, focal_point, secretariat, settings
):
    settings.PUBLIC_BASE_URL = "https://portal.example"
    MembershipFactory(user=focal_point, role=Role.REVIEWER)
    extension = ExtensionFactory(round=open_round, country=france, asked_by=reporter)
    notifications.queue_extension_mails(extension)
    told = Mail.objects.get()
    assert told.recipient == secretariat
    assert told.subject == "Extension asked for: France, Second half of 2025"
    assert extension.reason in told.body
    assert f"https://portal.example/review/extensions/{extension.pk}/" in told.body


@pytest.mark.parametrize(
    ("state", "granted_until", "expected"),
    [("granted", "2030-01-02T12:00Z", "2 January 2030, 12:00 UTC"), ("refused", None, "stays")],
)
def test_answer_is_told_to_the_country(
    open_round, france, reporter, secretariat, neighbour, state, granted_until, expected
):
    extension = ExtensionFactory(
        round=open_round,
        country=france,
        state=state,
        answer="Because of the storm.",
        answered_by=secretariat,
        answered_at=open_round.opens_at,
        granted_until=granted_until and datetime.datetime.fromisoformat(granted_until),
    )
    notifications.queue_extension_mails(extension)
    told = Mail.objects.get()
    assert told.recipient == reporter
    assert told.subject == f"Extension {state}: France, Second half of 2025"
    assert "Because of the storm." in told.body
    assert expected in told.body


def test_the_same_is_told_once(submitted):
    with pytest.raises(IntegrityError), transaction.atomic():
        notifications.queue_mails(submitted.events.last())
    assert Mail.objects.count() == 2


def test_step_is_taken_though_the_queue_is_broken(
    draft, focal_point, monkeypatch, django_capture_on_commit_callbacks
):
    def broken(task):
        raise OperationalError

    monkeypatch.setattr(type(notifications.send_mails), "enqueue", broken)
    with django_capture_on_commit_callbacks(execute=True):
        actions.submit_report(report=draft, version=1, by=focal_point)
    assert Mail.objects.unsent().count() == 2


def test_report_that_came_by_post_is_told_as_such(draft, reporter, secretariat):
    draft.entered_by = secretariat
    draft.save()
    actions.submit_report(report=draft, version=1, by=secretariat, signs_as=SignOff.SECRETARIAT)
    told = " ".join(Mail.objects.get().body.split())
    entered = "Selma Secretariat of the secretariat has entered and submitted this report"
    assert f"{entered}, on behalf of France, as it came by post." in told
    assert "Signed as: secretariat, on behalf of the country" in told
