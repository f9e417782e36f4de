"""The last hour before a deadline, in as little time as it takes, and what a save costs.

196 countries hand in a report on every objective, 16 at a time, each saved and then submitted,
while others read the dashboards. Then every report is looked up: is it as it was sent?

    python -m tests.bench.deadline              SQLite, on a copy of var/bench/
    python tests/with_postgres.py --durable python -m tests.bench.deadline --postgres
"""

import http.client
import json
import os
import queue
import sqlite3
import statistics
import sys
import threading
import time
import urllib.parse

from cryptography.fernet import Fernet

from tests.bench.__main__ import DATABASE, SECONDS, portal, python, tell

WRITERS, CLIENTS = 8, 16
DASHBOARDS = ["/", "/frameworks/2022-2025/goals/1/"]
ROUND = "deadline"
COPY = DATABASE.with_name("deadline.sqlite3")
SENTENCE = "Officers of the central bureau trained their colleagues at the border. "


def main(*arguments):
    postgres = arguments == ("--postgres",)
    build(postgres=postgres)
    people, codes = json.loads(python("-m", "tests.bench.people", ROUND))
    with portal() as address:
        host = urllib.parse.urlsplit(address).netloc
        browsers = [Browser(host, *person) for person in people]
        tell(f"bare rows, then saves, {SECONDS} s each")
        rows = each_for(SECONDS, browsers[:WRITERS], lambda browser: browser.post("/row/", {}))
        draft = Draft(codes[0])
        saves = each_for(SECONDS, browsers[:WRITERS], draft.save)
        tell(f"{len(people)} countries hand in {len(codes)} reports each")
        begun = time.monotonic()
        work, reads = hand_in(browsers, codes, draft)
        seconds = time.monotonic() - begun
    expected = {f"{iso2} {code}": text(iso2, code) for iso2, _ in people for code in codes}
    stored = json.loads(python("-m", "tests.bench.people", ROUND, "--texts"))
    lost = [name for name in expected if stored.get(name) != expected[name]]
    print(report("PostgreSQL" if postgres else "SQLite", rows, saves, work, reads, seconds))
    print(f"\nReports as they were sent: {len(expected) - len(lost)} of {len(expected)}.")
    return 1 if lost or any(failed for _, failed in [rows, saves, *work.values(), reads]) else 0


