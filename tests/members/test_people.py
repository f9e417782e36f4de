"""Invitations, accounts that are closed and opened, and what is written down of it."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import inviting, people
from members.invitation_mails import digest, send_invitations
from members.models import Invitation, Membership, MembershipEvent, Role, User
from members.models.people import COUNTRY_ROLES
from tests.factories import MembershipFactory, days

Kind = MembershipEvent.Kind
PASSWORD = "a sentence nobody else has"
ADDRESS = "nina@example.org"
ACCEPT = reverse("members:invitation_accept")


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """`sent(verb, **arguments)` acts, and has the mail sent that it leads to."""

    def act(verb, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(**arguments)

    return act


def invite(sent, by, role=Role.REPORTER, country=None, email=ADDRESS):
    return sent(inviting.invite, by=by, email=email, role=role, country=country)


def link():
    return re.search(r"http\S+(/accounts/invitation/\S+/)", mail.outbox[-1].body)[1]


def token():
    return link().rstrip("/").rsplit("/", 1)[1]


def follow(client, address=None):
    return client.get(address or link(), follow=True)


def answer(client, **more):
    form = {
        "name": "Nina Neu",
        "time_zone": "Europe/Paris",
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
    }
    return client.post(ACCEPT, {**form, **more})


def events():
    return list(MembershipEvent.objects.order_by("pk").values_list("kind", "email", "role"))


def test_focal_point_invites_an_officer_who_opens_an_account(sent, focal_point, france):
    invite(sent, focal_point, country=france, email=" Nina@Example.ORG ")
    assert mail.outbox[0].to == [ADDRESS]
    assert not User.objects.filter(email=ADDRESS).exists()

    client = Client()
    assert follow(client).status_code == 200
    assert answer(client).url == reverse("account_login")

    nina = User.objects.get(email=ADDRESS)
    assert (nina.name, nina.time_zone, nina.country) == ("Nina Neu", "Europe/Paris", france)
    assert nina.roles == {Role.REPORTER}
    assert nina.check_password(PASSWORD) and nina.password.startswith("argon2")
    assert events() == [("invited", ADDRESS, "reporter"), ("given", ADDRESS, "reporter")]


def test_link_is_stored_as_its_digest_only(sent, focal_point, france):
    invitation = invite(sent, focal_point, country=france)
    invitation.refresh_from_db()
    assert invitation.token_sha256 == digest(token())
    assert token() not in str(Invitation.objects.values().get())
    assert invitation.mailed_at and invitation.mail_after is None


def test_link_leaves_the_address_and_works_once(sent, focal_point, france):
    invite(sent, focal_point, country=france)
    used, client = link(), Client()
    assert client.get(used).url == ACCEPT
    answer(client)

    again = Client()
    assert follow(again, used).status_code == 410
    assert answer(again, name="Somebody else").status_code == 410
    assert User.objects.get(email=ADDRESS).name == "Nina Neu"


def test_two_with_the_link_open_one_account(sent, focal_point, france):
    invite(sent, focal_point, country=france)
    kept = token()
    form = {"token": kept, "name": "Nina", "time_zone": "UTC", "password": PASSWORD}
    inviting.accept_with_new_account(**form)
    with pytest.raises(people.Changed):
        inviting.accept_with_new_account(**form)


@pytest.mark.parametrize(("after", "status"), [(days(7) - days(1) / 24, 200), (days(7), 410)])
def test_link_works_for_seven_days(sent, focal_point, france, after, status):
    invitation = invite(sent, focal_point, country=france)
    with time_machine.travel(invitation.invited_at + after, tick=False):
        assert follow(Client()).status_code == status


def test_link_of_before_opens_nothing_once_sent_again(sent, focal_point, france):
    invitation = invite(sent, focal_point, country=france)
    before = link()
    sent(inviting.resend_invitation, invitation=invitation, by=focal_point)
    assert follow(Client(), before).status_code == 410
    assert follow(Client()).status_code == 200


def test_withdrawn_invitation_opens_nothing(sent, focal_point, france):
    invitation = invite(sent, focal_point, country=france)
    inviting.withdraw_invitation(invitation=invitation, by=focal_point)
    assert follow(Client()).status_code == 410
    with pytest.raises(people.Changed):
        inviting.resend_invitation(invitation=invitation, by=focal_point)


def test_invitation_ends_with_the_right_of_whoever_invited(sent, focal_point, france):
    invite(sent, focal_point, country=france)
    focal_point.memberships.update(role=Role.REPORTER)
    with pytest.raises(people.Changed):
        inviting.accept_with_new_account(
            token=token(), name="Nina", time_zone="UTC", password=PASSWORD
        )


def test_what_is_typed_stays_and_weak_passwords_are_refused(sent, focal_point, france):
    invite(sent, focal_point, country=france)
    client = Client()
    follow(client)
    response = answer(client, new_password1="short", new_password2="short")
    assert response.context["form"]["name"].value() == "Nina Neu"
    assert "new_password2" in response.context["form"].errors
    assert "nina@example.org" in str(
        answer(client, new_password1=ADDRESS, new_password2=ADDRESS).content
    )
    assert not User.objects.filter(email=ADDRESS).exists()


def test_address_with_an_account_is_answered_alike(sent, focal_point, neighbour, france, client_of):
    address = reverse("members:person_invite", args=["FR"])
    client, pages = client_of(focal_point), []
    for email in [neighbour.email, "nobody@example.org"]:
        response = client.post(address, {"email": email, "role": "reporter"})
        page = client.get(response.url).content.decode().replace(email, "ADDRESS")
        pages.append(re.sub(r"/\d+/|value=\"\w+\"|\d\d:\d\d|name=\"csrf\w+\"", "", page))
        Invitation.objects.all().update(withdrawn_at=timezone.now())
    # The second page tells of one event more.
    assert pages[0].count("ADDRESS") == pages[1].count("ADDRESS") > 0
    assert Invitation.objects.count() == 2


def test_account_takes_a_role_when_its_owner_accepts(sent, secretariat, viewer, france, client_of):
    invite(sent, secretariat, Role.FOCAL_POINT, france, viewer.email)
    page = follow(Client())
    assert b"Sign in with it, then accept" in page.content
    client = client_of(viewer)
    follow(client)
    assert client.post(ACCEPT).url == reverse("reporting:start")
    assert User.objects.get(pk=viewer.pk).roles == {Role.VIEWER, Role.FOCAL_POINT}
    # This browser goes on, whatever the account was before.
    assert client.get(reverse("members:profile")).status_code == 200


def test_somebody_elses_link_gives_nothing(sent, secretariat, viewer, reporter, france, client_of):
    invite(sent, secretariat, Role.FOCAL_POINT, france, viewer.email)
    client = client_of(reporter)
    follow(client)
    response = client.post(ACCEPT)
    assert b"You are signed in as reporter.fr@example.org" in response.content
    with pytest.raises(people.NotAllowed):
        inviting.accept_with_account(token=token(), user=reporter)
    assert User.objects.get(pk=reporter.pk).roles == {Role.REPORTER}


def test_role_of_another_country_is_not_replaced(sent, focal_point, neighbour, france, client_of):
    invite(sent, focal_point, Role.REPORTER, france, neighbour.email)
    client = client_of(neighbour)
    follow(client)
    assert client.post(ACCEPT).status_code == 409
    assert User.objects.get(pk=neighbour.pk).country.iso2 == "JP"


def test_reporter_becomes_focal_point_by_invitation(sent, secretariat, reporter, france):
    invite(sent, secretariat, Role.FOCAL_POINT, france, reporter.email)
    inviting.accept_with_account(token=token(), user=reporter)
    assert Membership.objects.get(user=reporter).role == Role.FOCAL_POINT


def test_closed_account_accepts_nothing(sent, secretariat, viewer, france):
    viewer.is_active = False
    viewer.save()
    invite(sent, secretariat, Role.FOCAL_POINT, france, viewer.email)
    assert b"was closed" in follow(Client()).content
    with pytest.raises(people.NotAllowed):
        inviting.accept_with_account(token=token(), user=viewer)


MAY_GIVE = {
    ("focal_point", "FR"): {Role.REPORTER, Role.VIEWER},
    ("secretariat", "FR"): {Role.FOCAL_POINT, Role.REPORTER, Role.VIEWER},
    ("administrator", "FR"): {Role.FOCAL_POINT, Role.REPORTER, Role.VIEWER},
    ("secretariat", None): {Role.REVIEWER, Role.FRAMEWORK_EDITOR, Role.VIEWER},
    ("administrator", None): {Role.REVIEWER, Role.FRAMEWORK_EDITOR, Role.VIEWER},
}


@pytest.mark.parametrize("country", ["FR", None])
@pytest.mark.parametrize(
    "name",
    ["focal_point", "reporter", "neighbour", "secretariat", "editor", "viewer", "administrator"],
)
def test_who_gives_which_role(request, france, name, country):
    by = request.getfixturevalue(name)
    given = set()
    for role in Role:
        try:
            inviting.invite(
                by=by,
                email=f"new-{role}@example.org",
                role=role,
                country=france if country else None,
            )
        except people.NotAllowed:
            continue
        given.add(role)
    assert given == MAY_GIVE.get((name, country), set())


def test_reviewer_invites_nobody_for_his_own_country(reporter, france):
    MembershipFactory(user=reporter, role=Role.REVIEWER)
    for role in COUNTRY_ROLES:
        with pytest.raises(people.NotAllowed):
            inviting.invite(by=reporter, email=ADDRESS, role=role, country=france)


def test_right_that_was_lost_meanwhile_gives_nothing(focal_point, france):
    User.objects.filter(pk=focal_point.pk).update(is_active=False)
    with pytest.raises(people.NotAllowed):
        inviting.invite(by=focal_point, email=ADDRESS, role=Role.REPORTER, country=france)


def test_role_of_power_waits_for_a_second_person(sent, secretariat, colleague):
    invitation = invite(sent, secretariat, Role.REVIEWER)
    assert mail.outbox == []
    with pytest.raises(people.NotAllowed):
        sent(inviting.confirm_invitation, invitation=invitation, by=secretariat)
    with pytest.raises(people.Changed):
        sent(inviting.resend_invitation, invitation=invitation, by=secretariat)
    assert mail.outbox == []

    sent(inviting.confirm_invitation, invitation=invitation, by=colleague)

    assert mail.outbox[0].to == [ADDRESS]
    inviting.accept_with_new_account(token=token(), name="N", time_zone="UTC", password=PASSWORD)
    assert User.objects.get(email=ADDRESS).is_reviewer
    assert [kind for kind, *_ in events()] == ["invited", "confirmed", "given"]


def test_nobody_confirms_his_own_promotion(sent, secretariat, colleague):
    invitation = invite(sent, secretariat, Role.FRAMEWORK_EDITOR, email=colleague.email)
    with pytest.raises(people.NotAllowed):
        inviting.confirm_invitation(invitation=invitation, by=colleague)


def test_proposal_of_somebody_who_has_gone_is_not_confirmed(sent, secretariat, colleague):
    invitation = invite(sent, secretariat, Role.REVIEWER)
    secretariat.memberships.all().delete()
    with pytest.raises(people.NotAllowed):
        inviting.confirm_invitation(invitation=invitation, by=colleague)


def test_data_base_refuses_power_without_a_second_person(sent, secretariat, viewer):
    invitation = invite(sent, secretariat, Role.REVIEWER)
    for values in [
        {"confirmed_by": secretariat, "confirmed_at": timezone.now()},
        {"accepted_at": timezone.now(), "account": viewer},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(**values)


def test_one_open_invitation_for_an_address_and_a_country(
    sent, focal_point, neighbour, france, japan
):
    invite(sent, focal_point, country=france)
    invite(sent, neighbour, country=japan)
    with pytest.raises(inviting.AlreadyInvited):
        invite(sent, focal_point, Role.VIEWER, france)


def test_limits(sent, focal_point, neighbour, france, japan, monkeypatch):
    monkeypatch.setattr(inviting, "MAILS_AN_HOUR", 3)
    for number in range(3):
        invite(sent, focal_point, country=france, email=f"n{number}@example.org")
    with pytest.raises(inviting.TooMany):
        invite(sent, focal_point, country=france)
    invite(sent, neighbour, country=japan)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1, seconds=1)):
        invite(sent, focal_point, country=france)


def test_address_is_not_flooded(sent, focal_point, france):
    invitation = invite(sent, focal_point, country=france)
    for _number in range(inviting.SENT_A_DAY - 1):
        sent(inviting.resend_invitation, invitation=invitation, by=focal_point)
    with pytest.raises(inviting.TooMany):
        sent(inviting.resend_invitation, invitation=invitation, by=focal_point)


def test_mail_that_was_not_sent_is_sent_later(sent, focal_point, france, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    invitation = invite(sent, focal_point, country=france)
    invitation.refresh_from_db()
    assert invitation.mailed_at is None
    assert "was not sent" in caplog.text and ADDRESS not in caplog.text

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=6)):
        send_invitations.enqueue()
        assert follow(Client()).status_code == 200


def test_closed_account_is_out_at_once_and_its_history_stays(
    reporter, focal_point, client_of, draft
):
    client = client_of(reporter)
    assert client.get(reverse("reporting:desk")).status_code == 200

    people.deactivate(person=reporter, by=focal_point, reason="Has left the bureau.")

    assert client.get(reverse("reporting:desk")).status_code == 302
    draft.refresh_from_db()
    assert draft.changed_by == reporter
    event = MembershipEvent.objects.get()
    assert (event.kind, event.person, event.by) == (Kind.DEACTIVATED, reporter, focal_point)
    assert (event.reason, event.country) == ("Has left the bureau.", reporter.country)


def test_account_that_is_open_again_is_not_open_in_an_old_browser(reporter, focal_point, client_of):
    client = client_of(reporter)
    people.deactivate(person=reporter, by=focal_point, reason="A mistake.")
    people.reactivate(person=reporter, by=focal_point, reason="It was a mistake.")
    assert client.get(reverse("reporting:desk")).status_code == 302
    assert client_of(User.objects.get(pk=reporter.pk)).get("/reporting/").status_code == 200
    with pytest.raises(people.Changed):
        people.reactivate(person=reporter, by=focal_point, reason="Again.")


MAY_CLOSE = {
    "focal_point": {"reporter"},
    "reporter": set(),
    "neighbour": set(),
    "viewer": set(),
    "editor": set(),
    "secretariat": {"reporter", "focal_point", "neighbour", "viewer"},
    "administrator": {"reporter", "focal_point", "neighbour", "viewer", "editor", "secretariat"},
}


@pytest.mark.parametrize("name", MAY_CLOSE)
def test_who_closes_whose_account(request, db, name):
    cast = {each: request.getfixturevalue(each) for each in MAY_CLOSE}
    closed = set()
    for each, person in cast.items():
        try:
            with transaction.atomic():
                people.deactivate(person=person, by=cast[name], reason="Try.")
                closed.add(each)
                raise people.Changed
        except (people.NotAllowed, people.Changed):
            continue
    assert closed == MAY_CLOSE[name]


def test_focal_point_closes_no_reviewer_who_reports_for_his_country(reporter, focal_point):
    MembershipFactory(user=reporter, role=Role.REVIEWER)
    with pytest.raises(people.NotAllowed):
        people.deactivate(person=reporter, by=focal_point, reason="Try.")


def test_viewer_is_his_who_invited_him_until_he_reports_elsewhere(sent, focal_point, france, japan):
    invite(sent, focal_point, Role.VIEWER, france)
    guest = inviting.accept_with_new_account(
        token=token(), name="Guest", time_zone="UTC", password=PASSWORD
    )
    assert guest.country is None
    assert guest in User.objects.closable_by(focal_point)

    Membership.objects.create(user=guest, role=Role.REPORTER, country=japan)
    assert guest not in User.objects.closable_by(focal_point)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_events_are_only_added_to(focal_point, reporter, change):
    people.deactivate(person=reporter, by=focal_point, reason="Has left.")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        if change == "update":
            MembershipEvent.objects.update(reason="Something else.")
        else:
            MembershipEvent.objects.all().delete()
    assert "is append-only" in str(refused.value)


def test_events_are_not_emptied_or_overwritten(focal_point, reporter):
    people.deactivate(person=reporter, by=focal_point, reason="Has left.")
    event = MembershipEvent.objects.values().get()
    table = MembershipEvent._meta.db_table
    if connection.vendor == "postgresql":
        connection.check_constraints()
        sql = f"TRUNCATE {table}"
    else:
        sql = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert MembershipEvent.objects.values().get() == event
