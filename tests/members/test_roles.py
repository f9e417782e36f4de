"""Roles that are taken, and those that the operator of the server gives."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from members import inviting, people
from members.models import MembershipEvent, Role, User
from tests.factories import MembershipFactory, UserFactory

Kind = MembershipEvent.Kind


def test_secretariat_takes_a_role(secretariat, reporter, client_of):
    MembershipFactory(user=reporter, role=Role.VIEWER)
    client = client_of(User.objects.get(pk=reporter.pk))
    people.take_role(
        person=reporter, role=Role.REPORTER, by=secretariat, reason="Works elsewhere now."
    )

    assert User.objects.get(pk=reporter.pk).roles == {Role.VIEWER}
    event = MembershipEvent.objects.get()
    assert (event.kind, event.by, event.person) == (Kind.TAKEN, secretariat, reporter)
    assert (event.role, event.country.iso2) == (Role.REPORTER, "FR")
    assert client.get("/reporting/").status_code == 302
    with pytest.raises(people.Changed):
        people.take_role(person=reporter, role=Role.REPORTER, by=secretariat, reason="Again.")


def test_whoever_may_not_close_an_account_takes_no_role_of_it(
    secretariat, colleague, administrator, neighbour, reporter
):
    MembershipFactory(user=administrator, role=Role.REVIEWER)
    for person, role, by in [
        (secretariat, Role.REVIEWER, colleague),
        (secretariat, Role.REVIEWER, secretariat),
        (administrator, Role.REVIEWER, administrator),
        (reporter, Role.REPORTER, neighbour),
    ]:
        with pytest.raises(people.NotAllowed):
            people.take_role(person=person, role=role, by=by, reason="Try.")
    people.take_role(person=secretariat, role=Role.REVIEWER, by=administrator, reason="Has left.")


def on_server(*arguments, reason="The second administrator."):
    call_command("role", *arguments, reason=reason, stdout=io.StringIO())


def test_lone_administrator_has_a_second_person_made_on_the_server(
    administrator, viewer, client_of
):
    client = client_of(viewer)
    on_server("give", "Viewer@example.org", "administrator")
    event = MembershipEvent.objects.get()

    assert User.objects.get(pk=viewer.pk).is_superuser
    assert (event.kind, event.by, event.person) == (Kind.ADMINISTRATOR, None, viewer)
    assert (event.by_whom, event.reason) == (
        "the operator of the server",
        "The second administrator.",
    )
    assert client.get(reverse("members:profile")).status_code == 302
    asked = inviting.invite(by=administrator, email="nina@example.org", role=Role.REVIEWER)
    assert inviting.confirm_invitation(invitation=asked, by=viewer).confirmed_at

    on_server("take", viewer.email, "administrator", reason="Has left.")
    assert not User.objects.get(pk=viewer.pk).is_superuser
    assert MembershipEvent.objects.first().kind == Kind.NO_ADMINISTRATOR


def test_role_of_power_is_given_and_taken_on_the_server(viewer):
    on_server("give", viewer.email, "reviewer")
    assert User.objects.get(pk=viewer.pk).is_reviewer
    on_server("take", viewer.email, "reviewer")
    assert User.objects.get(pk=viewer.pk).roles == {Role.VIEWER}
    kinds = MembershipEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [Kind.GIVEN, Kind.TAKEN]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["give", "nobody@example.org", "administrator"], "no account with the address"),
        (["give", "admin@example.org", "administrator"], "has this role already"),
        (["give", "viewer@example.org", "reporter"], "invalid choice"),
        (["give", "closed@example.org", "reviewer"], "is closed"),
        (["take", "viewer@example.org", "reviewer"], "does not have this role"),
        (["take", "viewer@example.org", "administrator"], "does not have this role"),
    ],
)
def test_what_the_server_cannot_do_it_says(administrator, viewer, arguments, words):
    UserFactory(email="closed@example.org", is_active=False)
    with pytest.raises(CommandError, match=words):
        on_server(*arguments)
    assert not MembershipEvent.objects.exists()


def test_first_administrator_is_an_event(db):
    user = User.objects.create_superuser("first@example.org", name="First")
    event = MembershipEvent.objects.get()
    assert (event.kind, event.by, event.person) == (Kind.ADMINISTRATOR, None, user)
