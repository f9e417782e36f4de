"""Looks for one country's words before all others, on a data base that it makes and forgets.

    python -m tests.sweep --probes 100000
    python tests/with_postgres.py python -m tests.sweep --postgres --probes 100000

Ends with 1 if anybody found what is not for him, or an address failed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import django
from django.conf import settings
from tqdm import tqdm

SHOWN = 30


def main(arguments):
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder:
        prepare(folder, arguments.postgres)
        return swept(arguments)


def prepare(folder, postgres):
    """A data base of its own, and no mail, file or page of any other portal."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "0",
        "DEMONSTRATION": "1",
        "EVIDENCE_DIR": f"{folder}/evidence",
        "VAR_DIR": folder,
        "SECRET_KEY": "only-for-the-sweep",
        "LIMIT_REQUESTS": "0",
    }
    if not postgres:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/portal.sqlite3"
    for command in (["migrate"], ["collectstatic", "--noinput"]):
        subprocess.run([sys.executable, "manage.py", *command, "--verbosity", "0"], check=True)
    django.setup()
    # The mails are read in the outbox.
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def swept(arguments):
    # Models can be imported only now.
    from tests.sweep.marks import KINDS, STATES
    from tests.sweep.reading import briefs_as_text
    from tests.sweep.walk import Sweep
    from tests.sweep.world import World

    begun = time.monotonic()
    world = World(arguments.countries, progress=True)
    print(f"{arguments.countries} countries in {time.monotonic() - begun:.0f} s", flush=True)
    with briefs_as_text():
        sweep = Sweep(world, seed=arguments.seed, countries=arguments.readers)
        for _probe in tqdm(sweep.run(arguments.probes), "Sweep", arguments.probes):
            if len(sweep.leaks) > SHOWN:
                break
    seconds = time.monotonic() - begun
    answers = ", ".join(f"{number} × {status}" for status, number in sorted(sweep.statuses.items()))
    print(f"{sweep.probes:,} probes in {seconds:.0f} s of {len(sweep.names)} routes: {answers}.")
    print(f"{sweep.mails:,} mails read.", end=" ")
    print(f"{sum(sweep.seen.values()):,} marks found by those whom they are for,", end=" ")
    print(f"{len(sweep.leaks)} by others; {len(sweep.failures)} answers of 500 or more.")
    for (state, kind), number in sorted(sweep.seen.items()):
        print(f"  {number:7,} × {KINDS[kind]}, {STATES[state]}")
    for name, found in sorted(sweep.never_opened.items()):
        answers = ", ".join(f"{number} × {status}" for status, number in sorted(found.items()))
        print(f"  no page from {name}: {answers}")
    for each in [*sweep.leaks[:SHOWN], *sweep.failures[:SHOWN]]:
        print(each)
    return 1 if sweep.leaks or sweep.failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.sweep", description=__doc__)
    parser.add_argument("--probes", type=int, default=100_000)
    parser.add_argument("--countries", type=int, default=30)
    parser.add_argument("--readers", type=int, default=30, help="of how many countries")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgres", action="store_true", help="the one of DATABASE_URL")
    sys.exit(main(parser.parse_args()))
