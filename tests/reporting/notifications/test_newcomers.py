"""That somebody new reads a country's drafts is told to those who knew of it least."""

import pytest
from django.core import mail
from django.core.management import call_command

from members import inviting
from members.models import Invitation, Role
from tests.factories import MembershipFactory, UserFactory

NEW = "nina@example.org"


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Whom the timer tells now of the newcomer, by address."""

    def send():
        mail.outbox.clear()
        call_command("send_reminders", verbosity=0)
        letters = [each for each in mail.outbox if each.subject.startswith("New for")]
        return sorted(each.to[0] for each in letters)

    return send


def accept(by, role, country, monkeypatch):
    """Invites the newcomer and lets her accept, by the link of the mail."""
    monkeypatch.setattr(inviting, "digest", lambda token: token)
    inviting.invite(by=by, email=NEW, role=role, country=country)
    Invitation.objects.update(token_sha256="link")
    newcomer = UserFactory(email=NEW, name="Nina Newcomer")
    inviting.accept_with_account(token="link", user=newcomer)
    return newcomer


def test_of_a_focal_point_all_officers_are_told_once(
    told, secretariat, focal_point, reporter, neighbour, france, monkeypatch
):
    accept(secretariat, Role.FOCAL_POINT, france, monkeypatch)

    assert told() == sorted([focal_point.email, reporter.email])
    letter = next(each for each in mail.outbox if each.to == [focal_point.email])
    assert letter.subject == "New for France: Nina Newcomer"
    assert NEW in letter.body
    assert f"Invited by:  {secretariat.name}" in letter.body
    assert "/accounts/people/FR/" in letter.body
    assert told() == []


def test_of_a_reporter_the_focal_points_are_told(
    told, secretariat, focal_point, reporter, france, monkeypatch
):
    accept(secretariat, Role.REPORTER, france, monkeypatch)

    assert told() == [focal_point.email]


def test_who_has_invited_knows(told, focal_point, reporter, france, monkeypatch):
    other = MembershipFactory(role=Role.FOCAL_POINT, country=france).user
    accept(focal_point, Role.REPORTER, france, monkeypatch)

    assert told() == [other.email]


def test_of_a_viewer_nobody_is_told(told, secretariat, focal_point, france, monkeypatch):
    accept(secretariat, Role.VIEWER, france, monkeypatch)

    assert told() == []
