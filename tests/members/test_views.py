import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from members.models import User
from tests.factories import UserFactory
from tests.pages import elements

LOGIN = reverse("account_login")
PROFILE = reverse("members:profile")
RESET = reverse("members:password_reset")
PASSWORD = "correct horse battery"
TOO_LONG = "x" * 100_000
NUL = "Null characters are not allowed."


@pytest.fixture
def rosa(db, quick_passwords):
    """Somebody with a password."""
    return UserFactory(email="rosa@example.org", name="Rosa", password=PASSWORD)


def sign_in(email, password, **more):
    return Client().post(LOGIN, {"login": email, "password": password, **more})


def errors(response):
    return response.context["form"].errors.get_json_data()


def messages(response):
    return [message["message"] for each in errors(response).values() for message in each]


def link_in(message):
    return next(line for line in message.body.splitlines() if line.startswith("http"))


def test_login_leads_to_the_persons_own_start(rosa):
    assert sign_in("rosa@example.org", PASSWORD).url == reverse("reporting:start")


def test_login_takes_the_address_in_any_case(rosa):
    assert sign_in(" Rosa@Example.ORG", PASSWORD).url == reverse("reporting:start")


def test_login_goes_on_to_the_page_that_was_asked_for(rosa):
    assert sign_in("rosa@example.org", PASSWORD, next=PROFILE).url == PROFILE


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_login_goes_on_to_no_other_site(rosa, evil):
    response = sign_in("rosa@example.org", PASSWORD, next=evil)

    assert response.url == reverse("reporting:start")


def test_login_of_somebody_signed_in_goes_on(rosa, client_of):
    assert client_of(rosa).get(LOGIN).url == reverse("reporting:start")


def test_login_says_the_same_whether_the_account_exists_or_not(rosa):
    UserFactory(email="left@example.org", password=PASSWORD, is_active=False)
    answers = [
        errors(sign_in("rosa@example.org", "wrong")),
        errors(sign_in("nobody@example.org", "wrong")),
        errors(sign_in("left@example.org", PASSWORD)),
        errors(sign_in(UserFactory(email="new@example.org").email, "!")),
    ]

    assert answers == [answers[0]] * 4
    assert answers[0]["__all__"][0]["code"] == "email_password_mismatch"


@pytest.mark.parametrize(
    ("email", "password", "expected"),
    [
        ("rosa\0@example.org", "x", [NUL, "Enter a valid email address."]),
        ("rosa@example.org", "x\0", [NUL]),
        (
            TOO_LONG,
            "x",
            [
                "Enter a valid email address.",
                "Ensure this value has at most 254 characters (it has 100000).",
            ],
        ),
    ],
)
def test_login_with_odd_input_names_what_is_wrong(rosa, email, password, expected):
    assert sorted(messages(sign_in(email, password))) == sorted(expected)


def test_login_with_an_endless_password_is_refused(rosa):
    assert (
        errors(sign_in("rosa@example.org", TOO_LONG))["__all__"][0]["code"]
        == "email_password_mismatch"
    )


def test_login_lists_the_demonstration_accounts_in_a_demonstration_only(db, settings):
    settings.DEMONSTRATION = True
    shown = b"framework-demo" in Client().get(LOGIN).content
    settings.DEMONSTRATION = False

    assert [shown, b"framework-demo" in Client().get(LOGIN).content] == [True, False]


def test_logout_takes_a_post_only(rosa, client_of):
    client = client_of(rosa)

    assert client.get(reverse("account_logout")).status_code == 405
    assert "_auth_user_id" in client.session


def test_logout_ends_the_session(rosa, client_of):
    client = client_of(rosa)

    assert client.post(reverse("account_logout")).url == reverse("reporting:home")
    assert "_auth_user_id" not in client.session


def test_logout_without_a_session_asks_for_no_sign_in(db):
    assert Client().post(reverse("account_logout")).url == reverse("reporting:home")


def test_person_made_inactive_is_signed_out(rosa, client_of):
    client = client_of(rosa)
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    assert client.get(PROFILE).url == f"{LOGIN}?next={PROFILE}"


def test_password_change_keeps_the_person_signed_in(rosa, client_of):
    client = client_of(rosa)
    new = "another long sentence"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = client.post(reverse("members:password_change"), data, follow=True)

    assert response.redirect_chain == [(PROFILE, 302)]
    assert User.objects.get().check_password(new)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("short", "This password is too short. It must contain at least 12 characters."),
        ("nul\0nul\0nul\0nul", NUL),
    ],
)
def test_password_change_names_what_is_wrong(rosa, client_of, new, expected):
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = client_of(rosa).post(reverse("members:password_change"), data)

    assert set(messages(response)) == {expected}


def test_password_reset_mails_a_link_to_the_public_address(rosa, settings):
    settings.PUBLIC_BASE_URL = "https://portal.example"
    Client(HTTP_HOST="localhost").post(RESET, {"email": "Rosa@example.org"})

    assert mail.outbox[0].to == ["rosa@example.org"]
    assert link_in(mail.outbox[0]).startswith("https://portal.example/accounts/password/reset/")


def test_password_reset_under_a_foreign_host_sends_nothing(rosa):
    response = Client(HTTP_HOST="evil.example").post(RESET, {"email": "rosa@example.org"})

    assert [response.status_code, mail.outbox] == [400, []]


