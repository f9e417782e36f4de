"""What it costs to count what is limited: with it and without it, in turns, in one process.

    DATABASE_URL=… python -m tests.bench.limits

on a data base with the demonstration in it; its cache is emptied. REQUESTS=300 of each kind, then
again with as many entries in the cache as it holds.
"""

import os
import statistics
import time

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

PAGES = [
    ("search, signed out", None, "/search/?q=training"),
    ("search, a reviewer", "reviewer", "/search/?q=training"),
    ("CSV of a goal, signed out", None, "/frameworks/2022-2025/goals/1/progress.csv"),
    ("CSV of a goal, signed in", "reporter", "/frameworks/2022-2025/goals/1/progress.csv"),
    ("API, a goal, signed out", None, "/api/v1/frameworks/2022-2025/goals/1/progress"),
]


def main():
    settings.KEEP_PAGES = False
    settings.ALLOWED_HOSTS = ["testserver"]
    rates = dict.fromkeys(["search", "files", "api"], "60/m/user")
    rates |= dict.fromkeys([f"{each}_signed_out" for each in rates], "60/m/ip")
    settings.ACCOUNT_RATE_LIMITS |= rates
    settings.REQUESTS_A_MINUTE = dict.fromkeys(settings.REQUESTS_A_MINUTE, 10**9)
    for entries in (0, settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"]):
        fill(entries)
        print(f"\n{entries:,} entries in the cache\n")
        print("| page | CPU off, ms | CPU on, ms | more | clock off | clock on | queries | more |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        for page in PAGES:
            print(measured(*page))
    cache.clear()


def fill(entries):
    cache.clear()
    table = settings.CACHES["default"]["LOCATION"]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} VALUES (%s, %s, %s)",  # noqa: S608
            [(f"entry {number}", "x" * 100, "2099-01-01") for number in range(entries)],
        )


def measured(name, who, address):
    client = Client()
    if who:
        users = django.apps.apps.get_model("members", "User").objects
        found = users.filter(memberships__role=who, is_active=True).order_by("pk").first()
        client.force_login(found)
    taken = {False: [], True: []}
    for number in range(int(os.environ.get("REQUESTS", "300")) + 10):
        # An address of its own now and then: so that nobody gets to the limit.
        if number % 50 == 0:
            forget()
        for on in (False, True) if number % 2 else (True, False):
            settings.LIMIT_REQUESTS = on
            begun = time.process_time(), time.perf_counter()
            response = client.get(address)
            ended = time.process_time(), time.perf_counter()
            assert response.status_code == 200, (address, response.status_code)
            if number >= 10:
                taken[on].append([b - a for a, b in zip(begun, ended, strict=True)])
    queries = {on: count(client, address, on) for on in (False, True)}
    cpu, clock = (
        [1000 * statistics.median(each[kind] for each in taken[on]) for on in (False, True)]
        for kind in (0, 1)
    )
    cells = [name, *cpu, cpu[1] - cpu[0], *clock]
    cells = [each if isinstance(each, str) else f"{each:.2f}" for each in cells]
    cells += [str(queries[False]), str(queries[True] - queries[False])]
    return f"| {' | '.join(cells)} |"


def forget():
    """What was counted, so that nobody comes to the limit; with 50 instants in it at the most."""
    with connection.cursor() as cursor:
        table = settings.CACHES["default"]["LOCATION"]
        cursor.execute(f"DELETE FROM {table} WHERE cache_key LIKE '%%allauth%%'")  # noqa: S608


def count(client, address, on):
    settings.LIMIT_REQUESTS = on
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")
    django.setup()
    main()
