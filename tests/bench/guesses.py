"""How many guesses of a password are looked at, through nginx as in production?

200 for one account from one address, 200 from there with another forged X-Forwarded-For each,
and 200 from 50 addresses: those of loopback, 127.0.0.1 and on. Afterwards the owner signs in.

    python -m tests.bench.guesses              needs nginx
"""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.parse
from collections import Counter
from pathlib import Path

from tests.bench.__main__ import HELLO, PASSWORD, READER, portal, python, wait_until_ready
from tests.bench.deadline import build

GUESSES, ADDRESSES = 200, 50
LOGIN = "/accounts/login/"
COOKIES = {"csrf": "c" * 32}
LOOKED_AT, REFUSED, IN = "looked at", "not looked at", "signed in"
PROXY = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {behind};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""


def main():
    if not shutil.which("nginx"):
        return "The proxy is nginx: apt-get install nginx-light"
    build(postgres=False)
    os.environ["TRUSTED_PROXIES"] = "1"
    rows = []
    with portal() as behind, proxy(behind) as host:
        # Her own browser, in which she has signed in before.
        known, mark = attempt(host, PASSWORD, "127.0.0.250")
        assert known == IN, known
        for name, guess in (
            ("one address", lambda n: attempt(host, f"guess {n}", "127.0.0.2")[0]),
            (
                "the same, another forged X-Forwarded-For each",
                lambda n: attempt(host, f"guess {n}", "127.0.0.3", forged=f"198.51.100.{n}")[0],
            ),
            (
                f"{ADDRESSES} addresses",
                lambda n: attempt(host, f"guess {n}", f"127.0.1.{1 + n % ADDRESSES}")[0],
            ),
        ):
            python("manage.py", "shell", "-c", FORGET)
            found = Counter(guess(number) for number in range(GUESSES))
            owner, _cookies = attempt(host, PASSWORD, "127.0.0.250", mark)
            elsewhere, _cookies = attempt(host, PASSWORD, "127.0.0.251")
            rows.append((name, found[LOOKED_AT], found[REFUSED], owner, elsewhere))
            assert found[LOOKED_AT] + found[REFUSED] == GUESSES, found
    print(f"\n{GUESSES} guesses each for one account\n")
    print("| from | looked at | not looked at | then the owner, in her browser | in a new one |")
    print("|---|--:|--:|---|---|")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    return 0 if all(row[1] <= 20 and row[3] == IN for row in rows) else 1


# Each round begins with nothing counted.
FORGET = "from django.core.cache import cache; cache.clear()"


@contextlib.contextmanager
def proxy(behind):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "nginx.conf"
        settings.write_text(PROXY.format(folder=folder, port=port, behind=behind))
        process = subprocess.Popen(["nginx", "-c", settings, "-p", folder])
        try:
            wait_until_ready(f"http://127.0.0.1:{port}{HELLO}", process)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def attempt(host, password, address, cookies=None, forged=None):
    """(what became of it, the browser's cookies afterwards)"""
    cookies = COOKIES | (cookies or {})
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": cookies["csrf"],
        "Content-Type": "application/x-www-form-urlencoded",
    }
    if forged:
        headers["X-Forwarded-For"] = forged
    form = urllib.parse.urlencode({"login": READER, "password": password})
    connection = http.client.HTTPConnection(host, timeout=60, source_address=(address, 0))
    connection.request("POST", LOGIN, form, headers)
    answer = connection.getresponse()
    words = answer.read().decode()
    for set_cookie in answer.headers.get_all("Set-Cookie") or []:
        name, _equals, value = set_cookie.partition(";")[0].partition("=")
        # That of the session is not kept: the next attempt is another visit.
        if name != "session":
            cookies[name] = value
    connection.close()
    if answer.status == 302:
        return IN, cookies
    if "too many attempts" in words or answer.status == 429:
        return REFUSED, cookies
    return LOOKED_AT if answer.status == 200 else f"status {answer.status}", cookies


if __name__ == "__main__":
    sys.exit(main())
