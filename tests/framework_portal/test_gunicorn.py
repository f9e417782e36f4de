"""What gunicorn says by itself, run for real before an application that always fails."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time

import pytest
from django.conf import settings

SECRET = "hidden-token"
ALWAYS_FAILS = "operator:add"
CONFIG = settings.BASE_DIR / "framework_portal" / "gunicorn.py"
SENT = {
    f"GET{SECRET}% / HTTP/1.1\r\n\r\n": ("refused", "Invalid HTTP method"),
    f"GET /{SECRET} HTTP/9.9\r\n\r\n": ("refused", "Invalid HTTP Version"),
    f"GET / HTTP/1.1\r\n{SECRET} : x\r\n\r\n": ("refused", "Invalid HTTP header name"),
    f"GET /{SECRET}{'x' * 5000} HTTP/1.1\r\n\r\n": ("refused", "Request Line is too large"),
    f"GET /{SECRET}?{SECRET} HTTP/1.1\r\nHost: x\r\n\r\n": ("failed", None),
}


def answered(address, sent):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(address)
        connection.sendall(sent.encode())
        return connection.recv(100)


def listens(address):
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(address) == 0


@pytest.fixture
def server():
    """Its socket, once somebody listens there; and what it says until it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"{folder}/socket"
        command = [sys.executable, "-m", "gunicorn", ALWAYS_FAILS, "--bind", f"unix:{address}"]
        with subprocess.Popen(
            [*command, "--config", CONFIG],
            cwd=settings.BASE_DIR,
            env=os.environ | {"WEB_CONCURRENCY": "1", "DEBUG": "0"},
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while process.poll() is None and not listens(address):
                time.sleep(0.02)

            def ended():
                process.terminate()
                return process.stderr.read()

            yield address, ended
            process.terminate()


def test_each_word_of_the_server_is_a_line_of_json_without_what_was_sent(server):
    address, ended = server
    for sent in SENT:
        assert answered(address, sent).startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))

    said = ended()
    found = [json.loads(line) for line in said.splitlines()]
    assert [(each["message"], each.get("refused_for")) for each in found] == list(SENT.values())
    assert {each["name"] for each in found} == {"gunicorn.error"}
    assert [each["levelname"] for each in found] == ["WARNING"] * 4 + ["ERROR"]
    assert "TypeError" in found[-1]["exc_info"]
    assert SECRET not in said
