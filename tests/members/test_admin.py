import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from members.models import MemberCountry, Membership, Region, Role, User
from tests.factories import MemberCountryFactory, MembershipFactory, RegionFactory

PEOPLE = reverse("admin:members_user_changelist")
ADD_PERSON = reverse("admin:members_user_add")
NUL = "Null characters are not allowed."
NO_MEMBERSHIPS = {
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
}


def person_page(user, page="change"):
    return reverse(f"admin:members_user_{page}", args=[user.pk])


def person_data(user, **changes):
    fields = ["email", "name", "time_zone"]
    data = {name: getattr(user, name) for name in fields} | {"is_active": "on"}
    return data | NO_MEMBERSHIPS | changes


def membership_rows(*rows):
    data = {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": "0"}
    for number, (role, country) in enumerate(rows):
        data[f"memberships-{number}-role"] = role
        data[f"memberships-{number}-country"] = country.pk if country else ""
    return data


def errors(response):
    return response.context["adminform"].form.errors


@pytest.fixture
def clerk(db):
    """No superuser and no editor's role by itself: a group lets this person change users."""
    user = MembershipFactory(role=Role.FRAMEWORK_EDITOR, user__email="clerk@example.org").user
    group = Group.objects.create(name="Clerks")
    group.permissions.set(
        Permission.objects.filter(
            content_type__app_label__in=["members", "auth"],
            content_type__model__in=["user", "membership", "group"],
        )
    )
    user.groups.add(group)
    return user


def test_admin_sends_the_unknown_to_the_sites_own_sign_in(db):
    response = Client().get(PEOPLE, follow=True)

    assert response.redirect_chain[-1] == (f"{reverse('account_login')}?next={PEOPLE}", 302)


def test_admin_sign_in_takes_no_password_of_its_own(administrator):
    response = Client().post(reverse("admin:login"), {"username": administrator.email})

    assert response.url == f"{reverse('account_login')}?next=/admin/"


def test_admin_sign_in_leads_staff_to_the_admin(editor, client_of):
    assert client_of(editor).get(reverse("admin:login")).url == reverse("admin:index")


@pytest.mark.parametrize("role", ["reporter", "focal_point", "secretariat", "viewer"])
def test_admin_is_closed_to_everybody_else(role, request, client_of):
    user = request.getfixturevalue(role)
    response = client_of(user).get(PEOPLE, follow=True)

    assert [response.status_code, response.redirect_chain] == [403, []]


@pytest.mark.parametrize("label", ["mfa.authenticator", "usersessions.usersession"])
def test_admin_does_not_show_what_signs_people_in(label):
    assert label not in {model._meta.label_lower for model in admin.site._registry}


def test_person_is_added_without_a_password(administrator, client_of):
    data = {"email": "New@Example.org", "name": "New", "time_zone": "UTC"} | NO_MEMBERSHIPS
    client_of(administrator).post(ADD_PERSON, data)
    user = User.objects.get(email="new@example.org")

    assert [user.has_usable_password(), user.is_superuser] == [False, False]


def test_person_is_added_with_a_role(administrator, client_of, france):
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC"}
    client_of(administrator).post(ADD_PERSON, data | membership_rows((Role.REPORTER, france)))

    assert User.objects.get(email="new@example.org").country == france


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("email", "VIEWER@example.org", "Somebody with this e-mail address exists already."),
        ("email", "a\0@example.org", "Enter a valid email address."),
        ("name", "N\0", NUL),
        ("name", "New\r\nBcc: x@example.org", "Write this on one line."),
        ("name", "x" * 100_000, "Ensure this value has at most 150 characters (it has 100000)."),
        ("time_zone", "Mars/Base", "“Mars/Base” is not a time zone."),
        ("time_zone", "\0", NUL),
    ],
)
def test_person_added_wrongly_gets_a_message(
    administrator, viewer, client_of, field, value, expected
):
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC"} | NO_MEMBERSHIPS
    response = client_of(administrator).post(ADD_PERSON, data | {field: value})

    assert errors(response)[field][0] == expected


