"""What is told of accounts and roles: to whom it is about, and to who can confirm."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from pytest_django.asserts import assertTemplateNotUsed, assertTemplateUsed

from members import inviting, people, proposing
from members.models import MembershipEvent, Role, User
from reporting import actions
from reporting.models import Mail
from reporting.notifications import queue_people_mails
from tests.factories import MembershipFactory


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """What the timer sends now, as {address: subject}."""

    def send():
        mail.outbox.clear()
        call_command("send_reminders", verbosity=0)
        return {each.to[0]: each.subject for each in mail.outbox}

    return send


def test_closed_account_is_told_once_and_nothing_secret(told, secretariat, reporter):
    people.deactivate(person=reporter, by=secretariat, reason="Suspected of something.")

    assert told() == {reporter.email: "Your account: account deactivated"}
    body = mail.outbox[0].body
    assert "was closed" in body and secretariat.name in body
    # The reason is for those who keep the accounts; and there is no profile to open.
    html = mail.outbox[0].alternatives[0].content
    assert not any(word in body + html for word in ["Suspected", "http", "profile"])
    assert told() == {}


def test_account_that_is_open_again_is_told(told, secretariat, reporter):
    people.deactivate(person=reporter, by=secretariat, reason="A mistake.")
    told()
    people.reactivate(person=reporter, by=secretariat, reason="It was one.")
    assert told() == {reporter.email: "Your account: account opened again"}


def test_role_that_is_taken_or_given_by_others_is_told(told, secretariat, reporter, viewer):
    people.take_role(person=reporter, role=Role.REPORTER, by=secretariat, reason="Elsewhere.")
    people.give_on_server(person=viewer, role=Role.REVIEWER, reason="The second person.")
    people.give_on_server(person=viewer, role="", reason="The second administrator.")

    told()
    letters = [(each.to[0], each.subject) for each in mail.outbox]
    assert letters == [
        (reporter.email, "Your account: role taken"),
        (viewer.email, "Your account: role given"),
        (viewer.email, "Your account: made an administrator"),
    ]
    assert "Role:        Country reporter" in mail.outbox[0].body
    assert "the operator of the server" in mail.outbox[1].body


def test_changed_address_is_told_at_both(told, administrator, viewer):
    for address in ("vera@example.org", "v@example.org"):
        before, viewer.email = viewer.email, address
        viewer.save()
        people.note_address(person=viewer, before=before, by=administrator)

    told()
    letters = [(each.to, each.subject) for each in mail.outbox]
    subject = "Your account: e-mail address changed"
    where = ["v@example.org", "v@example.org", "viewer@example.org", "vera@example.org"]
    assert letters == [([address], subject) for address in where]
    body, html = mail.outbox[2].body, mail.outbox[2].alternatives[0].content
    assert administrator.name in body and "tell the secretariat at once" in body
    # Whoever reads it may be somebody else: not where the account has gone, and no way in.
    assert not any(word in body + html for word in ["v@example.org", "vera", "profile", "http"])
    assert told() == {}


def test_address_that_is_the_accounts_again_is_not_told_that_it_has_gone(administrator, viewer):
    before = viewer.email
    people.note_address(person=User(pk=viewer.pk, email="v@example.org"), before=before, by=None)
    people.note_address(person=viewer, before="v@example.org", by=None)
    queue_people_mails(timezone.now())
    assert set(Mail.objects.values_list("address", flat=True)) == {"", "v@example.org"}


def test_who_changes_his_own_address_is_told_at_the_old_one(told, administrator):
    administrator.email = "a@example.org"
    administrator.save()
    people.note_address(person=administrator, before="admin@example.org", by=administrator)
    assert told() == {"admin@example.org": "Your account: e-mail address changed"}


def test_second_persons_are_told_that_a_role_of_power_waits(
    told, secretariat, administrator, reporter, editor
):
    colleague = MembershipFactory(role=Role.REVIEWER).user
    MembershipFactory(role=Role.REVIEWER, user__is_active=False)
    asked = inviting.invite(by=secretariat, email="nina@example.org", role=Role.REVIEWER)

    subject = "A second person is needed: Secretariat reviewer"
    assert told() == dict.fromkeys([colleague.email, administrator.email], subject)
    assert f"/accounts/people/invitations/{asked.pk}/confirm/" in mail.outbox[0].body
    assert told() == {}


def test_nobody_is_told_to_confirm_what_is_confirmed_or_his_own(told, secretariat, administrator):
    colleague = MembershipFactory(role=Role.REVIEWER).user
    own = inviting.invite(by=secretariat, email=colleague.email, role=Role.FRAMEWORK_EDITOR)
    done = inviting.invite(by=secretariat, email="nina@example.org", role=Role.REVIEWER)
    inviting.confirm_invitation(invitation=done, by=administrator)
    invited = {"nina@example.org": "Invitation to the Framework Portal"}

    assert own.needs_confirmation
    expected = {administrator.email: "A second person is needed: Framework editor"}
    assert told() == expected | invited


def test_second_persons_are_told_that_an_account_with_power_waits(
    told, secretariat, administrator, editor, reporter
):
    colleague = MembershipFactory(role=Role.REVIEWER).user
    people.deactivate(person=colleague, by=administrator, reason="On leave.")
    told()
    proposal = proposing.propose_reopening(person=colleague, by=administrator, reason="Is back.")

    subject = "A second person is needed: open the account again"
    assert told() == {secretariat.email: subject}
    body = mail.outbox[0].body
    assert "Is back." in body and colleague.name in body
    assert f"/accounts/people/proposals/{proposal.pk}/confirm/" in body
    assert told() == {}
    proposing.confirm_proposal(proposal=proposal, by=secretariat)
    assert told() == {colleague.email: "Your account: account opened again"}


def test_only_officer_is_told_when_it_is_confirmed_and_when_it_ends(
    told, secretariat, administrator, reporter, neighbour
):
    france = reporter.country
    # Who reports for the country has no say in it.
    compatriot = MembershipFactory(country=france, role=Role.FOCAL_POINT, user__is_active=False)
    MembershipFactory(user=compatriot.user, role=Role.REVIEWER)
    proposal = proposing.propose_only_officer(country=france, by=administrator, reason="One only.")
    waits = "A second person is needed: let the only officer submit"
    assert told() == {secretariat.email: waits}

    proposing.confirm_proposal(proposal=proposal, by=secretariat)
    assert told() == {reporter.email: "France: only officer may submit"}
    assert "One only." in mail.outbox[0].body
    proposing.end_only_officer(country=france, by=administrator, reason="A second has come.")
    assert told() == {reporter.email: "France: only officer may no longer submit"}


def test_handover_is_told_by_its_own_mail_alone(focal_point, reporter, secretariat):
    actions.hand_over(
        focal_point=focal_point, successor=reporter, by=secretariat, reason="Leaves.", leaves=True
    )
    before = set(Mail.objects.values_list("pk", flat=True))
    queue_people_mails(timezone.now())
    new = Mail.objects.exclude(pk__in=before)

    # Whose account is closed by it has no other mail.
    assert [(each.recipient, each.subject) for each in new] == [
        (focal_point, "Your account: account deactivated")
    ]


def test_old_news_are_not_told(secretariat, reporter):
    people.deactivate(person=reporter, by=secretariat, reason="Has left.")
    assert MembershipEvent.objects.count() == 1
    assert queue_people_mails(timezone.now() + timedelta(days=8)) == 0
    assert queue_people_mails(timezone.now()) == 1
    assert queue_people_mails(timezone.now()) == 0


def test_letter_is_not_written_again_where_it_was_told(
    secretariat, administrator, viewer, reporter, france
):
    people.deactivate(person=viewer, by=administrator, reason="Has left.")
    people.note_address(person=reporter, before="r@example.org", by=administrator)
    inviting.invite(by=secretariat, email="nina@example.org", role=Role.REVIEWER)
    proposal = proposing.propose_only_officer(country=france, by=administrator, reason="One.")
    with assertTemplateUsed("reporting/mail/_letter.html"):
        assert queue_people_mails(timezone.now()) == 5
    with assertTemplateNotUsed("reporting/mail/_letter.html"):
        assert queue_people_mails(timezone.now()) == 0

    proposing.confirm_proposal(proposal=proposal, by=secretariat)
    assert queue_people_mails(timezone.now()) == 1
    with assertTemplateNotUsed("reporting/mail/_letter.html"):
        assert queue_people_mails(timezone.now()) == 0


def test_closed_account_gets_no_other_mail(secretariat, reporter):
    waiting = Mail.objects.create(key="x", recipient=reporter, subject="A report", body="…")
    User.objects.filter(pk=reporter.pk).update(is_active=False)
    about = Mail.objects.create(key="account-x", recipient=reporter, subject="Closed", body="…")
    assert list(Mail.objects.due(timezone.now())) == [about]
    assert waiting in Mail.objects.waiting()
