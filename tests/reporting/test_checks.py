import os
import subprocess
import sys

import pytest
from django.conf import settings as portal
from django.core.checks import run_checks

from reporting.checks import (
    FILES_IN_THE_CLEAR,
    MAIL_IN_THE_CLEAR,
    NOT_CHECKED,
    SIGN_IN_IN_THE_CLEAR,
    data_base_shows_its_certificate,
    nothing_leaves_in_the_clear,
)

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


EACH_IN_THE_CLEAR = [MAIL_IN_THE_CLEAR, FILES_IN_THE_CLEAR, SIGN_IN_IN_THE_CLEAR]
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"EMAIL_HOST": "mail.example"}, [MAIL_IN_THE_CLEAR]),
        ({"EMAIL_HOST": "mail.example", "EMAIL_USE_TLS": True}, []),
        ({"EMAIL_HOST": "localhost"}, []),
        ({"EMAIL_HOST": "mail.example", "EMAIL_BACKEND": "x.console.EmailBackend"}, []),
        ({"CLAMD_HOST": "scanner.example"}, [FILES_IN_THE_CLEAR]),
        ({"CLAMD_HOST": "127.0.0.1"}, []),
        ({"CLAMD_SOCKET": "/run/clamav/clamd.ctl"}, []),
        ({"OIDC_SERVER": "http://idp.example/oidc"}, [SIGN_IN_IN_THE_CLEAR]),
        ({"OIDC_SERVER": "http://127.0.0.1:9000"}, []),
        ({"OIDC_SERVER": "https://idp.example"}, []),
        ({}, []),
    ],
)
def test_nothing_goes_to_another_machine_in_the_clear(settings, said, found):
    unset = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "localhost", "EMAIL_USE_TLS": False}
    unset |= {"CLAMD_SOCKET": "", "CLAMD_HOST": "", "OIDC_SERVER": ""}
    for name, value in (unset | said).items():
        setattr(settings, name, value)

    assert nothing_leaves_in_the_clear(None) == found
    deployed = run_checks(include_deployment_checks=True)
    assert [each for each in deployed if each in EACH_IN_THE_CLEAR] == found
