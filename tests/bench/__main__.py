"""Loads the demonstration's pages as browsers would and prints what they bear, as Markdown.

BENCH_SECONDS=5 shortens each load. The data base is built once, in var/bench/; with
--postgres it is the one that DATABASE_URL names.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
DATABASE = HERE.parent.parent / "var" / "bench" / "portal.sqlite3"
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
# One for each thread of the two workers: more would only measure the queue.
CLIENTS = 4
HELLO, DESK = "/hello/", "/reporting/"
PAGES = ["/", "/frameworks/2022-2025/goals/1/", DESK]
READER, PASSWORD = "reporter.fr@demo.example", "framework-demo"


def main(*arguments):
    if not shutil.which("wrk"):
        return "The load comes from wrk: apt-get install wrk"
    postgres = arguments == ("--postgres",)
    if not postgres:
        DATABASE.parent.mkdir(parents=True, exist_ok=True)
        os.environ["DATABASE_URL"] = f"sqlite:///{DATABASE}"
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "0",
        "DEMONSTRATION": "1",
        "SECRET_KEY": "only-for-the-benchmark",
        "WEB_CONCURRENCY": "2",
    }
    tell("Building the data base")
    python("manage.py", "migrate", "--verbosity", "0")
    python("manage.py", "load_demonstration")
    queries = json.loads(python("-m", "tests.bench.queries", READER, HELLO, *PAGES))
    with portal() as address:
        cookie = sign_in(address)
        # The yardstick first and last: where the two differ, the machine was not at rest.
        runs = [(path, load(address, path, cookie)) for path in [HELLO, *PAGES, HELLO]]
    print(table("PostgreSQL" if postgres else "SQLite", runs, queries))


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE).stdout


@contextlib.contextmanager
def portal():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = "{}:{}".format(*free.getsockname())
    command = ["gunicorn", "tests.bench.wsgi", "--bind", bind]
    command += ["--config", "framework_portal/gunicorn.py"]
    server = subprocess.Popen([sys.executable, "-m", *command])
    try:
        wait_until_ready(f"http://{bind}{HELLO}", server)
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait()


def wait_until_ready(address, server):
    while server.poll() is None:
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(address)
            return
        time.sleep(0.1)
    sys.exit("gunicorn did not start.")


def sign_in(address):
    """The cookies of a reader who came in through the sign-in page."""
    cookies = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(cookies)
    page = browser.open(f"{address}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "username": READER, "password": PASSWORD}
    browser.open(f"{address}/accounts/login/", urllib.parse.urlencode(form).encode())
    if not browser.open(address + DESK).url.endswith(DESK):
        sys.exit(f"{READER} could not sign in.")
    return "; ".join(f"{each.name}={each.value}" for each in cookies.cookiejar)


def load(address, path, cookie):
    tell(f"{path} for {SECONDS} s")
    command = ["wrk", "--threads", "1", "--connections", str(CLIENTS)]
    command += ["--script", HERE / "wrk.lua", "--header", "Accept-Encoding: gzip"]
    # As a proxy does. A kept connection stays with one worker, and the other may stand idle.
    command += ["--header", "Connection: close"]
    if path == DESK:
        command += ["--header", f"Cookie: {cookie}"]
    for seconds in (2, SECONDS):  # The first is the warm-up.
        output = subprocess.check_output([*command, "--duration", f"{seconds}s", address + path])
        result = json.loads(output.splitlines()[-1])
        if result["failed"] or not result["requests"]:
            sys.exit(f"Not every answer of {path} was 200: {result}")
    return result


def table(title, runs, queries):
    rates = [(path, run["requests"] / run["seconds"], run) for path, run in runs]
    hello = (rates[0][1] + rates[-1][1]) / 2
    lines = [
        f"\n{title}: 2 workers, {CLIENTS} clients, {SECONDS} s a page\n",
        "| page | requests/s | p50 ms | p99 ms | queries | of hello |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| `{path}` | {rate:.1f} | {run['p50']:.1f} | {run['p99']:.1f} "
        f"| {queries[path]} | {rate / hello:.2f} |"
        for path, rate, run in rates
    ]
    return "\n".join(lines)


def tell(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
