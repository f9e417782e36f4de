import datetime
import uuid

import pytest
from django.utils import timezone

from reporting.models import Extension, ReportingRound
from tests.factories import ExtensionFactory, ReportingRoundFactory, days
from tests.pages import elements, texts

PAGE = "/reporting/2025-H2/extension/"
REASON = "Our registry moved to another building."


def filled(open_round, **changes):
    day = timezone.localdate(open_round.due_at) + days(7)
    return {"until": str(day), "reason": REASON} | changes


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 23), ("Pacific/Kiritimati", 9), ("Pacific/Pago_Pago", 10)]
)
def test_extension_ask_asks_until_the_days_end(client_of, reporter, open_round, zone, hour):
    reporter.time_zone = zone
    reporter.save()
    response = client_of(reporter).post(PAGE, filled(open_round))
    stored = Extension.objects.get()
    assert (response.status_code, response.url) == (302, PAGE)
    assert (stored.country, stored.asked_by, stored.reason, stored.state) == (
        reporter.country,
        reporter,
        REASON,
        "asked",
    )
    assert stored.asked_until.astimezone(datetime.UTC).hour == hour


def test_extension_ask_after_the_due_date(client_of, reporter, framework):
    overdue = ReportingRoundFactory(framework=framework, slug="2025-H2", overdue=True)
    until = str(timezone.localdate() + days(3))
    client_of(reporter).post(PAGE, filled(overdue, until=until))
    assert Extension.objects.exists()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"until": ""}, "until"),
        ({"until": "2026-02-30"}, "until"),
        ({"until": "0001-01-01"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": "1\0"}, "until"),
        ({"reason": ""}, "reason"),
        ({"reason": "too short"}, "reason"),
        ({"reason": "a\0" + REASON}, "reason"),
        ({"reason": "x" * 100_000}, "reason"),
    ],
)
def test_extension_ask_refuses_at_the_field(client_of, reporter, open_round, changes, refused):
    page = client_of(reporter).post(PAGE, filled(open_round, **changes))
    form = page.context["form"]
    assert (page.status_code, list(form.errors)) == (200, [refused])
    assert form["reason"].value() == changes.get("reason", REASON)
    assert not Extension.objects.exists()


def test_extension_ask_for_less_time_than_there_is_says_so(client_of, reporter, open_round):
    page = client_of(reporter).post(PAGE, filled(open_round, until=str(timezone.localdate())))
    assert page.context["form"].errors["until"] == [
        "You have time until then already: choose a later day."
    ]


def test_extension_ask_while_one_waits_is_a_conflict(client_of, reporter, open_round, france):
    ExtensionFactory(round=open_round, country=france)
    assert not elements(client_of(reporter).get(PAGE), "textarea")
    page = client_of(reporter).post(PAGE, filled(open_round))
    assert (page.status_code, page.context["form"].non_field_errors()) == (
        409,
        ["An extension has been asked for already."],
    )
    assert REASON in texts(page, "textarea")
    assert Extension.objects.count() == 1


def test_extension_ask_before_the_round_opens_is_refused(client_of, reporter, open_round):
    ReportingRound.objects.update(opens_at=timezone.now() + days(1))
    page = client_of(reporter).post(PAGE, filled(open_round))
    assert (page.status_code, Extension.objects.exists()) == (409, False)


def test_extension_ask_twice_acts_once(client_of, reporter, open_round):
    posted = filled(open_round, token=str(uuid.uuid4()))
    assert [client_of(reporter).post(PAGE, posted).status_code for _ in range(2)] == [302, 302]
    assert Extension.objects.count() == 1


def test_extension_ask_shows_the_answer_and_lets_ask_again(
    client_of, reporter, open_round, france, japan
):
    ExtensionFactory(round=open_round, country=france, granted=True, answer="Until then.")
    ExtensionFactory(round=open_round, country=japan, answer="A secret of Japan.")
    page = client_of(reporter).get(PAGE)
    assert texts(page, "blockquote") == ["Until then."]
    assert len(elements(page, "textarea")) == 1


def test_extension_ask_is_for_those_who_report(client, client_of, secretariat, reporter):
    assert client_of(secretariat).get(PAGE).status_code == 403
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    assert client_of(reporter).put(PAGE).status_code == 405
