"""What takes two people beside a role of power: an account that has one, and the only officer."""

import time

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from members import people, proposing
from members.models import MembershipEvent, Proposal, Role, SignOff, User, sign_off_of
from tests.factories import MembershipFactory
from tests.pages import links, texts

Kind = MembershipEvent.Kind
PASSWORD = "correct horse battery"
FRANCE = reverse("members:people_of_country", args=["FR"])
SECRETARIAT = reverse("members:people_of_secretariat")
ONLY_OFFICER = reverse("members:only_officer", args=["FR"])
END = reverse("members:only_officer_end", args=["FR"])
REASON = {"reason": "The bureau has one officer."}


@pytest.fixture
def second(db):
    """A second administrator."""
    return MembershipFactory(user__is_superuser=True, role=Role.VIEWER).user


@pytest.fixture
def closed(administrator):
    """A reviewer's account that was closed."""
    person = MembershipFactory(user__name="Rita Reviewer", role=Role.REVIEWER).user
    people.deactivate(person=person, by=administrator, reason="On leave.")
    return User.objects.get(pk=person.pk)


@pytest.fixture
def to_reopen(administrator, closed):
    return proposing.propose_reopening(person=closed, by=administrator, reason="Is back.")


@pytest.fixture
def of_france(administrator, france):
    return proposing.propose_only_officer(country=france, by=administrator, **REASON)


def confirm(proposal):
    return reverse("members:proposal_confirm", args=[proposal.pk])


def reopening(person):
    return reverse("members:person_reactivate", args=[person.pk])


def is_open(person):
    return User.objects.get(pk=person.pk).is_active


def told():
    events = MembershipEvent.objects.order_by("pk")
    return [(event.kind, event.by.name, event.reason) for event in events.select_related("by")]


def test_account_with_power_is_opened_by_two(client_of, administrator, secretariat, closed):
    client = client_of(administrator)
    page = client.get(reopening(closed)).content.decode()
    assert "a second person of the secretariat confirms it" in page
    assert client.post(reopening(closed), {"reason": "Is back."}).url == SECRETARIAT
    assert not is_open(closed)

    proposal = Proposal.objects.get()
    assert client.get(reopening(closed)).url == confirm(proposal)
    assert client.post(confirm(proposal)).status_code == 403
    assert not is_open(closed)

    assert client_of(secretariat).post(confirm(proposal)).url == SECRETARIAT
    assert is_open(closed)
    assert told()[1:] == [
        (Kind.REOPENING_PROPOSED, administrator.name, "Is back."),
        (Kind.CONFIRMED, secretariat.name, ""),
        (Kind.REACTIVATED, secretariat.name, "Is back."),
    ]


def test_administrator_opens_no_account_with_power_alone(administrator, closed, to_reopen):
    for verb, arguments in [
        (people.reactivate, {"person": closed, "reason": "Is back."}),
        (proposing.confirm_proposal, {"proposal": to_reopen}),
    ]:
        with pytest.raises(people.NotAllowed):
            verb(by=administrator, **arguments)
    assert not is_open(closed)


def test_data_base_refuses_one_person_for_both(administrator, to_reopen):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(confirmed_by=administrator, confirmed_at=timezone.now())


def test_account_without_power_is_opened_by_one(administrator, closed, to_reopen, secretariat):
    people.take_role(person=closed, role=Role.REVIEWER, by=administrator, reason="Retired.")
    people.reactivate(person=closed, by=secretariat, reason="Reads on.")
    assert is_open(closed)
    # What was proposed while the role was there is over with it.
    assert not Proposal.objects.waiting().exists()
    with pytest.raises(people.Changed):
        proposing.confirm_proposal(proposal=to_reopen, by=secretariat)


def test_who_confirms_reads_which_roles_come_back(client_of, administrator, secretariat, to_reopen):
    client = client_of(secretariat)
    page = client.get(confirm(to_reopen)).content.decode()
    assert "With it comes back: Secretariat reviewer. The person signs in" in page

    people.take_role(
        person=to_reopen.person, role=Role.REVIEWER, by=administrator, reason="Retired."
    )
    assert "comes back" not in client.get(confirm(to_reopen)).content.decode()


