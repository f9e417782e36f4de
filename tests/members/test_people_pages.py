"""The pages about people: who meets them, what a form takes, what it never takes."""

import time

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members import inviting, people
from members.models import Delegation, Invitation, MembershipEvent, Role, User
from members.models.people import POWER_ROLES
from reporting import actions
from reporting.models import Mail
from tests.factories import (
    DelegationFactory,
    MemberCountryFactory,
    MembershipFactory,
    UserFactory,
    days,
)
from tests.pages import texts

PASSWORD = "correct horse battery"
PEOPLE = reverse("members:people_list")
FRANCE = reverse("members:people_of_country", args=["FR"])
INVITE = reverse("members:person_invite", args=["FR"])
SECRETARIAT = reverse("members:people_of_secretariat")
INVITE_SECRETARIAT = reverse("members:secretariat_invite")
CAST = ["focal_point", "reporter", "neighbour", "secretariat", "editor", "viewer", "administrator"]


@pytest.fixture
def later():
    """Eleven minutes after everybody has signed in."""

    def travel():
        return time_machine.travel(time.time() + 11 * 60)

    return travel


def page_of(name, *args):
    return reverse(f"members:{name}", args=args)


def invitation(by, role=Role.REPORTER, country=None, email="nina@example.org"):
    return inviting.invite(by=by, email=email, role=role, country=country)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PEOPLE, [302, 403, 302, 200, 403, 403, 200]),
        (FRANCE, [200, 403, 404, 200, 403, 403, 200]),
        (INVITE, [200, 403, 404, 200, 403, 403, 200]),
        (SECRETARIAT, [403, 403, 403, 200, 403, 403, 200]),
        (INVITE_SECRETARIAT, [403, 403, 403, 200, 403, 403, 200]),
    ],
)
def test_who_meets_which_page(request, db, client_of, address, expected):
    found = [client_of(request.getfixturevalue(name)).get(address).status_code for name in CAST]
    assert found == expected


@pytest.mark.parametrize("address", [PEOPLE, FRANCE, INVITE, SECRETARIAT, INVITE_SECRETARIAT])
def test_strangers_sign_in_first(client, db, address):
    assert client.get(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["invitation_confirm", "invitation_resend", "invitation_withdraw"])
def test_invitation_of_another_country_does_not_exist(
    client_of, focal_point, neighbour, france, name
):
    found = invitation(focal_point, country=france)
    assert client_of(neighbour).post(page_of(name, found.pk)).status_code == 404
    found.refresh_from_db()
    assert found.withdrawn_at is None


@pytest.mark.parametrize("name", ["person_deactivate", "person_reactivate"])
def test_people_of_another_country_do_not_exist(client_of, reporter, neighbour, name):
    address = page_of(name, reporter.pk)
    assert client_of(neighbour).post(address, {"reason": "Why not."}).status_code == 404
    assert User.objects.get(pk=reporter.pk).is_active


def test_focal_point_invites_and_sees_who_is_invited(client_of, focal_point, reporter):
    client = client_of(focal_point)
    assert client.post(INVITE, {"email": "nina@example.org", "role": "reporter"}).url == FRANCE
    page = client.get(FRANCE)
    assert "nina@example.org" in texts(page, "th", scope="row")
    assert {"Renée Reporter", "Fabrice Focal"} <= set(texts(page, "th", scope="row"))


def test_role_that_one_may_not_give_is_no_choice(client_of, focal_point):
    client = client_of(focal_point)
    for role in ["focal_point", "reviewer", "framework_editor", "administrator", ""]:
        response = client.post(INVITE, {"email": "nina@example.org", "role": role})
        assert response.status_code == 200
        assert "role" in response.context["form"].errors
        assert response.context["form"]["email"].value() == "nina@example.org"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["", "nina", "x" * 300 + "@example.org", "ni\0na@example.org"])
