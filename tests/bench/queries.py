"""Prints how many queries each page asks, as JSON."""

import json
import sys

import django
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def main(reader, *paths):
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.KEEP_PAGES = False
    django.setup()
    print(json.dumps({path: count(path, reader) for path in paths}))


def count(path, reader):
    from members.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    if path == "/reporting/":
        client.force_login(User.objects.get(email=reader))
    # The first visit may fill a cache that the process keeps.
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, f"{path} answered {response.status_code}"
    return len(queries)


if __name__ == "__main__":
    main(*sys.argv[1:])
