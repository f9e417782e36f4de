import datetime

import pytest
from django.utils import timezone

from members import people
from members.models import Role
from reporting import actions, notifications
from reporting.models import Mail
from reporting.notifications import queue_digests
from tests.factories import ExtensionFactory, MembershipFactory
from tests.reporting.test_actions import COMMENT

pytestmark = pytest.mark.django_db
UTC = datetime.UTC


@pytest.fixture
def daily(reporter):
    """The reporter, who prefers one mail a day and is five hours behind UTC."""
    reporter.wants_digest, reporter.time_zone = True, "America/Lima"
    reporter.save()
    return reporter


def at(day, hour, minute=0):
    return datetime.datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def queued_at(instant):
    Mail.objects.filter(waits_for_digest=True, sent_at=None).update(created_at=instant)


def digests():
    return list(Mail.objects.filter(key__startswith="digest").values_list("key", flat=True))


def test_mails_of_the_day_wait_for_one(daily, returned, focal_point, mailoutbox):
    notifications.send_mails.call()
    assert [message.to for message in mailoutbox] == [[focal_point.email]] * 2
    queued_at(at(1, 20))
    assert queue_digests(at(2, 11, 59)) == 0
    assert queue_digests(at(2, 12)) == 1
    notifications.send_mails.call()
    assert mailoutbox[-1].to == [daily.email]
    assert mailoutbox[-1].subject == "2 messages of the Framework Portal, 2 March 2026"
    for part in ["Submitted: France, 1.1", "Returned for correction: France, 1.1", COMMENT]:
        assert part in mailoutbox[-1].body
        assert part in mailoutbox[-1].alternatives[0].content


@pytest.mark.parametrize("waits_for_digest", [True, False])
def test_nothing_is_told_for_a_role_that_has_been_taken_since(
    daily, returned, secretariat, mailoutbox, waits_for_digest
):
    Mail.objects.filter(recipient=daily).update(waits_for_digest=waits_for_digest)
    people.take_role(person=daily, role=Role.REPORTER, by=secretariat, reason="Elsewhere now.")
    if waits_for_digest:
        queue_digests(timezone.now() + datetime.timedelta(days=2))
    notifications.send_mails.call()

    assert mailoutbox
    assert daily.email not in [message.to[0] for message in mailoutbox]


def test_who_reports_for_another_country_since_is_told_nothing_of_the_one_before(
    daily, returned, secretariat, neighbour
):
    people.take_role(person=daily, role=Role.REPORTER, by=secretariat, reason="Elsewhere now.")
    MembershipFactory(user=daily, role=Role.REPORTER, country=neighbour.country)

    assert Mail.objects.outlived().filter(recipient=daily, report=returned).exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FRAMEWORK_EDITOR, Role.REVIEWER])
def test_who_loses_another_role_is_still_told_what_his_country_is(
    daily, returned, administrator, role
):
    MembershipFactory(user=daily, role=role)
    people.take_role(person=daily, role=role, by=administrator, reason="Tidied up.")

    assert not Mail.objects.outlived().exists()


def test_who_reviews_no_more_is_not_told_what_reviewers_are(
    open_round, reporter, secretariat, administrator
):
    extension = ExtensionFactory(round=open_round, country=reporter.country, asked_by=reporter)
    notifications.queue_extension_mails(extension)
    assert Mail.objects.unsent().filter(recipient=secretariat).exists()
    people.take_role(person=secretariat, role=Role.REVIEWER, by=administrator, reason="Left.")

    assert [mail.recipient for mail in Mail.objects.outlived()] == [secretariat]


def test_who_hands_over_is_still_told_what_his_country_is(daily, returned, focal_point):
    actions.hand_over(
        focal_point=focal_point, successor=daily, by=focal_point, reason="Leave.", leaves=False
    )

    assert not Mail.objects.outlived().exists()
    assert Mail.objects.unsent().filter(recipient=focal_point, report=returned).exists()


def test_digest_is_written_once_a_day_and_tells_the_rest_the_next(daily, submitted):
    queued_at(at(1, 20))
    assert [queue_digests(at(2, 12)), queue_digests(at(2, 13))] == [1, 0]
    # Stored in time but committed late: not lost, and not twice on one day.
    Mail.objects.create(
        key="late", recipient=daily, subject="Late", body="Text.", waits_for_digest=True
    )
    queued_at(at(2, 11))
    assert [queue_digests(at(2, 14)), queue_digests(at(3, 12))] == [0, 1]
    assert digests() == [
        f"digest-user-{daily.pk}-2026-03-02",
        f"digest-user-{daily.pk}-2026-03-03",
    ]


def test_of_an_empty_day_there_is_none(daily):
    assert queue_digests(at(2, 12)) == 0


def test_digest_greets_and_says_good_bye_once(daily, returned):
    queued_at(at(1, 20))
    queue_digests(at(2, 12))
    digest = Mail.objects.get(key__startswith="digest")
    assert digest.body.count("Dear") == 1
    assert digest.body.count("/accounts/profile/") == 1
    assert digest.html.count("<html") == 1


def test_what_cannot_wait_is_sent_by_itself(daily, submitted, secretariat, mailoutbox):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    submitted.round.due_at = submitted.round.closes_at = tomorrow
    submitted.round.save()
    actions.return_report(report=submitted, version=2, by=secretariat, comment=COMMENT)
    notifications.send_mails.call()
    (told,) = [message for message in mailoutbox if message.to == [daily.email]]
    assert told.subject.startswith("Returned for correction")
    assert "It could not wait for your mail of the day." in " ".join(told.body.split())


def test_someone_deactivated_meanwhile_gets_none(daily, submitted):
    queued_at(at(1, 20))
    daily.is_active = False
    daily.save()
    assert queue_digests(at(2, 12)) == 0