def test_country_opens_an_account_that_has_lost_its_power(
    client_of, administrator, focal_point, reporter
):
    MembershipFactory(user=reporter, role=Role.FRAMEWORK_EDITOR)
    closed = User.objects.get(pk=reporter.pk)
    people.deactivate(person=closed, by=administrator, reason="On leave.")
    proposing.propose_reopening(person=closed, by=administrator, reason="Is back.")
    people.take_role(person=closed, role=Role.FRAMEWORK_EDITOR, by=administrator, reason="Moved.")

    assert client_of(focal_point).post(reopening(closed), {"reason": "Reports on."}).url == FRANCE
    assert is_open(closed)


@pytest.mark.parametrize("name", ["reporter", "focal_point", "editor", "viewer", "secretariat"])
def test_nobody_but_an_administrator_proposes(request, france, closed, name):
    by = request.getfixturevalue(name)
    for verb, about in [
        (proposing.propose_reopening, {"person": closed}),
        (proposing.propose_only_officer, {"country": france}),
    ]:
        with pytest.raises(people.NotAllowed):
            verb(by=by, reason="Why not.", **about)


@pytest.mark.parametrize("name", ["reporter", "focal_point", "editor", "viewer"])
def test_nobody_outside_the_secretariat_confirms(request, client_of, of_france, to_reopen, name):
    by = request.getfixturevalue(name)
    for proposal in (of_france, to_reopen):
        assert client_of(by).post(confirm(proposal)).status_code == 403
        with pytest.raises(people.Changed):
            proposing.confirm_proposal(proposal=proposal, by=by)
    assert Proposal.objects.waiting().count() == 2


def test_only_officer_submits_when_a_second_person_has_confirmed(
    client_of, administrator, second, france, reporter
):
    client = client_of(administrator)
    assert client.post(ONLY_OFFICER, REASON).url == FRANCE
    proposal = Proposal.objects.get()
    assert client.get(ONLY_OFFICER).url == confirm(proposal)
    assert client.post(confirm(proposal)).status_code == 403
    assert sign_off_of(User.objects.get(pk=reporter.pk), timezone.now()) is None

    assert client_of(second).post(confirm(proposal)).url == FRANCE
    now = timezone.now()
    assert sign_off_of(User.objects.get(pk=reporter.pk), now) == SignOff.ONLY_OFFICER
    assert told() == [
        (Kind.OFFICER_PROPOSED, administrator.name, REASON["reason"]),
        (Kind.CONFIRMED, second.name, ""),
        (Kind.ONLY_OFFICER, second.name, REASON["reason"]),
    ]
    assert REASON["reason"] in client.get(FRANCE).content.decode()


def test_one_administrator_ends_it_with_a_reason(
    client_of, administrator, secretariat, of_france, france, reporter
):
    proposing.confirm_proposal(proposal=of_france, by=secretariat)
    client = client_of(administrator)
    assert "reason" in client.post(END).context["form"].errors
    assert client.post(END, {"reason": "A focal point has come."}).url == FRANCE
    assert sign_off_of(User.objects.get(pk=reporter.pk), timezone.now()) is None
    assert told()[-1] == (
        Kind.NO_ONLY_OFFICER,
        administrator.name,
        "A focal point has come.",
    )
    assert client.post(END, {"reason": "Again."}).status_code == 409
    with pytest.raises(people.NotAllowed):
        proposing.end_only_officer(country=france, by=secretariat, reason="Try.")


def test_nobody_decides_about_his_own_country(
    client_of, administrator, second, reporter, france, of_france
):
    MembershipFactory(user=reporter, role=Role.REVIEWER)
    assert client_of(reporter).post(confirm(of_france)).status_code == 404
    with pytest.raises(people.Changed):
        proposing.confirm_proposal(proposal=of_france, by=reporter)
    proposing.withdraw_proposal(proposal=of_france, by=administrator)
    MembershipFactory(user=second, role=Role.FOCAL_POINT, country=france)
    with pytest.raises(people.NotAllowed):
        proposing.propose_only_officer(country=france, by=second, **REASON)


@pytest.mark.parametrize("lost", [{"is_superuser": False}, {"is_active": False}])
def test_proposal_of_somebody_who_has_lost_the_right_is_not_confirmed(
    administrator, secretariat, of_france, to_reopen, lost
):
    User.objects.filter(pk=administrator.pk).update(**lost)
    for proposal in (of_france, to_reopen):
        with pytest.raises(people.NotAllowed):
            proposing.confirm_proposal(proposal=proposal, by=secretariat)
    assert Proposal.objects.waiting().count() == 2


