"""Runs a command on a PostgreSQL of its own: python tests/with_postgres.py COMMAND...

The command finds the server in DATABASE_URL. Both server and data are gone when it ends.
With --durable the server waits for the disk as it would in production; tests need not.
"""

import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def main(command, settings):
    if not (programs := find_programs()):
        if os.environ.get("CI"):
            return "PostgreSQL's programs are missing, and in CI nothing may be left out."
        print(f"PostgreSQL is not installed; on SQLite only: {shlex.join(command)}")
        return 0

    account = server_account() if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = None
    try:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        init(programs, folder, account)
        server = start(programs, folder, account, settings)
        wait_until_ready(programs, folder, server)
        # A socket in a folder closed to others: no port to collide on, no password to guess.
        host = str(folder).replace("/", "%2F")
        return run(command, {"DATABASE_URL": f"postgres://portal@{host}/postgres"})
    finally:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        if server:
            # An "immediate" shutdown, for nobody needs the data again.
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder)


def find_programs():
    """The folder of PostgreSQL's programs; Debian keeps the server's out of PATH."""
    if postgres := shutil.which("postgres"):
        return Path(postgres).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return newest and newest.parent


def server_account():
    """Whom root lets the server run as, because it refuses to run as root."""
    names = {each.pw_name for each in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def init(programs, folder, account):
    subprocess.run(
        [programs / "initdb", "--pgdata", folder / "data", "--username", "portal", "--no-sync"]
        + ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"],
        stdout=subprocess.DEVNULL,
        cwd=folder,
        check=True,
        **account,
    )


def start(programs, folder, account, settings):
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", *settings]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *(f"-c{each}" for each in settings)],
            stdout=log,
            stderr=log,
            cwd=folder,
            # Ctrl-C is for the command; the server outlives it by a moment.
            start_new_session=True,
            **account,
        )


def wait_until_ready(programs, folder, server):
    question = [programs / "pg_isready", "--quiet", "--host", folder]
    while subprocess.run(question).returncode:
        if server.poll() is not None:
            sys.exit(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.05)


def run(command, variables):
    child = subprocess.Popen(command, env=os.environ | variables)
    try:
        return child.wait()
    except KeyboardInterrupt:
        # The terminal told the command too, and it ends in its own way.
        return child.wait()
    except SystemExit:
        child.terminate()
        child.wait()
        raise


def terminate(number, frame):
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGHUP, terminate)
    durable = sys.argv[1:2] == ["--durable"]
    try:
        status = main(sys.argv[2:], []) if durable else main(sys.argv[1:], FAST)
    except KeyboardInterrupt:
        status = 128 + signal.SIGINT
    # What a signal ended has a negative status here, and 128 + signal in a shell.
    sys.exit(128 - status if isinstance(status, int) and status < 0 else status)
