"""Whether a board is still as somebody has it: one cheap question, asked every few seconds by every open board."""

from django.db import connection

from backend.accounts.models import Team
from workflow.states import OPEN

MARK = """
    WITH listed AS MATERIALIZED (
        SELECT a.id, a.state, a.xmin::text::bigint + hashtid(a.ctid) AS written
        FROM workflow_application a JOIN hiring_posting p ON p.id = a.posting_id WHERE p.team_id = %(team)s
    ), waiting AS MATERIALIZED (SELECT id FROM listed WHERE state = ANY(%(open)s))
    SELECT concat_ws('.',
        (SELECT concat_ws('.', count(*), sum(written)) FROM listed),
        (SELECT concat_ws('.', count(*), sum(xmin::text::bigint + hashtid(ctid))) FROM workflow_interview
            WHERE application_id IN (SELECT id FROM waiting)),
        (SELECT concat_ws('.', count(*), sum(xmin::text::bigint + hashtid(ctid))) FROM workflow_contract
            WHERE application_id IN (SELECT id FROM waiting)),
        (SELECT concat_ws('.', count(*), sum(xmin::text::bigint + hashtid(ctid))) FROM workflow_onboardingtask
            WHERE application_id IN (SELECT id FROM waiting)),
        (SELECT count(*) FROM workflow_evaluation WHERE application_id IN (SELECT id FROM waiting)))
"""
"""`xmin` is the transaction that wrote a row and `ctid` where it stands: both are others after every change, and read
faster than the row itself."""


def mark(team: Team) -> str:
    """Give a short text that changes with every move in the team, and with all that the guards of its board look at."""
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"team": team.pk, "open": [state.value for state in OPEN]})
        return str(cursor.fetchone()[0])