def test_odd_addresses_have_a_message_at_their_place(client_of, focal_point, email):
    response = client_of(focal_point).post(INVITE, {"email": email, "role": "reporter"})
    assert response.status_code == 200
    assert "email" in response.context["form"].errors


def test_fresh_sign_in_is_asked_for_and_what_was_typed_is_kept(
    client_of, secretariat, france, later, quick_passwords
):
    secretariat.set_password(PASSWORD)
    secretariat.save()
    client, form = client_of(secretariat), {"email": "nina@example.org", "role": "focal_point"}
    with later():
        response = client.post(INVITE, form)
        assert response.url == reverse("account_reauthenticate", query={"next": INVITE})
        assert not Invitation.objects.exists()
        # Without the password the same again.
        assert client.post(INVITE, form).url == response.url

        assert client.post(response.url, {"password": PASSWORD}).url == INVITE
        page = client.get(INVITE)
        assert page.context["form"]["email"].value() == "nina@example.org"
        assert page.context["form"]["role"].value() == "focal_point"
        assert client.post(INVITE, form).url == FRANCE
    assert Invitation.objects.get().role == Role.FOCAL_POINT


def test_officers_are_invited_without_asking_again(client_of, focal_point, later):
    with later():
        form = {"email": "nina@example.org", "role": "reporter"}
        assert client_of(focal_point).post(INVITE, form).url == FRANCE


def test_fresh_sign_in_before_confirming_and_handing_over(
    client_of, secretariat, focal_point, reporter, administrator, later, quick_passwords
):
    asked = invitation(administrator, Role.REVIEWER)
    for person in [secretariat, focal_point]:
        person.set_password(PASSWORD)
        person.save()
    confirm = page_of("invitation_confirm", asked.pk)
    handover = reverse("reporting:handover", args=[focal_point.pk])
    form = {"successor": reporter.pk, "reason": "I move on."}
    clients = client_of(secretariat), client_of(focal_point)
    with later():
        found = [clients[0].post(confirm).url, clients[1].post(handover, form).url]
    assert [url.split("?")[0] for url in found] == [reverse("account_reauthenticate")] * 2
    asked.refresh_from_db()
    assert asked.confirmed_at is None
    assert User.objects.get(pk=reporter.pk).roles == {Role.REPORTER}


def test_who_has_no_password_signs_in_anew(client_of, secretariat, france, later):
    client = client_of(secretariat)
    with later():
        form = {"email": "nina@example.org", "role": "focal_point"}
        assert client.post(INVITE, form).status_code == 403
    assert not Invitation.objects.exists()


def test_second_person_confirms_on_a_page(client_of, secretariat, administrator):
    asked = invitation(administrator, Role.REVIEWER)
    address = page_of("invitation_confirm", asked.pk)
    assert client_of(administrator).post(address).status_code == 403
    client = client_of(secretariat)
    assert asked.email in client.get(PEOPLE).content.decode()
    assert client.post(address).url == SECRETARIAT
    assert [client.get(address).status_code, client.post(address).status_code] == [409, 409]
    asked.refresh_from_db()
    assert asked.confirmed_by == secretariat


def test_account_is_closed_and_opened_with_a_reason(client_of, focal_point, reporter):
    client, close = client_of(focal_point), page_of("person_deactivate", reporter.pk)
    assert client.post(close, {"reason": ""}).status_code == 200
    assert User.objects.get(pk=reporter.pk).is_active
    assert client.post(close, {"reason": "Has left."}).url == FRANCE
    assert not User.objects.get(pk=reporter.pk).is_active
    assert client.post(close, {"reason": "Has left."}).status_code == 409
    again = page_of("person_reactivate", reporter.pk)
    assert client.post(again, {"reason": "Is back."}).url == FRANCE
    assert User.objects.get(pk=reporter.pk).is_active


def test_last_focal_point_is_the_secretariats_to_close(
    client_of, focal_point, reporter, secretariat
):
    for each in [focal_point, reporter]:
        address = page_of("person_deactivate", focal_point.pk)
        assert client_of(each).post(address, {"reason": "Try."}).status_code in (403, 404)
    client = client_of(secretariat)
    assert b"last focal point" in client.get(address).content
    client.post(address, {"reason": "Has died."})
    assert not User.objects.get(pk=focal_point.pk).is_active


