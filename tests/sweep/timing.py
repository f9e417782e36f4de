"""Whether the time of an answer tells what the answer does not: who has an account, what there is.

    python -m tests.sweep.timing --times 1000
    python tests/with_postgres.py python -m tests.sweep.timing --postgres

Asks in turns for what there is and for what there is not, from the sign-in to each kind of key,
with the whole stack in one process. Ends with 1 where two medians are more than 5 ms apart, or
where the answers themselves differ.
"""

import argparse
import random
import sys
import tempfile
import time
from statistics import median
from typing import NamedTuple

from tqdm import tqdm

MOST_APART = 5.0
MISSING = 999_999_999


class Pair(NamedTuple):
    """Two requests, made anew each time, whose answers are the same."""

    name: str
    there: object
    missing: object


class Clock:
    """Times in milliseconds, one list for what there is and one for what is missing."""

    def __init__(self, pair, times, chance):
        self.pair = pair
        self.taken = {"there": [], "missing": []}
        # Without what others had of the machine meanwhile.
        self.worked = {"there": [], "missing": []}
        self.answers = {"there": set(), "missing": set()}
        self.times, self.chance = times, chance

    def run(self):
        asked = {"there": self.pair.there, "missing": self.pair.missing}
        # The first of each loads what later ones have ready.
        for number in range(-3, self.times):
            order = ["there", "missing"]
            self.chance.shuffle(order)
            for name in order:
                request = asked[name](number)
                begun, work = time.perf_counter(), time.process_time()
                response = request()
                taken, worked = time.perf_counter() - begun, time.process_time() - work
                self.answers[name].add((response.status_code, response.headers.get("Location")))
                if number >= 0:
                    self.taken[name].append(1000 * taken)
                    self.worked[name].append(1000 * worked)
            yield

    @property
    def apart(self):
        return abs(median(self.taken["there"]) - median(self.taken["missing"]))

    @property
    def is_good(self):
        return self.apart <= MOST_APART and self.answers["there"] == self.answers["missing"]

    def __str__(self):
        there, missing = (median(self.taken[name]) for name in ("there", "missing"))
        work = abs(median(self.worked["there"]) - median(self.worked["missing"]))
        said = f"{self.pair.name:28}{there:10.2f}{missing:10.2f}{self.apart:10.2f}{work:18.2f}"
        answers = sorted(self.answers["there"] ^ self.answers["missing"])
        return f"{said}  {'' if self.is_good else f'TOO FAR APART {answers}'}"


def pairs_of(world, times):
    return [*accounts(times), *keys(world)]


def accounts(times):
    """An account, an address and a browser for each time, so that no limit is reached."""
    from django.contrib.auth.hashers import make_password
    from django.test import Client

    from members.models import User

    password = make_password("correct horse battery staple")
    numbers = range(-3, times)
    User.objects.bulk_create(
        User(email=f"known{number}@example.org", name=f"Known {number}", password=password)
        for number in numbers
    )

    def post(address, form, who):
        def asked(number):
            client, network = Client(SERVER_NAME="127.0.0.1"), abs(number) + 1000 * (number < 0)
            where = f"198.18.{network // 250}.{network % 250 + 1}"
            sent = form(f"{who}{number}@example.org")
            return lambda: client.post(address, sent, REMOTE_ADDR=where)

        return asked

    for name, address, form in [
        ("sign-in, wrong password", "/accounts/login/", signing_in),
        ("asking for a new password", "/accounts/password/reset/", lambda who: {"email": who}),
    ]:
        yield Pair(name, post(address, form, "known"), post(address, form, "nobody"))


def signing_in(who):
    return {"login": who, "password": "wrong horse battery staple"}


def keys(world):
    """Each as somebody who may open such a page, with a key of another country and with none."""
    from django.test import Client
    from django.urls import reverse

    from members.models import Membership
    from reporting.models import (
        Book,
        Evidence,
        Extension,
        ProgressReport,
        Quotation,
        Submission,
        WorkbookUpload,
    )
    from reporting.models.choices import WITH_THE_COUNTRY

    own, other = world.countries[0], world.countries[1]
    officers = world.officers[own.iso2]
    focal_point = officers["focal_point"]

    def pair(name, route, user, of, way, part="pk", value="pk", method="GET"):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        found = list(of.filter(**{way: other}).values_list(value, flat=True))
        missing = MISSING if part == "pk" else "2099-ZZZZ-0000"

        def asked(values):
            def request(number):
                address = reverse(route, kwargs={part: values[number % len(values)]})
                return lambda: client.generic(method, address)

            return request

        return Pair(name, asked(found), asked([missing]))

    drafts = ProgressReport.objects.filter(status__in=WITH_THE_COUNTRY)
    return [
        pair("report", "reporting:report_detail", focal_point, drafts, "country"),
        pair("draft, for a reviewer", "reporting:review_detail", world.reviewer, drafts, "country"),
        pair(
            "evidence",
            "reporting:evidence_download",
            focal_point,
            Evidence.objects.exclude(sha256=""),
            "report__country",
        ),
        *(
            pair(
                name,
                route,
                focal_point,
                Submission.objects.all(),
                "report__country",
                "receipt_number",
                "receipt_number",
            )
            for name, route in (
                ("receipt", "reporting:submission_detail"),
                ("changes since a receipt", "reporting:submission_changes"),
            )
        ),
        pair(
            "extension",
            "reporting:extension_answer",
            focal_point,
            Extension.objects.all(),
            "country",
        ),
        pair(
            "quotation",
            "reporting:quotation_take_back",
            focal_point,
            Quotation.objects.all(),
            "submission__report__country",
            method="POST",
        ),
        pair(
            "workbook", "reporting:workbook_check", focal_point, WorkbookUpload.objects, "country"
        ),
        pair(
            "book",
            "reporting:book_detail",
            focal_point,
            Book.objects,
            "asked_by__memberships__country",
        ),
        *(
            pair(
                name, route, focal_point, Membership.objects, "country", value="user", method=method
            )
            for name, route, method in (
                ("person to close", "members:person_deactivate", "POST"),
                ("person to hand over", "reporting:handover", "GET"),
            )
        ),
    ]


def main(arguments):
    from django.conf import settings

    from tests.sweep.__main__ import prepare

    with tempfile.TemporaryDirectory(prefix="timing-") as folder:
        prepare(folder, arguments.postgres)
        # As in production: what a worker does, no answer waits for.
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        return timed(arguments)


def timed(arguments):
    from tests.sweep.world import World

    world = World(3, progress=True)
    pairs = pairs_of(world, arguments.times)
    clocks = [Clock(pair, arguments.times, random.Random(0)) for pair in pairs]
    with tqdm(total=len(clocks) * (arguments.times + 3), desc="Timing", unit="pair") as bar:
        for clock in clocks:
            for _time in clock.run():
                bar.update()
    print(f"Medians of {arguments.times} in turns, in milliseconds")
    print(f"{'':28}{'there':>10}{'missing':>10}{'apart':>10}{'apart in work':>18}")
    print("\n".join(map(str, clocks)))
    return 0 if all(clock.is_good for clock in clocks) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.sweep.timing", description=__doc__)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--postgres", action="store_true", help="the one of DATABASE_URL")
    sys.exit(main(parser.parse_args()))
