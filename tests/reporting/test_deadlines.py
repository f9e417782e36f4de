"""A deadline is one instant: the same for every country, shown to each in its own time."""

import datetime
import re
import zoneinfo
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from reporting import actions
from reporting.models import ProgressReport, ReportingRound
from tests.factories import days

SECOND = datetime.timedelta(seconds=1)
OFF = datetime.timedelta(minutes=10)
DEADLINES = [
    ("UTC", "2026-01-31 00:00"),
    ("UTC", "2028-02-28 23:59"),
    ("UTC", "2028-02-29 23:59"),
    ("UTC", "2026-12-31 23:59"),
    ("Pacific/Kiritimati", "2026-01-31 23:59"),
    ("Pacific/Kiritimati", "2028-02-29 00:00"),
    ("Pacific/Kiritimati", "2027-01-01 00:00"),
    ("Pacific/Pago_Pago", "2026-01-31 23:59"),
    ("Pacific/Pago_Pago", "2026-12-31 23:59"),
    ("Pacific/Apia", "2026-01-31 23:59"),
    ("Asia/Kathmandu", "2026-01-31 23:59"),
    ("Asia/Kathmandu", "2028-02-29 23:59"),
    ("Europe/Paris", "2026-03-29 02:30"),  # the clocks go from 2 to 3
    ("Europe/Paris", "2026-03-29 03:00"),
    ("Europe/Paris", "2026-10-25 02:30"),  # for the first time that night
    ("Europe/Paris", "2026-10-25 02:30 again"),
    ("America/Santiago", "2026-09-06 00:00"),  # the clocks go from 24 to 1
    ("America/Santiago", "2026-04-04 23:30"),
    ("Africa/Cairo", "2026-04-24 00:00"),  # the clocks go from 24 to 1
    ("Africa/Cairo", "2026-10-29 23:30 again"),
]
# In seconds from the deadline; half-open: at the deadline it has passed.
MOMENTS = {-1: "submitted", 0: "overdue", 1: "overdue"}


def instant(zone, text):
    """The instant that a clock on the wall of that place shows so."""
    at = datetime.datetime.fromisoformat(text.removesuffix(" again"))
    at = at.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=text.endswith(" again"))
    return at.astimezone(datetime.UTC)


@pytest.fixture
def faked_clock(db):
    """PostgreSQL's clock can be set in a test: the function found first is ours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA faked")
            cursor.execute(
                "CREATE FUNCTION faked.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE "
                "AS $$ SELECT current_setting('faked.now')::timestamptz $$"
            )
            cursor.execute("SET LOCAL search_path = faked, pg_catalog, public")


@contextmanager
def database_clock(at, off=datetime.timedelta(0)):
    """The database's clock stands at an instant; this machine's is `off`, where it has its own."""
    if connection.vendor != "postgresql":
        with time_machine.travel(at, tick=False):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('faked.now', %s, true)", [at.isoformat()])
    with time_machine.travel(at + off, tick=False):
        yield


def submitting(report, by):
    """What comes of submitting the report, all of it undone again."""
    try:
        with transaction.atomic():
            actions.submit_report(report=report, version=1, by=by)
            transaction.set_rollback(True)
            return "submitted"
    except actions.Overdue:
        return "overdue"


def saving(report, by):
    with transaction.atomic():
        actions.save_draft(report=report, version=1, content={"lessons": "Late."}, by=by)
        kept = ProgressReport.objects.get().lessons
        transaction.set_rollback(True)
    return kept


def due(at):
    ReportingRound.objects.update(opens_at=at - days(30), due_at=at, closes_at=at + days(30))
    return ProgressReport.objects.select_related("round", "country", "objective").get()


@pytest.mark.parametrize(("zone", "text"), DEADLINES)
def test_deadline_is_one_instant(draft, focal_point, faked_clock, zone, text):
    at = instant(zone, text)
    outcomes, kept = {}, set()
    for seconds in MOMENTS:
        with database_clock(at + seconds * SECOND):
            outcomes[seconds] = submitting(due(at), focal_point)
            kept.add(saving(due(at), focal_point))
    assert (outcomes, kept) == (MOMENTS, {"Late."})


@pytest.mark.parametrize(("zone", "text"), DEADLINES)
def test_deadline_is_shown_as_the_stored_instant(zone, text):
    at = instant(zone, text)
    with timezone.override(zone):
        shown = render_to_string("reporting/_instant.html", {"at": at})
    written = [
        datetime.datetime.strptime(each, "%d %B %Y, %H:%M")
        for each in re.findall(r"\d+ \w+ \d{4}, \d\d:\d\d", shown)
    ]
    assert written[0] == at.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    assert written[-1].replace(tzinfo=datetime.UTC) == at
    assert f'datetime="{at.isoformat()}"' in shown


@pytest.mark.parametrize("off", [-OFF, OFF])
def test_deadline_goes_by_the_databases_clock(draft, focal_point, faked_clock, off):
    at = instant("UTC", "2026-01-31 00:00")
    outcomes = {}
    for seconds in MOMENTS:
        with database_clock(at + seconds * SECOND, off):
            outcomes[seconds] = submitting(due(at), focal_point)
    assert outcomes == MOMENTS