def test_proposal_is_withdrawn_by_either(client_of, administrator, secretariat, of_france, closed):
    withdraw = reverse("members:proposal_withdraw", args=[of_france.pk])
    assert client_of(secretariat).post(withdraw).url == FRANCE
    assert told()[-1][0] == Kind.PROPOSAL_WITHDRAWN
    assert client_of(secretariat).post(confirm(of_france)).status_code == 409
    again = proposing.propose_only_officer(country=of_france.country, by=administrator, **REASON)
    proposing.withdraw_proposal(proposal=again, by=administrator)
    with pytest.raises(people.Changed):
        proposing.confirm_proposal(proposal=again, by=secretariat)


def test_the_same_waits_once(administrator, second, of_france, to_reopen, closed, france):
    with pytest.raises(people.Changed):
        proposing.propose_only_officer(country=france, by=second, reason="Again.")
    with pytest.raises(people.Changed):
        proposing.propose_reopening(person=closed, by=second, reason="Again.")


def test_open_account_and_one_without_power_are_not_proposed(administrator, secretariat, reporter):
    people.deactivate(person=reporter, by=administrator, reason="On leave.")
    for person in (secretariat, reporter):
        with pytest.raises(people.Changed):
            proposing.propose_reopening(person=person, by=administrator, reason="Try.")


def test_fresh_sign_in_is_asked_for_at_each_step(
    client_of, administrator, secretariat, closed, of_france, quick_passwords
):
    for person in (administrator, secretariat):
        person.set_password(PASSWORD)
        person.save()
    asking, confirming = client_of(administrator), client_of(secretariat)
    japan = MembershipFactory(role=Role.REPORTER).user.country
    steps = [
        (asking, reopening(closed), {"reason": "Is back."}),
        (asking, reverse("members:only_officer", args=[japan.iso2]), REASON),
        (confirming, confirm(of_france), {}),
    ]
    with time_machine.travel(time.time() + 11 * 60):
        for client, address, form in steps:
            asked = client.post(address, form).url
            assert asked == reverse("account_reauthenticate", query={"next": address})
        assert Proposal.objects.get() == of_france and of_france.confirmed_at is None
        # What was typed is there again.
        client, address, form = steps[1]
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": address})
        assert client.get(address).context["form"]["reason"].value() == form["reason"]


def test_own_country_is_refused_before_anything_is_typed(client_of, second, france):
    MembershipFactory(user=second, role=Role.FOCAL_POINT, country=france)
    client = client_of(second)

    assert ONLY_OFFICER not in links(client.get(FRANCE), "main")
    assert client.get(ONLY_OFFICER).status_code == 403


@pytest.mark.parametrize(
    ("person", "above"),
    [("administrator", [reverse("members:people_list"), FRANCE]), ("focal_point", [FRANCE])],
)
def test_page_about_people_leads_back_to_them(request, client_of, france, person, above):
    invite = reverse("members:person_invite", args=["FR"])

    client = client_of(request.getfixturevalue(person))
    page = client.get(invite)

    assert links(page, "ol", class_="breadcrumb") == [reverse("reporting:home"), *above]
    assert links(client.get(FRANCE), "ol", class_="breadcrumb") == [reverse("reporting:home")]


def test_who_comes_by_the_mail_and_is_late_is_told(client_of, secretariat, second, of_france):
    proposing.confirm_proposal(proposal=of_france, by=secretariat)

    page = client_of(second).get(confirm(of_france))

    assert page.status_code == 409
    assert texts(page, "h1") == ["Somebody was first"]


def test_what_waits_stands_on_the_pages_of_people(client_of, secretariat, of_france, to_reopen):
    client = client_of(secretariat)
    found = {
        page: [line for line in texts(client.get(page), "li") if "proposed by" in line]
        for page in (reverse("members:people_list"), FRANCE, SECRETARIAT)
    }
    assert [len(lines) for lines in found.values()] == [2, 1, 1]
    assert "France: let the only officer submit" in found[FRANCE][0]
    assert "Rita Reviewer: open the account again" in found[SECRETARIAT][0]


@pytest.mark.parametrize("reason", ["", " ", "x" * 301, "a\0b"])
def test_reason_that_cannot_be_kept_says_why(client_of, administrator, france, reason):
    response = client_of(administrator).post(ONLY_OFFICER, {"reason": reason})
    assert response.status_code == 200
    assert response.context["form"].errors["reason"]
    assert not Proposal.objects.exists()