def test_countries_without_a_focal_point_come_first(client_of, secretariat, focal_point, japan):
    rows = texts(client_of(secretariat).get(PEOPLE), "th", scope="row")
    assert rows == ["Japan", "France"]


def test_countries_are_searched_and_paged(client_of, secretariat, france):
    MemberCountryFactory.create_batch(60)
    client = client_of(secretariat)
    assert len(texts(client.get(PEOPLE), "th", scope="row")) == 50
    assert len(texts(client.get(PEOPLE, {"page": "2"}), "th", scope="row")) == 11
    assert len(texts(client.get(PEOPLE, {"page": "x"}), "th", scope="row")) == 50
    for words in ["franc", "FR", "fra", "فرنسا"]:
        assert "France" in texts(client.get(PEOPLE, {"q": words}), "th", scope="row")
    assert b"No country has such a name" in client.get(PEOPLE, {"q": "nowhere"}).content
    assert client.get(PEOPLE, {"q": "x" * 101}).status_code == 404


def test_lists_take_the_same_number_of_queries(client_of, secretariat, focal_point, france):
    client, numbers = client_of(secretariat), []
    for turn in range(2):
        for each in [PEOPLE, FRANCE, SECRETARIAT]:
            with CaptureQueriesContext(connection) as queries:
                client.get(each)
            numbers.append(len(queries))
        for number in range(3):
            MembershipFactory(role=Role.REPORTER, country=france)
            MembershipFactory(role=Role.REVIEWER)
            email = f"n{turn}{number}@example.org"
            invitation(focal_point, country=france, email=email)
            invitation(secretariat, Role.VIEWER, email=email)
            MembershipFactory(role=Role.FOCAL_POINT)
    assert numbers[:3] == numbers[3:]
    assert max(numbers) <= 12


FORGED = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "role": "reviewer",
    "roles": "reviewer",
    "country": "1",
    "groups": "1",
    "user_permissions": "1",
    "status": "approved",
    "memberships": "1",
    "memberships-TOTAL_FORMS": "1",
    "memberships-INITIAL_FORMS": "0",
    "memberships-0-role": "reviewer",
    "invited_by": "1",
    "confirmed_by": "1",
    "confirmed_at": "2026-01-01",
    "account": "1",
}


def forged():
    """Every field of every model of these apps, as somebody would send it who hopes."""
    models = [
        *apps.get_app_config("members").get_models(),
        *apps.get_app_config("reporting").get_models(),
    ]
    fields = {field.name: "1" for model in models for field in model._meta.get_fields()}
    # What a form of ours does take, and passwords, are not what this is about.
    taken = {"name", "time_zone", "wants_digest", "email", "reason", "given_to", "password"}
    return {name: value for name, value in (fields | FORGED).items() if name not in taken}


def rights():
    """All that anybody may do, and who belongs to what."""
    people = User.objects.order_by("pk")
    return (
        list(people.values("pk", "email", "is_superuser", "is_active", "password")),
        list(people.values("pk", "groups", "user_permissions")),
        list(people.values("pk", "memberships__role", "memberships__country")),
    )


