"""The mail server is down, then slow, while people work and two workers run.

`MAILS=500 OUTAGE=600 pytest -s tests/reporting/notifications/test_outage.py` takes the real
waits and a real outage of ten minutes, and prints what it measured.
"""

import os
import smtplib
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread, current_thread

import pytest
from django.db import connections
from django_tasks import task_backends
from django_tasks_db.management.commands.db_worker import Worker

from reporting import actions
from reporting.models import Mail
from reporting.notifications import sending
from tests.factories import ProgressReportFactory
from tests.reporting.test_actions import COMMENT

MAILS = int(os.environ.get("MAILS", 24))
OUTAGE = float(os.environ.get("OUTAGE", 0.5))
AT_FULL_LENGTH = OUTAGE >= 60
SLOW_SECONDS = 5 if AT_FULL_LENGTH else 0.2
PATIENCE = 900 if AT_FULL_LENGTH else 20
# Two officers are told of four events.
MAILS_A_REPORT = 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(settings, monkeypatch):
    """Tasks wait in the database, as in production."""
    tasks = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(task_backends, "settings", task_backends.configure_settings(tasks))
    del task_backends["default"]
    yield
    del task_backends["default"]


@pytest.fixture
def short_waits(monkeypatch):
    if not AT_FULL_LENGTH:
        monkeypatch.setattr(sending, "SHORTEST_WAIT", timedelta(milliseconds=100))
        monkeypatch.setattr(sending, "LONGEST_WAIT", timedelta(milliseconds=400))


@pytest.fixture
def speakers(monkeypatch):
    """The threads that spoke to the mail server, or tried to."""
    found = set()
    connect = smtplib.SMTP.connect

    def noted(*args, **kwargs):
        found.add(current_thread())
        return connect(*args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "connect", noted)
    return found


def worker(name):
    return Worker(
        queue_names=["default"],
        interval=1 if AT_FULL_LENGTH else 0.05,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )


@contextmanager
def running(*workers):
    def run(each):
        try:
            each.run()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[each]) for each in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for each in workers:
            each.running = False
        for thread in threads:
            thread.join()


def timed(verb, **arguments):
    begun = time.monotonic()
    verb(**arguments)
    return time.monotonic() - begun


def work_on(reports, focal_point, reviewer):
    """Four steps a report, those of the reports mixed; yields what each took."""
    for report in reports:
        yield timed(actions.submit_report, report=report, version=1, by=focal_point)
    for report in reports:
        yield timed(actions.return_report, report=report, version=2, by=reviewer, comment=COMMENT)
    for report in reports:
        yield timed(actions.submit_report, report=report, version=3, by=focal_point)
    for report in reports:
        yield timed(actions.approve_report, report=report, version=4, by=reviewer)


def test_after_an_outage_each_mail_comes_once_and_in_order(
    open_round, france, reporter, focal_point, secretariat, post, queue, short_waits, speakers
):
    reports = ProgressReportFactory.create_batch(
        -(-MAILS // MAILS_A_REPORT), round=open_round, country=france, changed_by=reporter
    )
    steps = 4 * len(reports)
    post.close()
    took = []
    work = work_on(reports, focal_point, secretariat)
    with running(worker("first"), worker("second")):
        for _ in range(steps - 1):
            took.append(next(work))
            time.sleep(OUTAGE / steps)
        assert post.received == []
        post.seconds = SLOW_SECONDS
        post.open()
        back = time.monotonic()
        while not post.received and time.monotonic() < back + PATIENCE:
            time.sleep(0.01)
        # The last step is taken while the server is back, and slow.
        took.append(next(work))
        post.seconds = 0
        while Mail.objects.unsent().exists() and time.monotonic() < back + PATIENCE:
            time.sleep(0.05)
        all_sent = time.monotonic() - back
    print(
        f"\n{len(post.received)} mails, outage {OUTAGE} s; "
        f"a step took {max(took[1:]):.3f} s at most, the first {took[0]:.3f} s; "
        f"all sent {all_sent:.1f} s after the server was back; "
        f"a mail was tried {max(Mail.objects.values_list('attempts', flat=True))} times at most."
    )

    assert not Mail.objects.unsent().exists()
    # Nobody at work waits for the server, however long it takes.
    assert speakers and current_thread() not in speakers
    if AT_FULL_LENGTH:
        # The first step of a process also loads the templates.
        assert max(took[1:]) < 1
    assert len({message["Message-ID"] for message in post.received}) == len(post.received)
    assert len(post.received) == steps * 2
    come = defaultdict(list)
    for message in post.received:
        event, about = message["Subject"].split(": ")
        come[message["To"], about].append(event)
    order = ["Submitted", "Returned for correction", "Submitted", "Approved"]
    assert list(come.values()) == [order] * 2 * len(reports)
