"""People act at once on the same invitation or account: real threads, each with a connection.

As in tests/reporting/test_races.py each is run a second time with its guard taken out, and is then
lost. SQLite lets only one write at a time anyway, so that this shows on PostgreSQL alone.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from members import actions, inviting, people, proposing
from members.invitation_mails import digest
from members.models import Invitation, MemberCountry, MembershipEvent, Role, User
from tests.factories import (
    DelegationFactory,
    MemberCountryFactory,
    MembershipFactory,
    RegionFactory,
    UserFactory,
)
from tests.members.test_admin import country_data
from tests.reporting.test_races import ATTEMPTS, at_once, load, on_postgresql, results

pytestmark = pytest.mark.django_db(transaction=True)
Kind = MembershipEvent.Kind
REFUSED = (people.Changed, people.NotAllowed, people.CannotAccept, inviting.AlreadyInvited)


@pytest.fixture(autouse=True)
def any_number_of_mails(monkeypatch):
    monkeypatch.setattr(inviting, "MAILS_AN_HOUR", 10_000)


@pytest.fixture
def unguarded(monkeypatch):
    """Nobody waits for the row that another is changing."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def trying(verb, **arguments):
    """For `at_once`: "lost" where it was refused with a word for people."""

    def run():
        try:
            verb(**arguments)
        except REFUSED:
            return "lost"

    return run


def invited(by, country=None, role=Role.VIEWER, email=None, token="a-link"):
    """An invitation whose mail was sent, with its link."""
    Invitation.objects.pending().update(withdrawn_at=timezone.now(), token_sha256="")
    email = email or f"nina{Invitation.objects.count()}@example.org"
    made = inviting.invite(by=by, email=email, role=role, country=country)
    Invitation.objects.filter(pk=made.pk).update(token_sha256=digest(token), mail_after=None)
    return made


def kinds_of(email):
    events = MembershipEvent.objects.filter(email=email).order_by("pk")
    return list(events.values_list("kind", flat=True))


def accepted_at_once(by, number, user=None):
    invitation = invited(by, email=user and user.email)
    if user:
        verb = trying(inviting.accept_with_account, token="a-link", user=user)
    else:
        new = {"name": "Nina", "time_zone": "UTC", "password": "a sentence of her own"}
        verb = trying(inviting.accept_with_new_account, token="a-link", **new)
    return invitation, results(at_once(*[verb] * number))


def test_invitation_is_accepted_once_by_a_new_account(secretariat, quick_passwords):
    for _round in range(load(3, 50)):
        invitation, outcome = accepted_at_once(secretariat, 6)
        assert outcome == ["lost"] * 5 + ["won"]
        user = User.objects.get(email=invitation.email)
        assert [held.role for held in user.memberships.all()] == [Role.VIEWER]
        assert kinds_of(invitation.email) == [Kind.INVITED, Kind.GIVEN]


def test_invitation_is_accepted_once_by_an_account(secretariat):
    for _round in range(load(3, 50)):
        user = UserFactory()
        invitation, outcome = accepted_at_once(secretariat, 6, user)
        assert outcome == ["lost"] * 5 + ["won"]
        assert user.memberships.count() == 1
        assert kinds_of(invitation.email) == [Kind.INVITED, Kind.GIVEN]


@on_postgresql
@pytest.mark.unguarded
def test_without_the_guard_the_data_base_has_to_refuse_the_second(secretariat, unguarded):
    for _attempt in range(ATTEMPTS):
        _invitation, outcome = accepted_at_once(secretariat, 6, UserFactory())
        if any(each.startswith("IntegrityError") for each in outcome):
            return
    pytest.fail("Everybody was refused in words without the guard too.")


def confirm_and_withdraw(by, colleague):
    invitation = invited(by, role=Role.REVIEWER)
    outcome = at_once(
        trying(inviting.confirm_invitation, invitation=invitation, by=colleague),
        trying(inviting.withdraw_invitation, invitation=invitation, by=by),
    )
    invitation.refresh_from_db()
    return invitation, [each.result for each in outcome]


def test_what_was_withdrawn_stays_so_whoever_confirms_meanwhile(secretariat, colleague):
    for _round in range(load(5, 200)):
        invitation, (confirmed, withdrawn) = confirm_and_withdraw(secretariat, colleague)
        assert withdrawn == "won" and confirmed in {"won", "lost"}
        assert invitation.withdrawn_at and invitation.mail_after is None
        confirming = [Kind.CONFIRMED] if confirmed == "won" else []
        assert kinds_of(invitation.email) == [Kind.INVITED, *confirming, Kind.WITHDRAWN]


