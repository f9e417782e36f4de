import smtplib

import pytest
from django.core import mail

from reporting import actions
from reporting.models import Mail
from reporting.notifications import send_mails
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
    assert "https://portal.example/reporting/" not in Mail.objects.first().body
    Mail.objects.all().delete()
    actions.notifications.queue_mails(submitted.events.last())
    assert "https://portal.example/reporting/2025-H2/1.1/history/" in Mail.objects.first().body


def test_times_are_the_recipients(submitted, reporter):
    reporter.time_zone = "Pacific/Kiritimati"
    reporter.save()
    Mail.objects.all().delete()
    actions.notifications.queue_mails(submitted.events.last())
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


def test_a_mail_that_fails_stays_in_the_queue(submitted, monkeypatch):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr("reporting.notifications.send_mail", refuse)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send_mails.call()
    assert Mail.objects.unsent().count() == Mail.objects.count()
    send_mails.call()
    assert not Mail.objects.unsent().exists()


def test_a_refused_mail_does_not_keep_back_the_others(submitted, reporter, monkeypatch):
    delivered = []

    def refuse_one(subject, body, sender, recipients):
        if recipients == [reporter.email]:
            raise smtplib.SMTPRecipientsRefused({})
        delivered.extend(recipients)

    monkeypatch.setattr("reporting.notifications.send_mail", refuse_one)
    send_mails.call()
    assert delivered == ["focal.fr@example.org"]
    assert addresses(Mail.objects.unsent()) == [reporter.email]


def test_a_subject_is_one_line_that_fits(draft, focal_point):
    draft.round.name = "Second half\n" + "x" * 88
    draft.country.name_en = "Fra\r\nBcc: x@evil.example" + "y" * 70
    actions.submit_report(report=draft, version=1, by=focal_point)
    subject = Mail.objects.first().subject
    assert (len(subject) <= 200, subject.split("\n")) == (True, [subject])
    send_mails.call()
    assert len(mail.outbox) == 2