def test_person_with_two_new_countries_gets_a_message(administrator, client_of, france):
    rows = membership_rows((Role.REPORTER, france), (Role.FOCAL_POINT, france))
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC"}
    response = client_of(administrator).post(ADD_PERSON, data | rows)
    formset = response.context["inline_admin_formsets"][0].formset

    assert formset.non_form_errors() == ["A person reports for one country, in one role."]


@pytest.mark.usefixtures("edit_history")
@pytest.mark.parametrize("goes", [True, False])
def test_new_role_takes_the_place_of_one_that_goes(
    administrator, reporter, france, client_of, goes
):
    membership = reporter.memberships.get()
    data = person_data(reporter) | membership_rows(
        (Role.REPORTER, france), (Role.FOCAL_POINT, france)
    )
    data |= {"memberships-INITIAL_FORMS": "1", "memberships-0-id": membership.pk}
    data |= {"memberships-0-DELETE": "on"} if goes else {}
    client_of(administrator).post(person_page(reporter), data)
    roles = list(reporter.memberships.values_list("role", flat=True))

    assert roles == [Role.FOCAL_POINT if goes else Role.REPORTER]
    assert membership.history.filter(history_type="-").count() == goes


def test_new_role_that_a_person_has_gets_a_message(administrator, reporter, france, client_of):
    data = person_data(reporter) | membership_rows((Role.FOCAL_POINT, france))
    response = client_of(administrator).post(person_page(reporter), data)
    formset = response.context["inline_admin_formsets"][0].formset

    assert formset.errors == [{"__all__": ["A person reports for one country, in one role."]}]


@pytest.mark.parametrize("value", ["abc", "a\0", "1.5", "1e400", "9" * 30])
def test_country_that_is_none_gets_a_message(administrator, client_of, value):
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC"}
    data |= membership_rows((Role.REPORTER, None)) | {"memberships-0-country": value}
    response = client_of(administrator).post(ADD_PERSON, data)
    formset = response.context["inline_admin_formsets"][0].formset

    assert "country" in formset.errors[0]
    assert response.status_code == 200


@pytest.mark.parametrize(("role", "with_country"), [(Role.REPORTER, False), (Role.REVIEWER, True)])
def test_country_that_does_not_fit_the_role_gets_a_message(
    administrator, client_of, france, role, with_country
):
    rows = membership_rows((role, france if with_country else None))
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC"}
    response = client_of(administrator).post(ADD_PERSON, data | rows)
    formset = response.context["inline_admin_formsets"][0].formset

    assert formset.errors[0]["__all__"] == [
        "A reporter and a focal point need a member country; other roles have none."
    ]


def test_administrator_makes_a_superuser(administrator, viewer, client_of):
    client_of(administrator).post(person_page(viewer), person_data(viewer, is_superuser="on"))
    viewer.refresh_from_db()

    assert viewer.is_superuser


