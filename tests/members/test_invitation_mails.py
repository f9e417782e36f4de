"""What the mail server does with invitations. It is a real one, on this machine."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from members import inviting
from members.invitation_mails import WAITS_WHEN_REFUSED, send_invitations
from members.models import Invitation, Role
from tests.pages import elements, has, text, walk

NOBODY, ANN, BEN = "nobody@example.org", "ann@example.org", "ben@example.org"
NOT_DELIVERED = "not delivered: the mail server refuses this address"


@pytest.fixture
def invited(focal_point, france):
    """Three invitations, none of which was sent yet."""
    for email in (NOBODY, ANN, BEN):
        inviting.invite(by=focal_point, email=email, role=Role.REPORTER, country=france)


@pytest.fixture
def states(client_of, focal_point, invited):
    """What the page of the people says of each of them."""

    def shown():
        page = client_of(focal_point).get(reverse("members:people_of_country", args=["FR"]))
        table = elements(page, "table")[-1]
        emails = [each for each in walk(table) if has(dict(each.attributes), scope="row")]
        said = [
            each for each in walk(table) if has(dict(each.attributes), **{"data-label": "State"})
        ]
        return dict(zip(map(text, emails), map(text, said), strict=True))

    return shown


def receivers(post):
    return [message["To"] for message in post.received]


def test_refused_address_holds_up_no_other_invitation(post, states):
    post.replies[NOBODY] = "550 No such person"
    send_invitations.call()

    assert receivers(post) == [ANN, BEN]
    said = states()
    assert said[NOBODY] == NOT_DELIVERED
    assert NOT_DELIVERED not in (said[ANN], said[BEN])


def test_refused_address_is_tried_again_less_and_less_often(post, invited):
    post.replies[NOBODY] = "550 No such person"
    waits, start = [], timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _attempt in range(len(WAITS_WHEN_REFUSED) + 1):
            send_invitations.call()
            [due] = Invitation.objects.filter(email=NOBODY).values_list("mail_after", flat=True)
            waits.append(due - timezone.now())
            clock.move_to(due)
        assert waits == [*WAITS_WHEN_REFUSED, WAITS_WHEN_REFUSED[-1]]
        clock.move_to(start + Invitation.LASTS)
        send_invitations.call()
        assert Invitation.objects.get(email=NOBODY).refusals == len(waits)


def test_row_written_as_before_the_update_was_refused_never(invited):
    """By what runs yet of the portal's last version, which knows nothing of that column."""
    columns = [each.column for each in Invitation._meta.concrete_fields if not each.primary_key]
    columns = ", ".join(f'"{each}"' for each in columns if each not in ("refusals", "email"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO members_invitation (email, {columns}) "
            f"SELECT 'new@example.org', {columns} FROM members_invitation WHERE email = %s",
            [NOBODY],
        )

    assert Invitation.objects.get(email="new@example.org").refusals == 0


def test_address_that_is_taken_after_all_is_refused_no_longer(post, states, focal_point):
    post.replies[NOBODY] = "450 Later"
    send_invitations.call()
    del post.replies[NOBODY]
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        send_invitations.call()

    assert receivers(post) == [ANN, BEN, NOBODY]
    assert "not accepted yet" in states()[NOBODY]


def test_invitation_that_is_sent_again_was_not_refused_yet(post, states, focal_point):
    post.replies[NOBODY] = "550 No such person"
    send_invitations.call()
    refused = Invitation.objects.get(email=NOBODY)
    inviting.resend_invitation(invitation=refused, by=focal_point)

    assert states()[NOBODY] == "the mail is on its way"


def test_server_that_is_down_refuses_nobody(post, states):
    post.close()
    send_invitations.call()

    assert set(states().values()) == {"the mail is on its way"}
    post.open()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=6)):
        send_invitations.call()
    assert sorted(receivers(post)) == [ANN, BEN, NOBODY]
