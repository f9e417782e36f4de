"""Whether the data base and ROW_SECURITY agree, for `check --database default` and `migrate`; and
for `check --deploy`, whether it shows who it is, and nothing goes to another machine in the clear.
"""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Warning
from django.db import connection

from reporting import row_security


def row_security_as_set(app_configs, databases, **kwargs):
    if "default" not in (databases or []):
        return []
    if connection.vendor != "postgresql":
        return [NOT_POSTGRESQL] if settings.ROW_SECURITY else []
    state = row_security.state()
    if not settings.ROW_SECURITY:
        closed = [table for table, how in state.items() if how not in ("off", "no such table")]
        return [NOT_TOLD] if closed else []
    return [
        Warning(
            f"Row-level security of {table}: {how}.",
            hint="Run `manage.py row_security on --role …` as the owner of the tables.",
            id="reporting.W003",
        )
        for table, how in state.items()
        if how not in ("on", "no such table")
    ]


def data_base_shows_its_certificate(app_configs, **kwargs):
    """On another machine somebody else might answer (ASVS 5.0, 12.3.2)."""
    database = settings.DATABASES["default"]
    if is_here(database.get("HOST", "")):
        return []
    mode = database.get("OPTIONS", {}).get("sslmode", os.environ.get("PGSSLMODE"))
    return [] if mode == "verify-full" else [NOT_CHECKED]


def nothing_leaves_in_the_clear(app_configs, **kwargs):
    """Mails hold links that set a password, evidence what a country has said (ASVS 5.0, 12.3.1)."""
    found = []
    sends_mail = settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")
    if sends_mail and not (is_here(settings.EMAIL_HOST) or settings.EMAIL_USE_TLS):
        found.append(MAIL_IN_THE_CLEAR)
    if not settings.CLAMD_SOCKET and not is_here(settings.CLAMD_HOST):
        found.append(FILES_IN_THE_CLEAR)
    provider = urlsplit(settings.OIDC_SERVER)
    if provider.scheme == "http" and not is_here(provider.hostname):
        found.append(SIGN_IN_IN_THE_CLEAR)
    return found


def is_here(host):
    """On this machine, by a socket or its own name; or nowhere."""
    return not host or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")


MAIL_IN_THE_CLEAR = Warning(
    "Mails go to another machine in the clear, with links that set a password in them.",
    hint="Set EMAIL_USE_TLS=1.",
    id="reporting.W005",
)
FILES_IN_THE_CLEAR = Warning(
    "Evidence goes to a scanner on another machine in the clear: ClamAV speaks no TLS.",
    hint="Run ClamAV here (CLAMD_SOCKET), or lead a tunnel to it and name this end of it.",
    id="reporting.W006",
)
SIGN_IN_IN_THE_CLEAR = Warning(
    "The identity provider is asked in the clear.",
    hint="Begin OIDC_SERVER with https://.",
    id="reporting.W007",
)
NOT_CHECKED = Warning(
    "The data base on another machine need not show its certificate.",
    hint="End DATABASE_URL with ?sslmode=verify-full; sslrootcert names who signs it.",
    id="reporting.W004",
)
NOT_POSTGRESQL = Error("ROW_SECURITY=1 needs PostgreSQL.", id="reporting.E001")
NOT_TOLD = Error(
    "Row-level security is on and ROW_SECURITY is 0: nobody sees a report.",
    hint="Set ROW_SECURITY=1, or run `manage.py row_security off`.",
    id="reporting.E002",
)
