"""PostgreSQL's row-level security: the rules of `visible_to` once more, held by the data base.

A query that forgets its filter finds nothing foreign, and writes nothing foreign. Who asks is
said by `members.row_security`. The policies bind the owner of the tables too.

docs/decisions/0010-row-level-security.md says what this is worth and what it is not.
"""

import hashlib
from typing import NamedTuple

from django.db import connection

# How each table that holds something of a country's reports comes to its country: by a column of
# its own, by its report's, or by its submission's.
OWN, REPORT, SUBMISSION = "country_id", "report_id", "submission_id"
PATHS = {
    "reporting_progressreport": OWN,
    "reporting_workbookupload": OWN,
    "reporting_indicatorvalue": REPORT,
    "reporting_evidence": REPORT,
    "reporting_submission": REPORT,
    "reporting_reportevent": REPORT,
    "reporting_foldedtext": REPORT,
    "reporting_quotation": SUBMISSION,
}
# Nobody needs to change or take away what is history, nor to touch what has been migrated.
APPEND_ONLY = ["reporting_submission", "reporting_reportevent"]
READ_ONLY = ["django_migrations"]

# Each is worked out once for a statement, not once for a row.
ROLES = "string_to_array(current_setting('app.role', true), ' ')"
SYSTEM, MEMBER, REVIEWER, EDITOR = (
    f"(SELECT coalesce('{role}' = ANY ({ROLES}), false))"
    for role in ["system", "member", "reviewer", "editor"]
)
COUNTRY = "(SELECT nullif(current_setting('app.country', true), '')::bigint)"
ROUNDS_SHOWN = f"""ARRAY(
    SELECT shown.id FROM reporting_reportinground shown
    JOIN goals_framework framework ON framework.id = shown.framework_id
    WHERE framework.results_visibility = 'public'
       OR framework.results_visibility = 'members' AND {MEMBER}
)"""  # nosec B608

OF_THE_COUNTRY = f"country_id = {COUNTRY}"
# Nobody decides on what his own country reports.
OF_ANOTHER = f"country_id IS DISTINCT FROM {COUNTRY}"
WITH_THE_COUNTRY = "status IN ('draft', 'returned')"
NOT_APPROVED = "status IN ('draft', 'returned', 'submitted')"
WITH_THE_SECRETARIAT = "status IN ('submitted', 'approved')"
REVIEWED = f"({REVIEWER} AND {WITH_THE_SECRETARIAT} AND {OF_ANOTHER})"

# As ProgressReportQuerySet.visible_to() says it.
READS_REPORT = f"""(
    {OF_THE_COUNTRY}
    OR {REVIEWER} AND {WITH_THE_SECRETARIAT}
    OR {EDITOR} AND status = 'approved'
    OR status = 'approved' AND round_id = ANY ({ROUNDS_SHOWN})
)"""
# As EvidenceQuerySet.visible_to() says it.
READS_EVIDENCE = f"""(
    {OF_THE_COUNTRY} OR {REVIEWER} AND {WITH_THE_SECRETARIAT} AND reporting_evidence.submitted
)"""


def behind(table: str, condition: str = "true") -> str:
    """Of a row's report or submission, which has policies of its own: those hold here too."""
    of, column = {
        REPORT: ("reporting_progressreport", "report_id"),
        SUBMISSION: ("reporting_submission", "submission_id"),
    }[PATHS[table]]
    return f"EXISTS (SELECT FROM {of} r WHERE r.id = {table}.{column} AND {condition})"  # nosec B608


class Rules(NamedTuple):
    """Who, beside the system, may read, add, change and remove rows; empty: nobody."""

    reads: str
    adds: str = ""
    changes: str = ""
    removes: str = ""


def while_with_the_country(table: str) -> str:
    return behind(table, f"{OF_THE_COUNTRY} AND {WITH_THE_COUNTRY}")