def test_no_form_takes_a_role_or_a_right(
    client_of, focal_point, reporter, viewer, france, secretariat, draft
):
    asked = invitation(focal_point, country=france)
    addresses = [
        reverse("members:profile"),
        reverse("members:delegation"),
        reverse("members:password_change"),
        reverse("members:sessions_end"),
        reverse("members:session"),
        reverse("account_login"),
        reverse("account_reauthenticate"),
        reverse("members:password_reset"),
        INVITE,
        page_of("person_deactivate", reporter.pk),
        page_of("person_reactivate", reporter.pk),
        page_of("invitation_confirm", asked.pk),
        page_of("invitation_resend", asked.pk),
        page_of("invitation_withdraw", asked.pk),
        reverse("members:invitation_accept"),
        reverse("reporting:handover", args=[focal_point.pk]),
        reverse("reporting:report_edit", args=[draft.round.slug, draft.objective.code]),
        reverse("reporting:report_submit", args=[draft.round.slug, draft.objective.code]),
        reverse("reporting:extension_ask", args=[draft.round.slug]),
    ]
    before = rights()
    for person in [focal_point, reporter, viewer]:
        for address in addresses:
            response = client_of(person).post(address, forged())
            assert response.status_code < 500, address
            assert rights() == before, address
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert set(Invitation.objects.values_list("role", flat=True)) == {Role.REPORTER}


def test_profile_takes_its_own_fields_and_nothing_beside(client_of, viewer):
    before = rights()
    form = {"name": "Vera", "time_zone": "UTC", **forged()}
    assert client_of(viewer).post(reverse("members:profile"), form).status_code == 302
    assert rights() == before
    assert User.objects.get(pk=viewer.pk).name == "Vera"


