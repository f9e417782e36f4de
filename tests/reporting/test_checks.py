import os
import subprocess
import sys

import pytest
from django.conf import settings as portal

from reporting.checks import NOT_CHECKED, data_base_shows_its_certificate

FOUND = """
import django
django.setup()
from django.conf import settings
from django.core.checks import run_checks
print(settings.DATABASES["default"]["OPTIONS"])
print([each.id for each in run_checks(include_deployment_checks=True)])
"""


@pytest.mark.parametrize(
    ("host", "mode", "found"),
    [
        ("db.example", None, [NOT_CHECKED]),
        ("db.example", "require", [NOT_CHECKED]),
        ("db.example", "verify-full", []),
        ("127.0.0.1", None, []),
        ("/run/postgresql", None, []),
        ("", None, []),
    ],
)
def test_data_base_on_another_machine_must_show_its_certificate(monkeypatch, host, mode, found):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    database, options = portal.DATABASES["default"], {"sslmode": mode} if mode else {}
    monkeypatch.setitem(database, "HOST", host)
    monkeypatch.setitem(database, "OPTIONS", options)

    assert data_base_shows_its_certificate(None) == found


@pytest.mark.parametrize(("query", "warned"), [("", True), ("?sslmode=verify-full", False)])
def test_what_the_address_of_the_data_base_says_is_kept(query, warned):
    """And `check --deploy` looks at it."""
    shown = subprocess.run(
        [sys.executable, "-c", FOUND],
        cwd=portal.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
            "DATABASE_URL": f"postgres://portal@db.example/portal{query}",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    options, warnings = shown.stdout.splitlines()
    assert ("verify-full" in options, "statement_timeout" in options) == (not warned, True)
    assert ("reporting.W004" in warnings) == warned
