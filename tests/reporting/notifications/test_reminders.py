import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from members.models import Role
from reporting import actions
from reporting.models import Mail, PostedForm
from reporting.notifications import queue_reminders
from tests.factories import (
    ExtensionFactory,
    MembershipFactory,
    ProgressReportFactory,
    days,
)
from tests.reporting.notifications.test_sending import in_threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def lay(reporting_round, now, *, opened, due):
    """So many days before and after now."""
    reporting_round.opens_at, reporting_round.due_at = now - days(opened), now + days(due)
    reporting_round.closes_at = reporting_round.due_at + days(30)
    reporting_round.save()
    return reporting_round


def told(recipient):
    mails = Mail.objects.filter(recipient=recipient).values_list("key", flat=True)
    return [key.split("-", 2)[2].removesuffix(f"-user-{recipient.pk}") for key in mails]


@pytest.mark.parametrize(
    ("opened", "due", "kinds"),
    [
        (-1, 60, []),
        (0, 60, ["opened"]),
        (8, 60, []),
        (30, 14.1, []),
        (30, 14, ["14"]),
        (30, 3.1, ["14"]),
        (30, 3, ["3"]),
        (30, 0.001, ["3"]),
        (30, 0, ["overdue"]),
        (30, -6.9, ["overdue"]),
        (30, -7, []),
        # Of a round of ten days nobody is reminded fourteen days before its end.
        (0, 10, ["opened"]),
    ],
)
def test_each_is_told_in_its_time(open_round, reporter, now, opened, due, kinds):
    lay(open_round, now, opened=opened, due=due)
    queue_reminders(now)
    assert [name.split("-")[-2] if "due-" in name else name for name in told(reporter)] == kinds


def test_reminder_says_how_much_is_owed_and_where_to_write_it(
    open_round, objective, france, reporter, settings, now
):
    settings.PUBLIC_BASE_URL = "https://portal.example"
    ProgressReportFactory(round=open_round, objective=objective, country=france, approved=True)
    queue_reminders(lay(open_round, now, opened=30, due=13).due_at - days(13))
    mail = Mail.objects.get()
    assert mail.subject.endswith("3 of 4 reports owed, France, Second half of 2025")
    assert "1 of 4 reports are handed in; 3 are still owed:" in " ".join(mail.body.split())
    links = [line.strip() for line in mail.body.splitlines() if "/2025-H2/" in line]
    assert links == [
        f"https://portal.example/reporting/2025-H2/{code}/" for code in ("1.2", "2.1", "2.2")
    ]


def test_country_that_owes_nothing_is_not_reminded(
    open_round, framework, france, reporter, neighbour, now
):
    for goal in framework.goals.all():
        for objective in goal.objectives.all():
            ProgressReportFactory(
                round=open_round, objective=objective, country=france, submitted=True
            )
    lay(open_round, now, opened=30, due=3)
    queue_reminders(now)
    assert [mail.recipient for mail in Mail.objects.all()] == [neighbour]


def test_report_that_was_withdrawn_is_owed_but_not_overdue(open_round, submitted, focal_point, now):
    actions.withdraw_report(report=submitted, version=2, by=focal_point)
    queue_reminders(lay(open_round, now, opened=30, due=0).due_at)
    overdue = Mail.objects.get(recipient=focal_point, key__contains="overdue")
    assert "3 of 4" in overdue.subject


def test_report_that_came_back_is_owed_but_not_overdue(open_round, returned, reporter, now):
    lay(open_round, now, opened=30, due=3)
    queue_reminders(now)
    queue_reminders(open_round.due_at)
    reminder, overdue = Mail.objects.filter(recipient=reporter, key__startswith="round")
    assert "4 of 4" in reminder.subject
    assert "3 of 4" in overdue.subject