def test_new_account_has_the_invited_role_whatever_was_posted(
    client, focal_point, france, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invitation(focal_point, country=france)
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    client.get("/accounts" + link.split("/accounts")[1])
    form = {
        **forged(),
        "email": "other@example.org",
        "name": "Nina",
        "time_zone": "UTC",
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
    }
    assert client.post(reverse("members:invitation_accept"), form).status_code == 302
    nina = User.objects.get(email="nina@example.org")
    assert (nina.is_superuser, nina.roles, nina.country) == (False, {Role.REPORTER}, france)
    assert not nina.groups.exists() and not nina.user_permissions.exists()


def test_first_password_has_not_the_country_in_it(
    client, focal_point, france, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invitation(focal_point, country=france)
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    client.get("/accounts" + link.split("/accounts")[1])
    form = {"name": "Nina", "time_zone": "UTC", "new_password1": "Winter in France 7"}
    form |= {"new_password2": form["new_password1"]}
    page = client.post(reverse("members:invitation_accept"), form)

    assert "Leave out “France”" in page.content.decode()
    assert not User.objects.filter(email="nina@example.org").exists()


def test_handover_moves_what_is_open_and_tells(client_of, focal_point, reporter, returned, france):
    third = MembershipFactory(role=Role.REPORTER, country=france).user
    until = timezone.now() + days(5)
    DelegationFactory(given_by=focal_point, given_to=third, ends_at=until)
    DelegationFactory(given_by=focal_point, given_to=reporter, ends_at=until)
    Mail.objects.all().delete()
    client, address = client_of(focal_point), reverse("reporting:handover", args=[focal_point.pk])
    tasks = client.get(address).context["tasks"]
    assert (tasks.drafts, tasks.returned, tasks.delegations) == (0, 1, 2)

    form = {"successor": reporter.pk, "reason": "I move to another bureau."}
    assert client.post(address, form).url == reverse("reporting:desk")

    assert User.objects.get(pk=reporter.pk).roles == {Role.FOCAL_POINT}
    assert User.objects.get(pk=focal_point.pk).roles == {Role.REPORTER}
    in_force = Delegation.objects.acting_for(france, timezone.now())
    assert [(each.given_by, each.given_to, each.ends_at) for each in in_force] == [
        (reporter, third, until)
    ]
    assert {mail.recipient for mail in Mail.objects.all()} == {focal_point, reporter, third}
    assert "Came back:   1" in Mail.objects.get(recipient=reporter).body
    kinds = list(MembershipEvent.objects.order_by("pk").values_list("kind", "person"))
    assert kinds == [
        ("given", reporter.pk),
        ("handed_over", focal_point.pk),
        ("taken", focal_point.pk),
    ]
    # He is still signed in here, with what he is now.
    assert client.get(reverse("reporting:desk")).status_code == 200
    assert client.post(address, form).status_code == 403


def test_handover_by_the_secretariat_can_close_the_account(
    client_of, focal_point, reporter, secretariat
):
    address = reverse("reporting:handover", args=[focal_point.pk])
    form = {"successor": reporter.pk, "reason": "Has left.", "leaves": "on"}
    assert client_of(secretariat).post(address, form).url == FRANCE
    before = User.objects.get(pk=focal_point.pk)
    assert (before.is_active, before.roles) == (False, {Role.REPORTER})
    assert not Mail.objects.filter(recipient=before, subject__contains="focal point now").exists()


@pytest.mark.parametrize("role", POWER_ROLES)
def test_handover_closes_no_account_that_holds_a_role_of_power(
    client_of, focal_point, reporter, role
):
    MembershipFactory(user=focal_point, role=role)
    focal_point = User.objects.get(pk=focal_point.pk)
    client, address = client_of(focal_point), reverse("reporting:handover", args=[focal_point.pk])
    assert "leaves" not in client.get(address).context["form"].fields

    form = {"successor": reporter.pk, "reason": "I edit only.", "leaves": "on"}
    assert client.post(address, form).url == reverse("reporting:desk")
    after = User.objects.get(pk=focal_point.pk)
    assert (after.is_active, after.roles) == (True, {Role.REPORTER, role})


@pytest.mark.parametrize(
    ("name", "status"), [("neighbour", 404), ("reporter", 403), ("editor", 403)]
)
def test_handover_of_another_does_not_exist(
    request, client_of, focal_point, reporter, name, status
):
    address = reverse("reporting:handover", args=[focal_point.pk])
    form = {"successor": reporter.pk, "reason": "Try."}
    assert client_of(request.getfixturevalue(name)).post(address, form).status_code == status
    assert User.objects.get(pk=reporter.pk).roles == {Role.REPORTER}


def test_handover_to_somebody_else_than_an_officer_is_no_choice(client_of, focal_point, neighbour):
    address = reverse("reporting:handover", args=[focal_point.pk])
    for person in [neighbour, focal_point, UserFactory()]:
        response = client_of(focal_point).post(address, {"successor": person.pk, "reason": "x"})
        assert response.status_code == 200
    with pytest.raises(people.Changed):
        actions.hand_over(
            focal_point=focal_point,
            successor=neighbour,
            by=focal_point,
            reason="Try.",
            leaves=False,
        )


def test_role_is_taken_with_a_reason_and_a_fresh_sign_in(
    client_of, administrator, colleague, later
):
    address = page_of("person_role_take", colleague.pk, "reviewer")
    client = client_of(administrator)
    assert client.get(address).status_code == 200
    assert "reason" in client.post(address).context["form"].errors
    assert client.post(address, {"reason": "Has left."}).url == SECRETARIAT
    assert User.objects.get(pk=colleague.pk).roles == set()
    page = client.get(SECRETARIAT)
    # Without a role the account is still somebody's to close.
    assert colleague.name in texts(page, "th", scope="row")
    assert client.post(address, {"reason": "Has left."}).status_code == 404


def test_role_of_power_is_not_taken_by_an_old_sign_in(
    client_of, administrator, secretariat, later, quick_passwords
):
    administrator.set_password(PASSWORD)
    administrator.save()
    client = client_of(administrator)
    with later():
        answer = client.post(
            page_of("person_role_take", secretariat.pk, "reviewer"), {"reason": "Out."}
        )
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert User.objects.get(pk=secretariat.pk).is_reviewer


@pytest.mark.parametrize(
    ("name", "expected"), [("focal_point", 403), ("reporter", 403), ("secretariat", 404)]
)
def test_role_of_power_is_the_administrators_to_take(client_of, request, colleague, name, expected):
    address = page_of("person_role_take", colleague.pk, "reviewer")
    client = client_of(request.getfixturevalue(name))
    assert client.post(address, {"reason": "Why not."}).status_code == expected
    assert User.objects.get(pk=colleague.pk).is_reviewer