def rules() -> dict[str, Rules]:
    report, upload = "reporting_progressreport", "reporting_workbookupload"
    value, text = "reporting_indicatorvalue", "reporting_foldedtext"
    evidence, quotation = "reporting_evidence", "reporting_quotation"
    submission, event = "reporting_submission", "reporting_reportevent"
    return {
        report: Rules(
            reads=READS_REPORT,
            adds=f"{OF_THE_COUNTRY} AND status = 'draft'",
            # What is approved is changed by no country, and what goes back by the system alone:
            # once it is with its country, who has sent it may read it no more.
            changes=f"{OF_THE_COUNTRY} AND {NOT_APPROVED} OR {REVIEWED}",
        ),
        upload: Rules(OF_THE_COUNTRY, OF_THE_COUNTRY, OF_THE_COUNTRY),
        value: Rules(behind(value), *[while_with_the_country(value)] * 3),
        text: Rules(behind(text), *[while_with_the_country(text)] * 2),
        evidence: Rules(
            reads=behind(evidence, READS_EVIDENCE),
            adds=while_with_the_country(evidence),
            changes=behind(evidence, f"{OF_THE_COUNTRY} AND {NOT_APPROVED}"),
            removes=f"NOT submitted AND {while_with_the_country(evidence)}",
        ),
        submission: Rules(
            reads=behind(submission),
            adds=behind(submission, f"{OF_THE_COUNTRY} AND status = 'submitted'"),
        ),
        event: Rules(
            reads=behind(event),
            adds=behind(event, f"({OF_THE_COUNTRY} AND {NOT_APPROVED} OR {REVIEWED})"),
        ),
        quotation: Rules(
            reads=behind(quotation), **dict.fromkeys(["adds", "changes"], chosen(quotation))
        ),
    }


def chosen(table: str) -> str:
    return f"{REVIEWER} AND {behind(table)}"


def policies() -> dict[tuple[str, str], str]:
    """{(table, name): SQL}; the system may do all of it."""
    found = {}
    for table, rule in rules().items():
        for verb, allowed in zip(["SELECT", "INSERT", "UPDATE", "DELETE"], rule, strict=True):
            condition = f"{SYSTEM} OR {allowed}" if allowed else SYSTEM
            # Of an UPDATE it holds for the row as it was and as it becomes.
            clause = "WITH CHECK" if verb == "INSERT" else "USING"
            name = f"portal_{verb.lower()}"
            found[table, name] = (
                f"CREATE POLICY {name} ON {table} FOR {verb} {clause} ({condition})"
            )
    return found


def fingerprint(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()[:16]


def wall_up(role: str) -> list[str]:
    """What switches it on, and lets `role` work behind it: read and write rows, nothing else."""
    name = connection.ops.quote_name(role)
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {name}",
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {name}" for table in APPEND_ONLY),
        *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {name}" for table in READ_ONLY),
        # What a later migration makes is his too.
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
        f"GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {name}",
    ]
    statements += policies_down()
    for table in PATHS:
        statements.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        statements.append(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for (table, policy), statement in policies().items():
        statements.append(statement)
        comment = fingerprint(statement)
        statements.append(f"COMMENT ON POLICY {policy} ON {table} IS '{comment}'")
    return statements


def wall_down() -> list[str]:
    return policies_down() + [
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"
        for table in PATHS
    ]


def policies_down() -> list[str]:
    return [f"DROP POLICY IF EXISTS {policy} ON {table}" for table, policy in policies()]


def state() -> dict[str, str]:
    """{table: "on", "off" or what is wrong with it}, as the data base has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
            WHERE relname = ANY (%s) AND relnamespace = 'public'::regnamespace
            """,
            [list(PATHS)],
        )
        switches = {table: (enabled, forced) for table, enabled, forced in cursor.fetchall()}
        cursor.execute(
            """
            SELECT relname, polname, obj_description(pg_policy.oid, 'pg_policy')
            FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
            WHERE relname = ANY (%s) AND relnamespace = 'public'::regnamespace
            """,
            [list(PATHS)],
        )
        there = {(table, policy): comment for table, policy, comment in cursor.fetchall()}
    written = {key: fingerprint(statement) for key, statement in policies().items()}
    return {table: state_of(table, switches.get(table), there, written) for table in PATHS}


def state_of(table, switches, there, written):
    if switches is None:
        return "no such table"
    if switches == (False, False):
        return "off"
    if switches != (True, True):
        return "not forced"
    own = {key: mark for key, mark in there.items() if key[0] == table}
    if own != {key: mark for key, mark in written.items() if key[0] == table}:
        return "other policies than the portal's"
    return "on"


def objections(role: str) -> list[str]:
    """Why the portal should not work as this role of the data base."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT
                rolsuper,
                rolbypassrls,
                pg_has_role(oid, current_user, 'MEMBER') AND NOT rolsuper,
                EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid),
                has_schema_privilege(oid, 'public', 'CREATE') AND NOT rolsuper
            FROM pg_roles WHERE rolname = %s
            """,
            [role],
        )
        row = cursor.fetchone()
    if row is None:
        return ["There is no such role: CREATE ROLE … LOGIN PASSWORD … makes one."]
    words = [
        "It is a superuser: no policy binds it.",
        "It has BYPASSRLS: no policy binds it.",
        "It is a member of the role that owns the tables, or that role itself.",
        "It owns tables or sequences.",
        "It may create tables: REVOKE CREATE ON SCHEMA public FROM PUBLIC, or from it.",
    ]
    return [word for word, holds in zip(words, row, strict=True) if holds]