def test_extension_moves_what_is_due(open_round, france, reporter, neighbour, now):
    lay(open_round, now, opened=60, due=-1)
    ExtensionFactory(
        round=open_round,
        country=france,
        state="granted",
        granted_until=now + days(3),
        answered_at=now,
        answered_by=neighbour,
    )
    queue_reminders(now)
    assert told(neighbour) == ["overdue"]
    assert told(reporter) == [f"due-{now + days(3):%Y%m%d}-3-days"]


def test_reminder_has_both_times(open_round, reporter, now):
    reporter.time_zone = "Pacific/Kiritimati"
    reporter.save()
    lay(open_round, now, opened=30, due=3)
    queue_reminders(now)
    words = " ".join(Mail.objects.get().body.split())
    assert "(Pacific/Kiritimati), " in words
    assert f"{open_round.due_at:%H:%M} UTC" in words


def test_someone_deactivated_is_not_reminded(open_round, reporter, now):
    reporter.is_active = False
    reporter.save()
    lay(open_round, now, opened=30, due=3)
    queue_reminders(now)
    assert not Mail.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_take_the_same_number_of_queries(
    open_round, objective, count, now, django_assert_num_queries
):
    for _ in range(count):
        country = MembershipFactory(role=Role.REPORTER).country
        ProgressReportFactory(round=open_round, objective=objective, country=country)
    lay(open_round, now, opened=30, due=3)
    with django_assert_num_queries(7):
        queue_reminders(now)
    assert Mail.objects.count() == count


def test_command_says_what_it_did_and_the_second_time_does_nothing(
    open_round, reporter, focal_point, capsys, mailoutbox
):
    lay(open_round, timezone.now(), opened=30, due=3)
    call_command("send_reminders")
    assert capsys.readouterr().out == (
        "Round 2025-H2: 2 mails written.\n"
        "Accounts and roles: 0 mails written.\n"
        "Mails of the day: 0 written.\n"
        "Posted forms: 0 forgotten.\n"
        "Uploaded workbooks: 0 forgotten.\n"
        "Mails to be sent: 2. Given up so far: 0.\n"
    )
    call_command("send_reminders")
    assert "Round 2025-H2: 0 mails written." in capsys.readouterr().out
    assert len(mailoutbox) == Mail.objects.count() == 2


def test_command_forgets_old_posted_forms(reporter, now):
    for age in (6, 8):
        PostedForm.objects.create(
            user=reporter,
            token="00000000-0000-4000-8000-000000000000",
            sha256=str(age),
            posted_at=now - datetime.timedelta(days=age),
        )
    call_command("send_reminders", verbosity=0)
    assert [form.sha256 for form in PostedForm.objects.all()] == ["6"]


def test_command_tries_again_what_was_given_up(reporter, mailoutbox, now):
    Mail.objects.create(
        key="mail", recipient=reporter, subject="Mail", body="Text.", given_up_at=now, attempts=6
    )
    call_command("send_reminders", verbosity=0)
    assert mailoutbox == []
    call_command("send_reminders", again=True)
    assert [message.subject for message in mailoutbox] == ["Mail"]


@pytest.mark.django_db(transaction=True)
def test_of_several_commands_at_once_each_mail_is_written_once(open_round, now, mailoutbox):
    for _ in range(3):
        person = MembershipFactory(role=Role.REPORTER, user__wants_digest=True).user
        Mail.objects.create(
            key=f"{person}", recipient=person, subject="A", body="A", waits_for_digest=True
        )
    Mail.objects.update(created_at=now - days(2))
    lay(open_round, now, opened=30, due=1)
    pool, runs = in_threads(4, lambda: call_command("send_reminders", verbosity=0))
    for run in runs:
        run.result(timeout=60)
    pool.shutdown()
    kinds = sorted(mail.key.split("-")[0] for mail in Mail.objects.filter(key__contains="-user-"))
    assert kinds == ["digest"] * 3 + ["round"] * 3
    assert len(mailoutbox) == 6
