"""Loads the demonstration's pages as browsers would and prints what they bear, as Markdown.

BENCH_SECONDS=2 shortens each slice. The data base is built once, in var/bench/; with
--postgres it is the one that DATABASE_URL names.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
DATABASE = HERE.parent.parent / "var" / "bench" / "portal.sqlite3"
SECONDS, SLICES = int(os.environ.get("BENCH_SECONDS", "6")), 5
# One for each thread of the two workers: more would only measure the queue.
CLIENTS = 4
HELLO, DESK = "/hello/", "/reporting/"
GOAL = "/frameworks/2022-2025/goals/1/"
PAGES = ["/", GOAL, "/frameworks/2022-2025/objectives/1.1/", DESK]
UNCHANGED, KEPT = " unchanged, 304", " kept for all strangers"
SIGNED_IN = {DESK}
SERVERS = {
    "gunicorn": ["gunicorn", "tests.bench.wsgi", "--bind", "127.0.0.1:{port}"]
    + ["--config", "framework_portal/gunicorn.py"],
    "granian": ["granian", "--interface", "wsgi", "tests.bench.wsgi:application", "--workers", "2"]
    + ["--blocking-threads", "2", "--host", "127.0.0.1", "--port", "{port}", "--no-ws"]
    + ["--log-level", "warning"],
}
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
    queries[GOAL + UNCHANGED] = queries[GOAL + KEPT] = 1
    for server in SERVERS:
        with portal(server) as address:
            found = measured(address)
        print(table(f"{'PostgreSQL' if postgres else 'SQLite'}, {server}", found, queries))


def measured(address):
    """{page: [(hello's requests a second, the page's, the page's run) of each slice]}.

    Hello and the page take turns, so that a noisy neighbour on the machine meets both.
    """
    cookie, kept = sign_in(address), etag_of(address + GOAL)
    found = {}
    for page in [*PAGES, GOAL + KEPT, GOAL + UNCHANGED]:
        path = page.removesuffix(UNCHANGED)
        etag = kept if page.endswith(UNCHANGED) else None
        load(address, path, cookie, etag, seconds=2)  # The warm-up.
        found[page] = []
        for _slice in range(SLICES):
            hello = load(address, HELLO, seconds=SECONDS)
            run = load(address, path, cookie, etag, seconds=SECONDS)
            found[page].append((rate(hello), rate(run), run))
    return found


def rate(run):
    return run["requests"] / run["seconds"]


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE).stdout


@contextlib.contextmanager
def portal(server="gunicorn"):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [each.format(port=port) for each in SERVERS[server]]
    DATABASE.parent.mkdir(parents=True, exist_ok=True)
    # A line for each request, which nobody reads among the figures.
    with (DATABASE.parent / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *command], stderr=log)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}{HELLO}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def wait_until_ready(address, server):
    while server.poll() is None:
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(address)
            return
        time.sleep(0.1)
    sys.exit("The server did not start; var/bench/server.log says why.")


def sign_in(address):
    """The cookies of a reader who came in through the sign-in page."""
    cookies = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(cookies)
    page = browser.open(f"{address}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "login": READER, "password": PASSWORD}
    browser.open(f"{address}/accounts/login/", urllib.parse.urlencode(form).encode())
    if not browser.open(address + DESK).url.endswith(DESK):
        sys.exit(f"{READER} could not sign in.")
    return "; ".join(f"{each.name}={each.value}" for each in cookies.cookiejar)


def etag_of(url):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    return urllib.request.urlopen(request).headers["ETag"]


def load(address, path, cookie=None, kept=None, *, seconds):
    """`kept` is the ETag of a reader who has the page already."""
    command = ["wrk", "--threads", "1", "--connections", str(CLIENTS)]
    command += ["--script", HERE / "wrk.lua", "--header", "Accept-Encoding: gzip"]
    # As a proxy does. A kept connection stays with one worker, and the other may stand idle.
    command += ["--header", "Connection: close"]
    if path in SIGNED_IN:
        command += ["--header", f"Cookie: {cookie}"]
    if kept:
        command += ["--header", f"If-None-Match: {kept}"]
    elif path.endswith(KEPT):
        path = path.removesuffix(KEPT)
    elif path not in SIGNED_IN:
        # Of a reader who comes with some cookie nothing is kept, so the page is made anew.
        command += ["--header", "Cookie: fresh=1"]
    status = "304" if kept else "200"
    run = [*command, "--duration", f"{seconds}s", address + path, "--", status]
    result = json.loads(subprocess.check_output(run).splitlines()[-1])
    if result["failed"] or not result["requests"]:
        sys.exit(f"Not every answer of {path} was {status}: {result}")
    tell(f"{path}: {rate(result):.1f} a second")
    return result


def table(title, found, queries):
    lines = [
        f"\n{title}: 2 workers, {CLIENTS} clients, {SLICES} times {SECONDS} s a page and hello\n",
        "| page | requests/s | hello | p50 ms | p99 ms | queries | of hello |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for path, slices in found.items():
        hello, page = (statistics.median(each[n] for each in slices) for n in (0, 1))
        ratio = statistics.median(each[1] / each[0] for each in slices)
        last = slices[-1][2]
        lines.append(
            f"| `{path}` | {page:.1f} | {hello:.1f} | {last['p50']:.1f} | {last['p99']:.1f} "
            f"| {queries[path]} | {ratio:.3f} |"
        )
    return "\n".join(lines)


def tell(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
