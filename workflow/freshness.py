"""Whether a board is still as somebody has it: one cheap question, asked every few seconds by every open board."""

from django.db import connection

from backend.accounts.models import Team
from workflow.states import OPEN

RECENT = 500
"""How many of the last rows of the log are looked at. Ids are given out before their transactions commit, so the
highest alone could hide one that comes late; and the log is never read as a whole."""

MARK = """
    WITH waiting AS MATERIALIZED (
        SELECT a.id FROM workflow_application a JOIN hiring_posting p ON p.id = a.posting_id
        WHERE p.team_id = %(team)s AND a.state = ANY(%(open)s)
    )
    SELECT concat_ws('.',
        (SELECT concat_ws('.', count(*), sum(t.id)) FROM workflow_transition t
            JOIN workflow_application a ON a.id = t.application_id JOIN hiring_posting p ON p.id = a.posting_id
            WHERE p.team_id = %(team)s AND t.id > (SELECT coalesce(max(id), 0) FROM workflow_transition) - %(recent)s),
        (SELECT sum(hashtext(i::text)) FROM workflow_interview i JOIN waiting w ON w.id = i.application_id),
        (SELECT sum(hashtext(c::text)) FROM workflow_contract c JOIN waiting w ON w.id = c.application_id),
        (SELECT sum(hashtext(o::text)) FROM workflow_onboardingtask o JOIN waiting w ON w.id = o.application_id))
"""


def mark(team: Team) -> str:
    """Give a short text that changes with every move in the team, and with all that the guards of its board look at."""
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"team": team.pk, "open": [state.value for state in OPEN], "recent": RECENT})
        return str(cursor.fetchone()[0])