@on_postgresql
@pytest.mark.unguarded
def test_without_the_guard_a_confirmation_undoes_the_withdrawal(secretariat, colleague, unguarded):
    for _attempt in range(5 * ATTEMPTS):
        invitation, outcome = confirm_and_withdraw(secretariat, colleague)
        if outcome == ["won", "won"] and invitation.withdrawn_at is None:
            return
    pytest.fail("What was withdrawn stayed so without the guard too.")


def test_of_two_who_confirm_one_does_and_of_withdrawal_and_word_one_holds(
    administrator, secretariat, colleague
):
    for _round in range(load(3, 100)):
        country = MemberCountryFactory()
        proposal = proposing.propose_only_officer(
            country=country, by=administrator, reason="The bureau has one officer."
        )
        outcome = at_once(
            trying(proposing.confirm_proposal, proposal=proposal, by=secretariat),
            trying(proposing.confirm_proposal, proposal=proposal, by=colleague),
            trying(proposing.withdraw_proposal, proposal=proposal, by=administrator),
        )
        assert results(outcome) == ["lost", "lost", "won"]
        country.refresh_from_db()
        is_withdrawn = outcome[2].result == "won"
        assert bool(country.single_officer_reason) is not is_withdrawn
        kinds = country.membership_events.order_by("pk").values_list("kind", flat=True)
        ending = [Kind.CONFIRMED, Kind.ONLY_OFFICER]
        assert list(kinds) == [
            Kind.OFFICER_PROPOSED,
            *([Kind.PROPOSAL_WITHDRAWN] if is_withdrawn else ending),
        ]


def close_and_invite(secretariat, france):
    inviter = MembershipFactory(role=Role.FOCAL_POINT, country=france).user
    email = f"of{inviter.pk}@example.org"
    officer = {"email": email, "role": Role.REPORTER, "country": france}
    outcome = at_once(
        trying(people.deactivate, person=inviter, by=secretariat, reason="Has left."),
        trying(inviting.invite, by=inviter, **officer),
    )
    events = MembershipEvent.objects.filter(person=inviter) | MembershipEvent.objects.filter(
        by=inviter
    )
    kinds = list(events.order_by("pk").values_list("kind", flat=True))
    return inviter, email, [each.result for each in outcome], kinds


def test_whose_account_is_closed_invites_nobody_meanwhile(secretariat, france):
    for _round in range(load(5, 200)):
        inviter, email, (closed, sent), kinds = close_and_invite(secretariat, france)
        assert closed == "won" and sent in {"won", "lost"}
        assert not User.objects.get(pk=inviter.pk).is_active
        before = [Kind.INVITED] if sent == "won" else []
        assert kinds == [*before, Kind.DEACTIVATED]
        # Whatever he sent before opens nothing.
        Invitation.objects.filter(email=email).update(token_sha256=digest(email), mail_after=None)
        with pytest.raises(people.Changed):
            inviting.accept_with_new_account(
                token=email, name="N", time_zone="UTC", password="a sentence"
            )
        assert not User.objects.filter(email=email).exists()


@on_postgresql
@pytest.mark.unguarded
def test_without_the_guard_a_closed_account_has_invited(secretariat, france, unguarded):
    for _attempt in range(5 * ATTEMPTS):
        *_rest, kinds = close_and_invite(secretariat, france)
        if kinds == [Kind.DEACTIVATED, Kind.INVITED]:
            return
    pytest.fail("Nobody was closed and invited in that order without the guard either.")


def test_who_accepts_while_the_account_is_closed_has_the_role_before_or_not_at_all(secretariat):
    for _round in range(load(5, 200)):
        user = UserFactory()
        invitation = invited(secretariat, email=user.email)
        accepted, closed = at_once(
            trying(inviting.accept_with_account, token="a-link", user=user),
            trying(people.deactivate, person=user, by=secretariat, reason="Has left."),
        )
        assert closed.result == "won" and accepted.result in {"won", "lost"}
        given = [Kind.GIVEN] if accepted.result == "won" else []
        assert kinds_of(user.email) == [Kind.INVITED, *given, Kind.DEACTIVATED]
        assert user.memberships.count() == len(given)
        invitation.refresh_from_db()
        assert bool(invitation.accepted_at) != bool(invitation.withdrawn_at)


# Of two who act on the same people each waits for what the other has, if their order differs.


@pytest.fixture
def officers(france):
    """A reporter and the focal point, whose row comes behind the reporter's."""
    reporter, focal_point = UserFactory(), UserFactory()
    MembershipFactory(user=reporter, role=Role.REPORTER, country=france)
    MembershipFactory(user=focal_point, role=Role.FOCAL_POINT, country=france)
    return reporter, focal_point