def build(*, postgres):
    """The demonstration in a data base of its own, and the environment that leads there."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "0",
        "DEMONSTRATION": "1",
        "SECRET_KEY": "only-for-the-benchmark",
        "WEB_CONCURRENCY": "2",
    }
    if not postgres:
        DATABASE.parent.mkdir(parents=True, exist_ok=True)
        os.environ["DATABASE_URL"] = f"sqlite:///{DATABASE}"
    tell("Building the data base")
    python("manage.py", "migrate", "--verbosity", "0")
    python("manage.py", "load_demonstration")
    if not postgres:
        COPY.unlink(missing_ok=True)
        with sqlite3.connect(DATABASE) as old, sqlite3.connect(COPY) as new:
            old.backup(new)
        os.environ["DATABASE_URL"] = f"sqlite:///{COPY}"
    # As in production: mails are queued for a worker, and everybody has a second factor.
    os.environ |= {"DEMONSTRATION": "0", "MFA_KEYS": Fernet.generate_key().decode()}


class Browser:
    """One person's, signed in already."""

    def __init__(self, host, iso2, session):
        self.host, self.iso2 = host, iso2
        self.headers = {
            "Cookie": f"session={session}; csrf={'c' * 32}",
            "X-CSRFToken": "c" * 32,
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }

    def post(self, path, fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields))

    def locate(self, path, fields):
        """(status, where it leads)"""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("POST", path, urllib.parse.urlencode(fields), self.headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader("Location")

    def ask(self, method, path, body=None):
        """(status, seconds)"""
        begun = time.monotonic()
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body, self.headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - begun
        except OSError:
            return 0, time.monotonic() - begun
        finally:
            connection.close()


class Draft:
    """Each country's draft on one objective, saved again and again."""

    def __init__(self, code):
        self.path, self.versions = f"/reporting/{ROUND}/{code}/", {}

    def save(self, browser):
        version = self.versions.get(browser.iso2, 0)
        fields = content(f"{SENTENCE * 7}{version}") | {"version": version}
        status, seconds = browser.post(self.path, fields)
        if status == 302:
            self.versions[browser.iso2] = version + 1
        return status, seconds


def content(achievements):
    return {
        "rating": "on_track",
        "percent_complete": "60",
        "confidence": "high",
        "achievements": achievements,
        "challenges": SENTENCE * 5,
        "next_steps": SENTENCE * 4,
        "lessons": SENTENCE * 2,
    }


def text(iso2, code):
    return f"{SENTENCE * 8}{iso2} {code}"


def each_for(seconds, browsers, act):
    """Every browser acts as often as it can; (seconds of each that worked, failures)."""
    times, failed, until = [], [], time.monotonic() + seconds

    def run(browser):
        while time.monotonic() < until:
            status, taken = act(browser)
            (times if status in (200, 302) else failed).append(taken)

    at_once(run, [(browser,) for browser in browsers])
    return times, failed


def hand_in(browsers, codes, draft):
    """({step: (times, failures)}, reads): all reports of all countries, and two who read."""
    todo = queue.SimpleQueue()
    for code in codes:
        for browser in browsers:
            todo.put((browser, code))
    work = {"save": ([], []), "submit": ([], [])}
    done = threading.Event()

    def note(step, status, taken):
        work[step][status != 302].append(taken)

    def write():
        while True:
            try:
                browser, code = todo.get_nowait()
            except queue.Empty:
                return
            path = f"/reporting/{ROUND}/{code}/"
            # The one that was saved over and over is there already.
            version = draft.versions.get(browser.iso2, 0) if code == codes[0] else 0
            fields = content(text(browser.iso2, code)) | {"version": version}
            note("save", *browser.post(path, fields))
            note("submit", *browser.post(f"{path}submit/", {"version": version + 1}))

    reads = ([], [])

    def read(path):
        while not done.is_set():
            status, taken = browsers[0].ask("GET", path)
            reads[status != 200].append(taken)

    readers = [threading.Thread(target=read, args=(path,)) for path in DASHBOARDS]
    for reader in readers:
        reader.start()
    at_once(write, [()] * CLIENTS)
    done.set()
    for reader in readers:
        reader.join()
    return work, reads


def at_once(run, arguments):
    threads = [threading.Thread(target=run, args=each) for each in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(title, rows, saves, work, reads, seconds):
    row_rate, save_rate = (len(times) / SECONDS for times, _ in (rows, saves))
    lines = [
        f"\n{title}: 2 workers of 2 threads\n",
        "| what | how many | a second | p50 ms | p95 ms | failed |",
        "|---|--:|--:|--:|--:|--:|",
        line(f"a bare row, {WRITERS} writers", rows, SECONDS),
        line(f"a save, {WRITERS} writers", saves, SECONDS),
        line(f"a save in the last hour, {CLIENTS} clients", work["save"], seconds),
        line("a submission in the last hour", work["submit"], seconds),
        line("a dashboard in the last hour", reads, seconds),
        f"\nA save ÷ a bare row: {save_rate / row_rate:.2f}. The last hour took {seconds:.0f} s.",
    ]
    return "\n".join(lines)


def line(what, measured, seconds):
    times, failed = measured
    if len(times) < 2:
        return f"| {what} | {len(times)} | – | – | – | {len(failed)} |"
    p50, p95 = (1000 * statistics.quantiles(times, n=100)[n - 1] for n in (50, 95))
    return (
        f"| {what} | {len(times)} | {len(times) / seconds:.1f} | {p50:.0f} | {p95:.0f} "
        f"| {len(failed)} |"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
