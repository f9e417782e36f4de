"""What row-level security costs a page: with it and without it, in turns, in one process.

python -m tests.bench.row_security ROLE, on PostgreSQL, as a superuser of the data base, whom no
policy binds, with the demonstration loaded and the wall up for ROLE. REQUESTS=300 of each kind.
"""

import os
import statistics
import sys
import time

import django
from django.conf import settings
from django.db import connection
from django.test import Client

PAGES = [
    ("goal page, signed out", None, "/frameworks/2022-2025/goals/1/"),
    ("goal page, signed in", "reporter", "/frameworks/2022-2025/goals/1/"),
    ("desk", "reporter", "/reporting/?round=2025-H2"),
    ("country page", "reporter", "/frameworks/2022-2025/countries/{iso2}/"),
    ("review queue", "reviewer", "/review/"),
    ("matrix", "reviewer", "/review/matrix/?round=2025-H2"),
    ("search", "reviewer", "/search/?q=training&kind=report"),
]


def main(role):
    settings.KEEP_PAGES = settings.LIMIT_REQUESTS = False
    settings.ALLOWED_HOSTS = ["testserver"]
    people = {"reporter": somebody("reporter"), "reviewer": somebody("reviewer")}
    print("| page | CPU off, ms | CPU on, ms | ratio | clock off, ms | clock on, ms | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, who, address in PAGES:
        user = people.get(who)
        if user and user.country:
            address = address.format(iso2=user.country.iso2)
        browsers = {on: browser(user, on) for on in (False, True)}
        taken = {False: [], True: []}
        for number in range(int(os.environ.get("REQUESTS", "300")) + 10):
            for on in (False, True) if number % 2 else (True, False):
                turn(role, on)
                begun = time.process_time(), time.perf_counter()
                response = browsers[on].get(address)
                ended = time.process_time(), time.perf_counter()
                assert response.status_code == 200, (address, response.status_code)
                if number >= 10:
                    taken[on].append([b - a for a, b in zip(begun, ended, strict=True)])
        print(line(name, taken))


def somebody(role):
    users = django.apps.apps.get_model("members", "User").objects
    return users.filter(memberships__role=role, is_active=True).order_by("pk").first()


def browser(user, on):
    """Its middleware is chosen at its first request."""
    settings.ROW_SECURITY = on
    found = Client()
    if user:
        found.force_login(user)
    found.get("/healthz")
    return found


def turn(role, on):
    settings.ROW_SECURITY = on
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{role}"' if on else "RESET ROLE")


def line(name, taken):
    cells = [name]
    for kind in (0, 1):
        off, on = (statistics.median(each[kind] for each in taken[way]) for way in (False, True))
        cells += [f"{off * 1000:.2f}", f"{on * 1000:.2f}", f"{on / off:.3f}"]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")
    django.setup()
    main(sys.argv[1])