def handing_over(officers, by):
    reporter, focal_point = officers
    return trying(
        people.hand_over,
        focal_point=focal_point,
        successor=reporter,
        by=by,
        reason="Moves on.",
        leaves=False,
    )


def delegating(officers):
    reporter, focal_point = officers
    ends_at = timezone.now() + timedelta(days=3)
    return trying(actions.delegate, given_by=focal_point, given_to=reporter, ends_at=ends_at)


def waiting_for_a_lock():
    with connection.cursor() as cursor:
        # Or a transaction is told once more what it saw the first time.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def met_halfway(row, first, second):
    """Both begin while `row` is held, `second` when `first` waits for it; what became of them."""

    def run(verb):
        try:
            # However long the machine takes until the row is given free.
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = 0")
            return verb() or "won"
        except Exception as error:
            return f"{type(error).__name__}: {error}".splitlines()[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
            begun = []
            for verb in (first, second):
                begun.append(pool.submit(run, verb))
                while waiting_for_a_lock() < sum(not each.done() for each in begun):
                    time.sleep(0.01)
        return [each.result() for each in begun]


@on_postgresql
def test_who_hands_over_does_not_block_the_secretariat_that_does(officers, secretariat):
    by_both = [handing_over(officers, by) for by in (secretariat, officers[1])]
    assert met_halfway(officers[0], *by_both) == ["won", "lost"]


@on_postgresql
def test_who_delegates_does_not_block_who_hands_over(officers):
    given = DelegationFactory(given_by=officers[1], given_to=officers[0])
    verbs = delegating(officers), handing_over(officers, officers[1])
    assert met_halfway(given, *verbs) == ["won", "won"]


@on_postgresql
def test_who_closes_an_account_does_not_block_who_hands_over_to_it(officers, secretariat):
    reporter, focal_point = officers
    closing = trying(people.deactivate, person=reporter, by=focal_point, reason="Has left.")
    verbs = handing_over(officers, secretariat), closing
    assert met_halfway(reporter, *verbs) == ["won", "lost"]


@on_postgresql
def test_who_invites_does_not_block_who_hands_over(officers, secretariat, france):
    officer = {"email": "nina@example.org", "role": Role.REPORTER, "country": france}
    verbs = (
        handing_over(officers, secretariat),
        trying(inviting.invite, by=officers[1], **officer),
    )
    assert met_halfway(officers[0], *verbs) == ["won", "won"]


def test_of_two_who_hand_over_at_once_one_does(france, secretariat):
    for _round in range(load(5, 200)):
        officers = [
            MembershipFactory(role=role, country=france).user
            for role in (Role.REPORTER, Role.FOCAL_POINT)
        ]
        by_both = [handing_over(officers, by) for by in (secretariat, officers[1])]
        assert results(at_once(*by_both)) == ["lost", "won"]
        MembershipEvent.objects.get(kind=Kind.HANDED_OVER, person=officers[1])


def test_who_delegates_and_hands_over_at_once_does_both(france):
    for _round in range(load(5, 200)):
        officers = [
            MembershipFactory(role=role, country=france).user
            for role in (Role.REPORTER, Role.FOCAL_POINT)
        ]
        verbs = delegating(officers), handing_over(officers, officers[1])
        assert results(at_once(*verbs)) == ["won", "won"]


def given_the_same_place(editor, client_of):
    """Two editors put two countries of a region on one place of its map; the answers they got."""
    region = RegionFactory()
    countries = MemberCountryFactory.create_batch(2, region=region)
    clients = [client_of(editor), client_of(MembershipFactory(role=Role.FRAMEWORK_EDITOR).user)]

    def giving(client, country):
        def run():
            page = reverse("admin:members_membercountry_change", args=[country.pk])
            data = country_data(country, map_column=3, map_row=6)
            return {302: "won", 200: "lost"}[client.post(page, data).status_code]

        return run

    found = results(at_once(*map(giving, clients, countries)))
    assert MemberCountry.objects.filter(region=region, map_column=3).count() == 1
    return found


def test_one_place_on_the_map_is_given_once(editor, client_of):
    for _ in range(load(5, 200)):
        assert given_the_same_place(editor, client_of) == ["lost", "won"]


@on_postgresql
@pytest.mark.unguarded
def test_without_the_lock_a_place_on_the_map_is_given_twice(editor, client_of, unguarded):
    """Where the data base alone refuses it, the second editor would see an error."""
    found = [given_the_same_place(editor, client_of) for _ in range(ATTEMPTS)]

    assert any("IntegrityError" in result for pair in found for result in pair)
