import datetime
import smtplib
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections
from django.db.models import F
from django.utils import timezone

from members.mail_server import is_unreachable
from members.models import User
from reporting.models import Mail
from reporting.notifications import sending
from reporting.notifications.sending import send_mails
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def wait_no_longer():
    Mail.objects.waiting().filter(send_after__isnull=False).update(send_after=timezone.now())


def mails(count, recipient, **fields):
    first = Mail.objects.count()
    return Mail.objects.bulk_create(
        Mail(key=f"mail-{n}", recipient=recipient, subject=f"Mail {n}", body="Text.", **fields)
        for n in range(first, first + count)
    )


@pytest.fixture
def ann(db):
    return UserFactory(email="ann@example.org")


@pytest.fixture
def ben(db):
    return UserFactory(email="ben@example.org")


def test_mails_are_sent_once_in_their_order(ann, post):
    mails(3, ann)
    send_mails.call()
    send_mails.call()
    assert post.subjects == ["Mail 0", "Mail 1", "Mail 2"]
    assert not Mail.objects.unsent().exists()


def test_mail_has_text_and_html_and_an_id_of_its_own(submitted, post):
    send_mails.call()
    parts = [part.get_content_type() for part in post.received[0].iter_parts()]
    assert parts == ["text/plain", "text/html"]
    assert len({message["Message-ID"] for message in post.received}) == 2


def test_mail_written_as_before_the_update_is_sent(ann, post):
    """By what runs yet of the portal's last version, which knows nothing of another address."""
    mails(1, ann)
    columns = [each.column for each in Mail._meta.concrete_fields if not each.primary_key]
    columns = ", ".join(f'"{each}"' for each in columns if each not in ("address", "key"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO reporting_mail (key, {columns}) SELECT 'new', {columns} "
            "FROM reporting_mail"
        )
    send_mails.call()

    assert [message["To"] for message in post.received] == [ann.email] * 2


def test_of_a_server_that_is_down_nothing_is_counted_and_all_wait(ann, post):
    mails(3, ann)
    post.close()
    send_mails.call()
    now = timezone.now()
    assert Mail.objects.waiting().filter(attempts=0, send_after__gt=now).count() == 3
    assert "Connection" in Mail.objects.first().last_error
    assert not Mail.objects.due(now).exists()


def test_after_an_outage_each_mail_leaves_once(ann, post):
    mails(2, ann)
    post.close()
    send_mails.call()
    mails(1, ann)
    send_mails.call()
    post.open()
    wait_no_longer()
    send_mails.call()
    assert sorted(post.subjects) == ["Mail 0", "Mail 1", "Mail 2"]
    assert list(Mail.objects.values_list("last_error", flat=True)) == [""] * 3


def test_the_longer_an_outage_the_longer_a_mail_waits(ann, post):
    (mail,) = mails(1, ann)
    post.close()
    waits = []
    for minutes in [0, 1, 1.5, 60]:
        now = timezone.now()
        created_at = now - datetime.timedelta(minutes=minutes)
        Mail.objects.update(created_at=created_at, send_after=None)
        send_mails.call()
        mail.refresh_from_db()
        waits.append(round((mail.send_after - now).total_seconds()))
    assert waits == [15, 60, 90, 120]


@pytest.mark.parametrize("reply", ["450 Try again later", "550 No such person"])
def test_refused_mail_does_not_keep_back_the_others(ann, ben, post, reply):
    mails(1, ann)
    mails(1, ben)
    post.replies[ann.email] = reply
    send_mails.call()
    assert post.subjects == ["Mail 1"]
    refused = Mail.objects.waiting().get()
    assert (refused.recipient, refused.attempts) == (ann, 1)
    assert reply[4:] in refused.last_error


def test_refused_mail_keeps_back_what_comes_after_it_about_the_report(ann, draft, post):
    mails(1, ann, report=draft)
    post.replies[ann.email] = "450 Try again later"
    send_mails.call()
    post.replies.clear()
    mails(1, ann, report=draft)
    mails(1, ann)
    send_mails.call()
    assert post.subjects == ["Mail 2"]
    wait_no_longer()
    send_mails.call()
    assert post.subjects == ["Mail 2", "Mail 0", "Mail 1"]


def test_refused_mail_is_given_up_in_the_end(ann, draft, post):
    mails(2, ann, report=draft)
    post.replies[ann.email] = "550 No such person"
    for _ in range(12):
        wait_no_longer()
        send_mails.call()
    assert list(Mail.objects.given_up().values_list("attempts", flat=True)) == [6, 6]
    assert not Mail.objects.waiting().exists()


def test_server_that_closes_the_connection_refuses_nothing(ann, ben, post):
    mails(1, ann)
    mails(1, ben)
    post.replies["DATA"] = "421 Closing"
    send_mails.call()
    assert Mail.objects.waiting().filter(attempts=0, send_after__isnull=False).count() == 2


def test_mail_that_breaks_the_connection_comes_behind_the_others_next_time(ann, ben, post):
    mails(1, ann)
    mails(1, ben)
    post.replies[ann.email] = "421 Closing"
    send_mails.call()
    assert post.subjects == []
    Mail.objects.update(send_after=F("send_after") - datetime.timedelta(minutes=1))
    send_mails.call()
    assert post.subjects == ["Mail 1"]


def test_sender_that_is_refused_is_no_fault_of_the_mail():
    assert is_unreachable(smtplib.SMTPSenderRefused(530, b"Sign in", "portal"))


def test_header_that_cannot_be_written_is_a_fault_of_the_mail(ann, ben, post):
    mails(1, ann)
    mails(1, ben)
    Mail.objects.filter(recipient=ann).update(subject="Two\nlines")
    send_mails.call()
    assert post.subjects == ["Mail 1"]
    assert Mail.objects.waiting().get().attempts == 1


def test_mail_of_a_worker_who_died_is_sent_when_its_claim_ends(ann, post):
    mails(1, ann)
    sending.claim()
    send_mails.call()
    assert post.received == []
    wait_no_longer()
    send_mails.call()
    assert post.subjects == ["Mail 0"]


def test_someone_deactivated_meanwhile_gets_none(ann, post):
    mails(1, ann)
    User.objects.update(is_active=False)
    send_mails.call()
    assert post.received == []


def test_long_run_hands_over_to_the_next(ann, post, monkeypatch):
    mails(2, ann)
    monkeypatch.setattr(sending, "SECONDS_A_RUN", 0)
    send_mails.call()
    assert post.subjects == ["Mail 0"]


def in_threads(count, verb):
    def run(_):
        try:
            return verb()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(count)
    return pool, [pool.submit(run, n) for n in range(count)]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_a_mail_is_sent(ann, post):
    mails(1, ann)
    post.hold = Event()
    pool, (run,) = in_threads(1, send_mails.call)
    while not Mail.objects.filter(send_after__isnull=False).exists():
        pass
    # With a transaction open in the other thread this would wait for the server.
    mails(1, ann)
    assert post.received == []
    post.hold.set()
    run.result(timeout=20)
    pool.shutdown()
    assert post.subjects == ["Mail 0", "Mail 1"]


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_each_mail_is_sent_by_one(ann, ben, draft, post):
    mails(6, ann, report=draft)
    mails(6, ben, report=draft)
    pool, runs = in_threads(4, send_mails.call)
    assert [run.result(timeout=60) for run in runs] == [None] * 4
    pool.shutdown()
    to_ann = [message["Subject"] for message in post.received if message["To"] == ann.email]
    assert to_ann == [f"Mail {n}" for n in range(6)]
    assert len(post.received) == 12
