import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from members.models import MemberCountry, Membership, MembershipEvent, Region, Role, User
from tests.factories import MemberCountryFactory, MembershipFactory, RegionFactory

Kind = MembershipEvent.Kind
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


def rights():
    people = User.objects.order_by("pk")
    fields = ["pk", "is_superuser", "is_active", "password", "groups", "user_permissions"]
    return list(people.values(*fields)), list(Membership.objects.order_by("pk").values())


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


@pytest.mark.parametrize("name", ["administrator", "editor", "clerk"])
def test_nobody_is_added_or_deleted(name, request, viewer, client_of):
    client = client_of(request.getfixturevalue(name))
    data = {"email": "new@example.org", "name": "New", "time_zone": "UTC"} | NO_MEMBERSHIPS
    answers = [
        client.post(ADD_PERSON, data).status_code,
        client.post(person_page(viewer, "delete"), {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403]
    assert not User.objects.filter(email="new@example.org").exists()
    assert User.objects.filter(pk=viewer.pk).exists()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("email", "EDITOR@example.org", "Somebody with this e-mail address exists already."),
        ("email", "a\0@example.org", "Enter a valid email address."),
        ("name", "N\0", NUL),
        ("name", "New\r\nBcc: x@example.org", "Write this on one line."),
        ("name", "x" * 100_000, "Ensure this value has at most 150 characters (it has 100000)."),
        ("time_zone", "Mars/Base", "“Mars/Base” is not a time zone."),
        ("time_zone", "\0", NUL),
    ],
)
def test_person_changed_wrongly_gets_a_message(
    administrator, viewer, editor, client_of, field, value, expected
):
    data = person_data(viewer) | {field: value}
    response = client_of(administrator).post(person_page(viewer), data)

    assert errors(response)[field][0] == expected


def test_change_of_an_address_is_an_event(administrator, viewer, client_of):
    client = client_of(administrator)
    client.post(person_page(viewer), person_data(viewer, name="Violet"))
    assert not MembershipEvent.objects.exists()
    client.post(person_page(viewer), person_data(viewer, email="New@Example.org"))
    event = MembershipEvent.objects.get()

    assert User.objects.get(pk=viewer.pk).email == "new@example.org"
    assert (event.kind, event.by, event.person) == (Kind.ADDRESS, administrator, viewer)
    assert event.email == "viewer@example.org"
    assert event.reason == "viewer@example.org → new@example.org"


def test_administrator_gives_no_right(administrator, viewer, france, client_of):
    """Nor does he take one: what gives or takes power is an event, with a second person."""
    client, kept = client_of(administrator), rights()
    for user in [administrator, viewer]:
        for more in [{"is_superuser": "on", "is_active": ""}, {"is_superuser": "on"}, {}]:
            rows = membership_rows((Role.REVIEWER, None), (Role.FOCAL_POINT, france))
            forged = {"groups": "1", "user_permissions": "1", "password": "forged"}
            client.post(person_page(user), person_data(user, **more) | rows | forged)
    membership = viewer.memberships.get()
    page = reverse("admin:members_membership_change", args=[membership.pk])
    answers = [
        client.post(reverse("admin:members_membership_add"), {"user": viewer.pk, "role": "viewer"}),
        client.post(page, {"role": Role.REVIEWER}),
        client.post(page.replace("change", "delete"), {"post": "yes"}),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403]
    assert rights() == kept


def test_editor_only_looks_at_people(editor, viewer, client_of):
    client = client_of(editor)

    assert client.get(PEOPLE).context["cl"].result_count == 2
    assert client.post(person_page(viewer), person_data(viewer)).status_code == 403


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


def test_nobody_sets_anothers_password():
    """Who needs a new one has it sent to his address."""
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[1])


@pytest.mark.parametrize("culprit", ["editor", "clerk"])
@pytest.mark.parametrize("page", ["change", "delete"])
def test_nobody_touches_a_superuser(culprit, page, administrator, request, client_of):
    client = client_of(request.getfixturevalue(culprit))
    data = person_data(administrator, name="Taken", is_active="", post="yes")
    response = client.post(person_page(administrator, page), data)
    administrator.refresh_from_db()

    assert [response.status_code, administrator.name] == [403, "Ada Administrator"]


def test_clerk_changes_a_name_but_no_address(clerk, viewer, client_of):
    data = person_data(viewer, name="New name", email="taken@example.org")
    client_of(clerk).post(person_page(viewer), data)
    viewer.refresh_from_db()

    assert [viewer.name, viewer.email] == ["New name", "viewer@example.org"]


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


