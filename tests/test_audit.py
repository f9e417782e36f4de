"""`tests/audit.py` fails for a hole that is known, and says of how much nothing is known."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

from tests import audit as script

LOCKED = sorted({name for path in script.LOCKS for name in script.names(path.read_text())})
UV = settings.BASE_DIR / ".tools" / "bin" / "uv"
# As the Makefile asks for it, but of what has been fetched already.
PIP_AUDIT = [UV, "--offline", "tool", "run", "pip-audit==2.10.1"]
HOLE = {"id": "PYSEC-2030-1", "fix_versions": ["9.9"], "aliases": ["CVE-2030-1"]}
NOT_THERE = "Dependency not found and could not be audited"
COUNTED = f"Audit: {len(LOCKED)} libraries locked, "
NOTHING = (
    f"{COUNTED}0 looked up: what knows of holes has not heard of them, or does not answer here."
)


def audit(command, *options, **variables):
    return subprocess.run(
        [sys.executable, script.__file__, *options, *command],
        capture_output=True,
        text=True,
        env=os.environ | variables,
        check=False,
    )


def answering(dependencies, status=0):
    """A program that ends with what pip-audit prints, and as it does."""
    told = json.dumps({"dependencies": dependencies, "fixes": []})
    return [sys.executable, "-c", f"import sys; print({told!r}); sys.exit({status})"]


def without_holes(without=()):
    return [
        {"name": name, "skip_reason": f"{NOT_THERE}: {name} (1.0)"}
        if name in without
        else {"name": name, "version": "1.0", "vulns": []}
        for name in LOCKED
    ]


@pytest.mark.parametrize("options", [[], ["--strict"]])
def test_where_all_are_known_and_none_has_a_hole_it_says_so(options):
    done = audit(answering(without_holes()), *options)

    assert done.stdout == f"{COUNTED}{len(LOCKED)} looked up, known holes: 0.\n"
    assert done.returncode == 0


@pytest.mark.parametrize("options", [[], ["--strict"]])
def test_hole_that_is_known_fails(options):
    found = without_holes(without=["bandit"])
    django = next(each for each in found if each["name"] == "django")
    django |= {"version": "5.2", "vulns": [HOLE]}
    done = audit(answering(found, status=1), *options)

    assert done.returncode == 1
    assert f"{COUNTED}{len(LOCKED) - 1} looked up, known holes: 1.\n" in done.stdout
    assert "  django 5.2: PYSEC-2030-1, mended in 9.9\n" in done.stdout


@pytest.mark.parametrize(("options", "status"), [([], 0), (["--strict"], 1)])
def test_what_was_not_looked_up_is_named(options, status):
    done = audit(answering(without_holes(without=["bandit", "django"])), *options)

    assert done.returncode == status
    assert f"{len(LOCKED) - 2} looked up, known holes: 0.\n" in done.stdout
    assert "  Not looked up: bandit, django\n" in done.stdout
    assert f"  Why: {NOT_THERE}: bandit (1.0)\n" in done.stdout


@pytest.mark.parametrize(("options", "status"), [([], 0), (["--strict"], 1)])
@pytest.mark.parametrize(
    "command",
    [
        answering(without_holes(without=LOCKED)),
        # As it ends without a connection: with a traceback, and with 1 as for a hole.
        [sys.executable, "-c", "raise ConnectionError('refused')"],
        # Left out of its own answer.
        answering([]),
    ],
    ids=["unknown", "no connection", "left out"],
)
def test_nothing_looked_up_is_never_called_none(command, options, status):
    done = audit(command, *options)

    assert done.stdout.startswith(NOTHING)
    assert "  Why: " in done.stdout
    assert done.returncode == status


def test_what_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(script, "SECONDS", 0.5)

    found = script.ask([sys.executable, "-c", "import time; time.sleep(600)"])
    assert found == ({}, "no answer in 0.5 seconds")


class Service(BaseHTTPRequestHandler):
    """As the service at which pip-audit can be pointed: it has heard of a hole in Django."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = {}
        if asked["package"]["name"] == "django":
            affected = {"package": asked["package"], "ranges": []}
            known = {"vulns": [{"id": "PYSEC-2030-1", "summary": "-", "affected": [affected]}]}
        body = json.dumps(known).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said):
        """The tests' output is for the tests."""


@pytest.fixture
def pip_audit(tmp_path):
    """Of the real program, what asks the service at a port of this machine."""
    if not UV.exists() or subprocess.run([*PIP_AUDIT, "--version"], capture_output=True).returncode:
        # In CI `make check` goes before, and nothing may be left out.
        assert "CI" not in os.environ
        pytest.skip("`make check` has not fetched pip-audit")

    def asking(port):
        options = ["--vulnerability-service=osv", f"--osv-url=http://127.0.0.1:{port}/"]
        return [*PIP_AUDIT, *options, f"--cache-dir={tmp_path}"]

    return asking


def test_pip_audit_itself_tells_of_a_hole(pip_audit):
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever).start()
        done = audit(pip_audit(server.server_port), NO_PROXY="127.0.0.1")
        server.shutdown()

    assert f"{COUNTED}{len(LOCKED)} looked up, known holes: 1.\n" in done.stdout
    assert "PYSEC-2030-1, mended in no version yet" in done.stdout
    assert done.returncode == 1


def test_pip_audit_itself_without_a_connection(pip_audit):
    # Nobody listens there.
    done = audit(pip_audit(9), NO_PROXY="127.0.0.1")

    assert done.stdout.startswith(NOTHING)
    assert "Connection refused" in done.stdout
    assert done.returncode == 0