def test_password_reset_says_the_same_to_everybody(rosa):
    pages = [
        Client().post(RESET, {"email": email}, follow=True).context["messages"]
        for email in ["rosa@example.org", "nobody@example.org"]
    ]

    assert [str(message) for page in pages for message in page] == [
        "If this address belongs to an account, a mail with a link is on its way to it."
    ] * 2
    assert [message.to for message in mail.outbox] == [["rosa@example.org"]]


def test_password_reset_leaves_inactive_people_out(db):
    UserFactory(email="left@example.org", is_active=False)
    Client().post(RESET, {"email": "left@example.org"})

    assert mail.outbox == []


def test_password_reset_gives_a_new_account_its_first_password(db, quick_passwords):
    user = UserFactory(email="new@example.org")
    client = Client()
    client.post(RESET, {"email": "new@example.org"})
    form = client.get(link_in(mail.outbox[0])).url
    response = client.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    user.refresh_from_db()

    assert [response.url, user.check_password(PASSWORD)] == [LOGIN, True]


def test_password_reset_link_works_once(rosa):
    client = Client()
    client.post(RESET, {"email": "rosa@example.org"})
    form = client.get(link_in(mail.outbox[0])).url
    client.post(form, {"new_password1": PASSWORD + "!", "new_password2": PASSWORD + "!"})

    assert not Client().get(link_in(mail.outbox[0])).context["validlink"]


@pytest.mark.parametrize("uid", ["x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "AA"])
def test_password_reset_link_of_nobody_is_refused(db, uid):
    link = reverse("members:password_reset_confirm", args=[uid, "a-b"])

    assert Client().get(link).context["validlink"] is False


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("rosa\0@example.org", {NUL, "Enter a valid email address."}),
        (
            TOO_LONG,
            {
                "Enter a valid email address.",
                "Ensure this value has at most 254 characters (it has 100000).",
            },
        ),
    ],
)
def test_password_reset_with_odd_input_names_what_is_wrong(db, email, expected):
    assert set(messages(Client().post(RESET, {"email": email}))) == expected


def test_profile_keeps_name_and_time_zone(rosa, client_of):
    client_of(rosa).post(PROFILE, {"name": "Rosa Parks", "time_zone": "Asia/Tokyo"})

    assert User.objects.values_list("name", "time_zone").get() == ("Rosa Parks", "Asia/Tokyo")


def test_profile_offers_places_and_the_old_name_of_whoever_has_one(rosa, client_of):
    rosa.time_zone = "GB"
    rosa.save()
    page = client_of(rosa).get(PROFILE)
    offered = {dict(option.attributes)["value"] for option in elements(page, "option")}

    assert [name in offered for name in ("UTC", "Asia/Tokyo", "GB", "Japan")] == [
        True,
        True,
        True,
        False,
    ]
    client_of(rosa).post(PROFILE, {"name": "Rosa Parks", "time_zone": "GB"})
    assert User.objects.values_list("name", "time_zone").get() == ("Rosa Parks", "GB")


def test_profile_keeps_a_name_in_one_line(rosa, client_of):
    client_of(rosa).post(PROFILE, {"name": "Rosa\r\n\nUrgent:\tsign in", "time_zone": "UTC"})

    assert User.objects.get().name == "Rosa Urgent: sign in"


def test_profile_keeps_the_wish_for_one_mail_a_day(rosa, client_of):
    data = {"name": "Rosa", "time_zone": "UTC", "wants_digest": "on"}
    client_of(rosa).post(PROFILE, data)

    assert User.objects.get().wants_digest


def test_profile_keeps_nothing_else(rosa, client_of):
    forged = {"email": "other@example.org", "is_superuser": "on", "is_active": ""}
    client_of(rosa).post(PROFILE, {"name": "Rosa", "time_zone": "UTC", **forged})

    assert User.objects.values_list("email", "is_superuser", "is_active").get() == (
        "rosa@example.org",
        False,
        True,
    )


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "Ro\0sa", NUL),
        ("name", "", "This field is required."),
        ("name", TOO_LONG, "Ensure this value has at most 150 characters (it has 100000)."),
        ("time_zone", "U\0TC", "Select a valid choice. U\0TC is not one of the available choices."),
        (
            "time_zone",
            "Mars/Base",
            "Select a valid choice. Mars/Base is not one of the available choices.",
        ),
    ],
)
def test_profile_names_what_is_wrong(rosa, client_of, field, value, expected):
    data = {"name": "Rosa", "time_zone": "UTC", field: value}

    assert messages(client_of(rosa).post(PROFILE, data)) == [expected]


def test_profile_shows_a_refused_name_in_its_field_only(rosa, client_of):
    response = client_of(rosa).post(PROFILE, {"name": "Zelda", "time_zone": "Mars/Base"})

    assert [response.context["user"].name, response.content.count(b"Zelda")] == ["Rosa", 1]


@pytest.mark.usefixtures("edit_history")
def test_profile_change_is_in_the_history_with_its_author(rosa, client_of):
    client_of(rosa).post(PROFILE, {"name": "Rosa Parks", "time_zone": "UTC"})
    record = rosa.history.first()

    assert [record.name, record.history_user] == ["Rosa Parks", rosa]


def test_login_does_not_lead_back_to_itself(client_of, viewer):
    response = client_of(viewer).get("/accounts/login/?next=/accounts/login/")

    assert (response.status_code, response.url) == (302, "/start/")
