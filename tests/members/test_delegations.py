import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from members.actions import delegate, end_delegation
from members.models import Delegation, Role, SignOff, sign_off_of
from tests.factories import DelegationFactory, MembershipFactory, days

PAGE = "/accounts/delegation/"


def tomorrow():
    return timezone.localdate() + days(1)


def sign_off(user):
    return sign_off_of(user, timezone.now())


@pytest.fixture
def given(focal_point, reporter):
    return DelegationFactory(given_by=focal_point, given_to=reporter)


def test_sign_off_is_the_focal_points(focal_point, reporter):
    assert (sign_off(focal_point), sign_off(reporter)) == (SignOff.FOCAL_POINT, None)


def test_sign_off_of_a_delegate_ends_with_the_delegation(given, reporter):
    assert sign_off_of(reporter, given.ends_at - datetime.timedelta.resolution) == SignOff.DELEGATE
    assert sign_off_of(reporter, given.ends_at) is None


def test_sign_off_of_the_only_officer(reporter):
    reporter.country.single_officer_reason = "The bureau has one officer."
    assert sign_off(reporter) == SignOff.ONLY_OFFICER


def test_sign_off_given_for_another_country_does_not_count(given, japan, viewer):
    Delegation.objects.update(country=japan)
    assert sign_off(given.given_to) is None
    assert sign_off(viewer) is None


@pytest.mark.parametrize("lost", ["role", "account"])
def test_sign_off_of_a_delegate_ends_with_the_givers_own(given, reporter, lost):
    if lost == "role":
        given.given_by.memberships.update(role=Role.REPORTER)
    else:
        given.given_by.is_active = False
        given.given_by.save()
    assert sign_off(reporter) is None


def test_delegate_until_another_day_ends_the_first(focal_point, reporter):
    first = delegate(given_by=focal_point, given_to=reporter, ends_at=timezone.now() + days(9))
    second = delegate(given_by=focal_point, given_to=reporter, ends_at=timezone.now() + days(3))
    assert list(Delegation.objects.in_force(timezone.now())) == [second]
    first.refresh_from_db()
    assert first.ends_at == second.begins_at


def test_delegate_twice_until_the_same_instant_is_one(focal_point, reporter):
    until = timezone.now() + days(3)
    delegate(given_by=focal_point, given_to=reporter, ends_at=until)
    delegate(given_by=focal_point, given_to=reporter, ends_at=until)
    assert Delegation.objects.count() == 1


def test_delegation_that_has_ended_is_not_ended_again(given):
    Delegation.objects.update(ends_at=given.begins_at)
    end_delegation(delegation=given)
    assert Delegation.objects.get().ends_at == given.begins_at


@pytest.mark.parametrize(
    ("zone", "end"),
    [("UTC", "23:59"), ("Pacific/Kiritimati", "09:59"), ("Asia/Kathmandu", "18:14")],
)
def test_delegation_page_lets_a_colleague_submit_until_the_days_end(
    client_of, focal_point, reporter, zone, end
):
    focal_point.time_zone = zone
    focal_point.save()
    with timezone.override(zone):
        day = tomorrow()
    response = client_of(focal_point).post(PAGE, {"given_to": reporter.pk, "until": str(day)})
    stored = Delegation.objects.get()
    assert (response.status_code, response.url) == (302, PAGE)
    assert (stored.given_by, stored.given_to, stored.country) == (
        focal_point,
        reporter,
        focal_point.country,
    )
    assert f"{stored.ends_at.astimezone(datetime.UTC):%H:%M}" == end
    assert sign_off(reporter) == SignOff.DELEGATE


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"given_to": ""}, "given_to"),
        ({"given_to": "abc\0"}, "given_to"),
        ({"given_to": "9" * 40}, "given_to"),
        ({"until": ""}, "until"),
        ({"until": "2025-02-30"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": str(datetime.date.today() - days(2))}, "until"),
        ({"until": str(datetime.date.today() + days(400))}, "until"),
        ({"until": "1\0" + "9" * 5000}, "until"),
    ],
)
def test_delegation_page_refuses_at_the_field(client_of, focal_point, reporter, changes, refused):
    posted = {"given_to": reporter.pk, "until": str(tomorrow())} | changes
    page = client_of(focal_point).post(PAGE, posted)
    assert (page.status_code, list(page.context["form"].errors)) == (200, [refused])
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("person", ["neighbour", "secretariat", "focal_point", "left"])
def test_delegation_page_takes_no_stranger(request, client_of, focal_point, france, person):
    if person == "left":
        stranger = MembershipFactory(role=Role.REPORTER, country=france, user__is_active=False).user
    else:
        stranger = request.getfixturevalue(person)
    page = client_of(focal_point).post(PAGE, {"given_to": stranger.pk, "until": str(tomorrow())})
    assert list(page.context["form"].errors) == ["given_to"]
    assert not Delegation.objects.exists()


