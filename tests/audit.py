"""Holes that are known in what is locked: python tests/audit.py [--strict] PIP-AUDIT...

A hole that is known fails. pip-audit exits alike for a hole and for a lost connection, and says
"none" of what its service has never heard of; so its answer is counted against the lock files.
What was not looked up is told, and fails with --strict alone.
"""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements*.txt"))
OPTIONS = ["--format=json", "--desc=off", "--progress-spinner=off", "--timeout=5"]
OPTIONS += ["--require-hashes", "--disable-pip", *(f"--requirement={each}" for each in LOCKS)]
# Whoever has no network need not wait for it any longer.
SECONDS = 60


def main(command, is_strict):
    locked = {name for path in LOCKS for name in names(path.read_text())}
    answer, complaint = ask(command)
    found = answer.get("dependencies", [])
    looked_up = {each["name"] for each in found if "vulns" in each} & locked
    missed = sorted(locked - looked_up)
    holes = sorted(
        {
            f"{each['name']} {each['version']}: {hole['id']}, mended in "
            f"{', '.join(hole['fix_versions']) or 'no version yet'}"
            for each in found
            for hole in each.get("vulns", [])
        }
    )

    known = f", known holes: {len(holes)}."
    if not looked_up and not holes:
        known = ": what knows of holes has not heard of them, or does not answer here."
    print(f"Audit: {len(locked)} libraries locked, {len(looked_up)} looked up{known}")
    for hole in holes:
        print(f"  {hole}")
    if missed:
        if looked_up:
            print(textwrap.fill(f"  Not looked up: {', '.join(missed)}", 100))
        skipped = [each["skip_reason"] for each in found if "skip_reason" in each]
        print(f"  Why: {(complaint or [*skipped, 'it gave no reason'][0])[:300]}")
    return int(bool(holes or (is_strict and missed)))


def names(lock):
    return re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE)


def ask(command):
    """What pip-audit found, and what it complained of where it found nothing out."""
    process = subprocess.Popen(
        [*command, *OPTIONS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # uv, which fetches pip-audit, waits no longer either; and both can be ended together.
        env={"UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "0"} | os.environ,
        start_new_session=True,
    )
    try:
        told, complaint = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return {}, f"no answer in {SECONDS} seconds"
    try:
        return json.loads(told), ""
    except ValueError:
        last = complaint.strip().rpartition("\n")[2].strip()
        return {}, last or f"it ended with {process.returncode}"


if __name__ == "__main__":
    strict = sys.argv[1:2] == ["--strict"]
    sys.exit(main(sys.argv[1 + strict :], strict))