def test_editor_only_looks_at_people(editor, viewer, client_of):
    client = client_of(editor)

    assert client.get(PEOPLE).context["cl"].result_count == 2
    assert client.post(ADD_PERSON, person_data(viewer, email="x@example.org")).status_code == 403
    assert client.post(person_page(viewer, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("culprit", ["editor", "clerk"])
def test_nobody_makes_himself_a_superuser(culprit, request, client_of):
    user = request.getfixturevalue(culprit)
    rights = {"is_superuser": "on", "user_permissions": ["1"], "groups": []}
    client_of(user).post(person_page(user), person_data(user, **rights))
    user.refresh_from_db()

    assert [user.is_superuser, user.user_permissions.count()] == [False, 0]


@pytest.mark.parametrize("culprit", ["editor", "clerk"])
def test_nobody_gives_himself_a_role(culprit, request, client_of):
    user = request.getfixturevalue(culprit)
    client = client_of(user)
    client.post(person_page(user), person_data(user) | membership_rows((Role.REVIEWER, None)))
    data = {"user": user.pk, "role": Role.REVIEWER}
    response = client.post(reverse("admin:members_membership_add"), data)

    assert response.status_code == 403
    assert Membership.objects.get().role == Role.FRAMEWORK_EDITOR


@pytest.mark.parametrize("culprit", ["editor", "clerk"])
@pytest.mark.parametrize("page", ["change", "delete"])
def test_nobody_touches_a_superuser(culprit, page, administrator, request, client_of):
    client = client_of(request.getfixturevalue(culprit))
    data = person_data(administrator, name="Taken", is_active="", post="yes")
    response = client.post(person_page(administrator, page), data)
    administrator.refresh_from_db()

    assert [response.status_code, administrator.name] == [403, "Ada Administrator"]


@pytest.mark.parametrize("culprit", ["editor", "clerk"])
@pytest.mark.parametrize("victim", ["administrator", "viewer"])
def test_nobody_sets_anothers_password(culprit, victim, request, client_of):
    user = request.getfixturevalue(victim)
    data = {"password1": "long and secret", "password2": "long and secret"}
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    response = client_of(request.getfixturevalue(culprit)).post(page, data)
    user.refresh_from_db()

    assert [response.status_code, user.has_usable_password()] == [403, False]


def test_clerk_changes_a_name_but_no_address(clerk, viewer, client_of):
    data = person_data(viewer, name="New name", email="taken@example.org")
    client_of(clerk).post(person_page(viewer), data)
    viewer.refresh_from_db()

    assert [viewer.name, viewer.email] == ["New name", "viewer@example.org"]


def test_clerk_adds_no_superuser(clerk, client_of):
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC", "is_superuser": "on"}
    client_of(clerk).post(ADD_PERSON, data | membership_rows((Role.REVIEWER, None)))
    user = User.objects.get(email="new@example.org")

    assert [user.is_superuser, user.roles] == [False, set()]


def test_clerk_changes_no_group(clerk, client_of):
    group = clerk.groups.get()
    page = reverse("admin:auth_group_change", args=[group.pk])
    response = client_of(clerk).post(page, {"name": "Kings", "permissions": []})

    assert [response.status_code, Group.objects.get().name] == [403, "Clerks"]


@pytest.mark.usefixtures("edit_history")
def test_nobody_puts_the_past_back(editor, client_of):
    """django-simple-history's own page does, for everybody who may look."""
    User.objects.filter(pk=editor.pk).update(is_superuser=False)
    record = editor.history.first()
    record.is_superuser = True
    record.save()
    client_of(editor).post(f"{person_page(editor, 'history')}{record.pk}/", person_data(editor))
    editor.refresh_from_db()

    assert not editor.is_superuser


@pytest.mark.usefixtures("edit_history")
def test_history_names_fields_and_author(administrator, viewer, client_of):
    client = client_of(administrator)
    client.post(person_page(viewer), person_data(viewer, name="Violet"))
    record = client.get(person_page(viewer, "history")).context["page_obj"][0]
    changes = [(each["field"], each["old"], each["new"]) for each in record.history_delta_changes]

    assert changes == [("Name", "Vera Viewer", "Violet")]
    assert record.history_user == administrator


@pytest.mark.parametrize("number", ["abc", "9" * 30, "0"])
def test_history_of_nothing_is_not_found(administrator, client_of, number):
    page = reverse("admin:members_user_history", args=[number])

    assert client_of(administrator).get(page).status_code == 404


def test_list_answers_no_question_about_fields_it_does_not_show(administrator, client_of):
    client = client_of(administrator)

    assert client.get(f"{PEOPLE}?password__startswith=argon2").status_code == 400
    assert client.get(f"{PEOPLE}?name__regex=(").status_code == 400


def test_list_of_people_asks_a_fixed_number_of_queries(
    administrator, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(administrator)
    MembershipFactory(role=Role.REPORTER)
    with django_assert_max_num_queries(14) as one:
        client.get(PEOPLE)
    MembershipFactory.create_batch(3, role=Role.FOCAL_POINT)

    with django_assert_num_queries(len(one)):
        client.get(PEOPLE)


def test_list_of_people_is_searched_and_filtered(administrator, reporter, viewer, client_of):
    client = client_of(administrator)

    for query in ["q=france", "q=Reporter.FR", "memberships__role__exact=reporter"]:
        assert list(client.get(f"{PEOPLE}?{query}").context["cl"].queryset) == [reporter]


def test_search_for_a_thousand_words_answers(administrator, client_of):
    response = client_of(administrator).get(PEOPLE, {"q": "a " * 3000})

    assert response.context["cl"].result_count == 1


@pytest.mark.usefixtures("edit_history")
def test_memberships_change_is_in_their_history(administrator, reporter, client_of):
    membership = reporter.memberships.get()
    page = reverse("admin:members_membership_change", args=[membership.pk])
    data = {"role": Role.FOCAL_POINT, "country": membership.country_id}
    client_of(administrator).post(page, data)
    record = membership.history.first()

    assert [record.role, record.history_user] == [Role.FOCAL_POINT, administrator]


@pytest.mark.parametrize(
    ("role", "with_country", "expected"),
    [
        (Role.VIEWER, False, "This person has this role already."),
        (Role.FOCAL_POINT, True, "A person reports for one country, in one role."),
    ],
)
def test_role_that_a_person_has_gets_a_message(
    administrator, reporter, france, client_of, role, with_country, expected
):
    MembershipFactory(user=reporter, role=Role.VIEWER)
    membership = MembershipFactory(user=reporter, role=Role.REVIEWER)
    page = reverse("admin:members_membership_change", args=[membership.pk])
    data = {"role": role, "country": france.pk if with_country else ""}

    assert errors(client_of(administrator).post(page, data)) == {"__all__": [expected]}


def test_page_of_a_row_is_found_from_the_admin(editor, framework, client_of):
    kind = ContentType.objects.get_for_model(framework).pk
    response = client_of(editor).get(reverse("admin:view_on_site", args=[kind, framework.pk]))

    assert response.url.endswith(framework.get_absolute_url())


@pytest.mark.parametrize("number", ["1", "abc", "9" * 30])
def test_page_of_what_has_no_such_key_is_not_found(administrator, client_of, number):
    client = client_of(administrator)
    kinds = ContentType.objects.values_list("pk", flat=True)
    pages = [reverse("admin:view_on_site", args=[kind, number]) for kind in [*kinds, "9" * 30]]

    assert {client.get(page).status_code for page in pages} == {404}


def test_country_with_people_is_not_deleted(administrator, reporter, france, client_of):
    page = reverse("admin:members_membercountry_delete", args=[france.pk])
    response = client_of(administrator).post(page, {"post": "yes"})

    assert response.context["protected"] == ["Memberships: 1"]
    assert MemberCountry.objects.get() == france


def test_region_with_countries_is_not_deleted(administrator, france, client_of):
    page = reverse("admin:members_region_delete", args=[france.region_id])
    response = client_of(administrator).post(page, {"post": "yes"})

    assert response.context["protected"] == ["Member countries: 1"]
    assert Region.objects.get() == france.region


def test_editor_renames_a_country(editor, france, client_of):
    fields = ["iso2", "iso3", "name_en", "name_fr", "name_es", "name_ar", "region_id"]
    data = {name.removesuffix("_id"): getattr(france, name) for name in fields}
    page = reverse("admin:members_membercountry_change", args=[france.pk])
    client_of(editor).post(page, data | {"name_es": "La Francia"})

    assert MemberCountry.objects.get().name_es == "La Francia"


def test_lists_of_countries_ask_a_fixed_number_of_queries(
    administrator, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(administrator)
    pages = [
        reverse("admin:members_membercountry_changelist"),
        reverse("admin:members_region_changelist"),
    ]
    MemberCountryFactory()
    with django_assert_max_num_queries(20) as one:
        [client.get(page) for page in pages]
    MemberCountryFactory.create_batch(3, region=RegionFactory())

    with django_assert_num_queries(len(one)):
        [client.get(page) for page in pages]