def test_delegation_page_shows_now_and_before(client_of, focal_point, reporter, given, neighbour):
    past = DelegationFactory(
        given_by=focal_point, given_to=reporter, begins_at=timezone.now() - days(30)
    )
    other = MembershipFactory(role=Role.REPORTER, country=neighbour.country).user
    DelegationFactory(given_by=neighbour, given_to=other)
    page = client_of(focal_point).get(PAGE)
    assert (list(page.context["in_force"]), list(page.context["past"])) == ([given], [past])


def test_delegation_is_ended_from_the_page(client_of, focal_point, reporter, given):
    response = client_of(focal_point).post(f"{PAGE}{given.pk}/end/")
    assert (response.status_code, sign_off(reporter)) == (302, None)
    assert Delegation.objects.count() == 1


def test_delegation_of_another_country_is_not_found(client_of, neighbour, reporter, given):
    assert client_of(neighbour).post(f"{PAGE}{given.pk}/end/").status_code == 404
    assert sign_off(reporter) == SignOff.DELEGATE


@pytest.mark.parametrize("person", ["reporter", "secretariat", "viewer", "editor"])
def test_delegation_pages_are_the_focal_points(request, client_of, given, person):
    client = client_of(request.getfixturevalue(person))
    posted = {"given_to": given.given_to.pk, "until": str(tomorrow())}
    answers = [client.get(PAGE), client.post(PAGE, posted), client.post(f"{PAGE}{given.pk}/end/")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Delegation.objects.get().ends_at == given.ends_at


def test_delegation_pages_refuse_the_unknown_and_wrong_methods(client, client_of, given):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    signed_in = client_of(given.given_by)
    assert signed_in.put(PAGE).status_code == 405
    assert signed_in.get(f"{PAGE}{given.pk}/end/").status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_delegation_page_takes_the_same_queries_whatever_its_length(
    client_of, focal_point, france, number, django_assert_num_queries
):
    for membership in MembershipFactory.create_batch(number, role=Role.REPORTER, country=france):
        DelegationFactory(given_by=focal_point, given_to=membership.user)
        DelegationFactory(
            given_by=focal_point, given_to=membership.user, begins_at=timezone.now() - days(30)
        )
    client = client_of(focal_point)
    with django_assert_num_queries(6):
        client.get(PAGE)


def test_delegation_is_read_only_in_the_admin(administrator, client_of, given):
    page = reverse("admin:members_delegation_change", args=[given.pk])
    client = client_of(administrator)
    assert [client.get(page).status_code, client.post(page, {}).status_code] == [200, 403]
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert Delegation.objects.exists()


def test_admin_lets_no_only_officer_submit(administrator, editor, france, client_of):
    page = reverse("admin:members_membercountry_change", args=[france.pk])
    fields = ["iso2", "iso3", "name_en", "name_fr", "name_es", "name_ar"]
    posted = {name: getattr(france, name) for name in fields} | {"region": france.region.pk}
    posted["single_officer_reason"] = "The bureau has one officer."
    for person in (editor, administrator):
        assert client_of(person).post(page, posted).status_code == 302
        france.refresh_from_db()
        assert france.single_officer_reason == ""
