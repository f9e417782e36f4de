"""Whether the data base and ROW_SECURITY agree, for `check --database default` and `migrate`; and
whether it shows who it is, for `check --deploy`.
"""

import os

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
    host = database.get("HOST", "")
    if not host or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1"):
        return []
    mode = database.get("OPTIONS", {}).get("sslmode", os.environ.get("PGSSLMODE"))
    return [] if mode == "verify-full" else [NOT_CHECKED]


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
