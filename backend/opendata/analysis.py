"""Views without personal data for analysis tools (Metabase and the like), and a database role that reads nothing else.

The views stand in a schema of their own. A column stands in them only because it is named here.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from backend.common.errors import Invalid

SCHEMA = "analysis"

VIEWS: dict[str, tuple[str, str]] = {
    "incubators": ("Organisations that host teams.", "SELECT id, name, slug FROM accounts_incubator"),
    "teams": (
        "Product teams and the answer they promise, in days.",
        "SELECT id, name, slug, incubator_id, answer_days FROM accounts_team",
    ),
    "postings": (
        "Postings without their text and addresses. Rates in euros a day before tax.",
        """SELECT id, team_id, slug, title, status, language, published_on, domains, skills, contract_kinds, remote,
           day_rate_min, day_rate_max, days_per_week_min, days_per_week_max, duration_months, renewable, start
           FROM hiring_posting""",
    ),
    "applications": (
        "Applications: where they stand, and by which door they came. Nothing of the person.",
        """SELECT id, posting_id, created_at AS received_at, via, state, state_since, left_state, rejection, answer_by
           FROM workflow_application""",
    ),
    "transitions": (
        "The log of moves. `undone`: taken back, or the taking back itself; such rows count in no figure.",
        """SELECT log.id, log.application_id, log.number, log.action, log.from_state, log.to_state, log.actor_kind,
           log.at, log.undoes_id IS NOT NULL OR EXISTS (
               SELECT 1 FROM workflow_transition undoing WHERE undoing.undoes_id = log.id) AS undone
           FROM workflow_transition log""",
    ),
    "interviews": (
        "Interviews: when, how long, what became of them. Neither place nor participants.",
        "SELECT id, application_id, at, minutes, status FROM workflow_interview",
    ),
    "contracts": (
        "Agreed terms; number 1 is the first contract, further ones are renewals. Euros a day before tax.",
        """SELECT id, application_id, number, kind, day_rate, days_per_week, start, months FROM workflow_contract""",
    ),
    "published_cells": (
        "The open data as published.",
        """SELECT release.quarter, release.published_on, cell.domain, cell.reached, cell.state, cell.applications
           FROM opendata_cell cell JOIN opendata_release release ON release.id = cell.release_id""",
    ),
}
"""Each view: what it shows, and its query."""


@transaction.atomic
def create(role: str) -> None:
    """Make the schema, its views and the role, and let the role read these and nothing else of ours.

    The role cannot log in until the host gives it a password (docs/open-data.md). Raises Invalid for a role that rules,
    django.db.ProgrammingError if our own role may not make roles and this one does not exist.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolname = current_user FROM pg_roles WHERE rolname = %s", [role])
        known = cursor.fetchone()
        if known is not None and known[0]:
            raise Invalid(_("“%(role)s” is an administrator of the database: name another role.") % {"role": role})
        if known is None:
            cursor.execute(_say("CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE", role))
        cursor.execute(_say("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", role))
        cursor.execute(_say("ALTER ROLE {role} SET default_transaction_read_only = on", role))
        _make(cursor, sorted({role, *readers(cursor)}))  # others that were let in stay so


def set_aside(**given: Any) -> None:
    """Before a migration: take the views away. The schema stays, and remembers who may read them, whatever happens."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in _views(cursor):
            cursor.execute(sql.SQL("DROP VIEW IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA, name)))


def put_back(**given: Any) -> None:
    """After a migration: make the views again for whoever could read them, if they are away."""
    with transaction.atomic(), connection.cursor() as cursor:
        roles = readers(cursor)
        if roles and not _views(cursor):
            _make(cursor, roles)


def _views(cursor: Any) -> list[str]:
    cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = %s", [SCHEMA])
    return [row[0] for row in cursor.fetchall()]


def readers(cursor: Any) -> list[str]:
    """Give the roles that were let into the schema."""
    cursor.execute(
        """SELECT DISTINCT pg_get_userbyid(right_.grantee) FROM pg_namespace, aclexplode(nspacl) right_
           WHERE nspname = %s AND right_.grantee NOT IN (0, nspowner)""",
        [SCHEMA],
    )
    return [row[0] for row in cursor.fetchall()]


def _make(cursor: Any, roles: list[str]) -> None:
    cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {schema} CASCADE").format(schema=sql.Identifier(SCHEMA)))
    cursor.execute(sql.SQL("CREATE SCHEMA {schema}").format(schema=sql.Identifier(SCHEMA)))
    for name, (what, query) in VIEWS.items():
        view = sql.Identifier(SCHEMA, name)
        # A security barrier: a cheap function in a reader's WHERE runs after the view's own conditions.
        cursor.execute(sql.SQL("CREATE VIEW {} WITH (security_barrier) AS ").format(view) + sql.SQL(query))
        cursor.execute(sql.SQL("COMMENT ON VIEW {} IS {}").format(view, sql.Literal(what)))
    for role in roles:
        cursor.execute(_say("GRANT USAGE ON SCHEMA {schema} TO {role}", role))
        cursor.execute(_say("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}", role))


def _say(words: str, role: str) -> sql.Composed:
    return sql.SQL(words).format(role=sql.Identifier(role), schema=sql.Identifier(SCHEMA))
