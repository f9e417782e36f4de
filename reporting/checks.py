"""Whether the data base and ROW_SECURITY agree, for `check --database default` and `migrate`."""

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


NOT_POSTGRESQL = Error("ROW_SECURITY=1 needs PostgreSQL.", id="reporting.E001")
NOT_TOLD = Error(
    "Row-level security is on and ROW_SECURITY is 0: nobody sees a report.",
    hint="Set ROW_SECURITY=1, or run `manage.py row_security off`.",
    id="reporting.E002",
)
