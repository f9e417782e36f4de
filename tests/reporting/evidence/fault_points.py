"""Kills a process at each point of an upload, again and again: `python -m ... EMAIL CODES`

A program of its own, because its children die by SIGKILL. CODES are, by point, the codes of
the objectives whose reports get a file. It prints how the children ended.
"""

import json
import os
import signal
import sys
import uuid
from pathlib import Path
from unittest import mock

import django
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from tests.files import PDF, upload

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "framework_portal.settings"
    django.setup()

from reporting import actions
from reporting.evidence.storage import keep
from reporting.evidence.sweep import sweep

CHUNK = 64 * 1024


def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def content(point, code):
    return PDF + f"{point} {code}".encode() + bytes(3 * CHUNK)


def post(client, point, code):
    """The same form each time it is called, so that a second post of it is a true copy."""
    token = uuid.uuid5(uuid.NAMESPACE_OID, f"{point} {code}")
    return client.post(
        f"/reporting/2025-H2/{code}/evidence/",
        {
            "version": "1",
            "token": str(token),
            "no_personal_data": "on",
            "files": upload("annex.pdf", content(point, code)),
        },
    )


def while_writing():
    def broken_off(chunks):
        for chunk in chunks:
            yield chunk[:CHUNK]
            die()

    return mock.patch("reporting.evidence.uploads.keep", lambda chunks: keep(broken_off(chunks)))


def after_the_row():
    add = actions.add_evidence

    def add_and_die(**values):
        add(**values)
        die()

    return mock.patch("reporting.actions.add_evidence", add_and_die)


def while_sweeping():
    unlink = Path.unlink

    def unlink_and_die(path):
        unlink(path)
        die()

    return mock.patch("pathlib.Path.unlink", unlink_and_die)


POINTS = {
    "while the file is written": while_writing,
    "after the rename, before the row": lambda: mock.patch("reporting.views.evidence.add", die),
    "after the row, before the commit": after_the_row,
    "after the commit, before the answer": mock.MagicMock,
    "while sweeping": while_sweeping,
}


def run(point, code, client):
    with POINTS[point]():
        if point == "while sweeping":
            sweep()
        else:
            post(client, point, code)
        die()


def main(email, codes):
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(get_user_model().objects.get(email=email))
    # No connection is shared with a child.
    connections.close_all()
    ends = []
    for point in POINTS:
        for code in codes[point]:
            if child := os.fork():
                ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            else:
                run(point, code, client)
    print(json.dumps(ends))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