def test_region_is_not_deleted(administrator, client_of):
    region = RegionFactory()
    page = reverse("admin:members_region_delete", args=[region.pk])

    assert client_of(administrator).post(page, {"post": "yes"}).status_code == 403
    assert Region.objects.get() == region


def test_code_of_a_region_stays_and_its_name_does_not(administrator, client_of):
    region = RegionFactory(code="EUR", name="Europe")
    page = reverse("admin:members_region_change", args=[region.pk])
    ours = client_of(administrator)

    refused = ours.post(page, {"code": "EUP", "name": "Europe"})
    ours.post(page, {"code": "EUR", "name": "All of Europe"})

    words = "Snapshots call this region EUR: its code stays."
    assert refused.context["adminform"].form.errors["code"] == [words]
    region.refresh_from_db()
    assert (region.code, region.name) == ("EUR", "All of Europe")


def country_data(country, **changes):
    fields = ["iso2", "iso3", "name_en", "name_fr", "name_es", "name_ar", "region_id"]
    return {name.removesuffix("_id"): getattr(country, name) for name in fields} | changes


def country_page(country):
    return reverse("admin:members_membercountry_change", args=[country.pk])


def test_editor_renames_a_country(editor, france, client_of):
    client_of(editor).post(country_page(france), country_data(france, name_es="La Francia"))

    assert MemberCountry.objects.get().name_es == "La Francia"


def test_editor_moves_a_country_on_the_map(editor, edit_history, france, client_of):
    client_of(editor).post(country_page(france), country_data(france, map_column=3, map_row=6))

    france.refresh_from_db()
    assert (france.map_column, france.map_row) == (3, 6)
    kept = france.history.latest()
    assert (kept.map_column, kept.map_row, kept.history_user) == (3, 6, editor)


@pytest.mark.parametrize(
    ("column", "row", "words"),
    [
        (4, 6, "Switzerland is there already. Give it another place first, or none."),
        (4, "", "A place on the map is a column and a row, or neither."),
        ("", 6, "A place on the map is a column and a row, or neither."),
        (0, 6, "Ensure this value is greater than or equal to 1."),
        (25, 6, "Ensure this value is less than or equal to 24."),
        ("west", 6, "Enter a whole number."),
    ],
)
def test_place_that_cannot_be_is_refused_in_words(editor, france, client_of, column, row, words):
    MemberCountryFactory(name_en="Switzerland", region=france.region, map_column=4, map_row=6)
    data = country_data(france, map_column=column, map_row=row)
    page = client_of(editor).post(country_page(france), data)

    assert page.status_code == 200
    assert [each for found in errors(page).values() for each in found] == [words]
    assert words in page.content.decode().replace("&#x27;", "'")
    france.refresh_from_db()
    assert (france.map_column, france.map_row) == (None, None)


def test_place_is_free_on_the_map_of_another_region(editor, france, japan, client_of):
    MemberCountry.objects.filter(pk=japan.pk).update(map_column=3, map_row=6)
    client_of(editor).post(country_page(france), country_data(france, map_column=3, map_row=6))

    france.refresh_from_db()
    assert (france.map_column, france.map_row) == (3, 6)


def test_country_that_moves_to_a_region_where_its_place_is_taken(editor, france, japan, client_of):
    MemberCountry.objects.update(map_column=3, map_row=6)
    data = country_data(france, map_column=3, map_row=6, region=japan.region_id)
    page = client_of(editor).post(country_page(france), data)

    assert errors(page)["map_column"] == [
        "Japan is there already. Give it another place first, or none."
    ]


def test_country_keeps_its_place_when_it_is_edited(editor, france, client_of):
    MemberCountry.objects.update(map_column=3, map_row=6)
    data = country_data(france, map_column=3, map_row=6, note="Founded it.")
    client_of(editor).post(country_page(france), data)

    france.refresh_from_db()
    assert (france.note, france.map_column, france.map_row) == ("Founded it.", 3, 6)


@pytest.mark.parametrize(("column", "row"), [(3, None), (None, 6), (0, 6), (3, 25)])
def test_data_base_keeps_no_place_that_cannot_be(france, column, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberCountry.objects.update(map_column=column, map_row=row)


def test_data_base_keeps_no_place_for_two(france):
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberCountryFactory.create_batch(2, region=france.region, map_column=3, map_row=6)


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
