"""Up to where the event feed may be read without missing a row that is still being written.

Ids are given out before their transactions commit, so a higher one can be visible while a lower one is not: a reader
who went on from the higher one would never see the lower. Every transaction that has taken an id holds, until its end,
the lock that INSERT takes on the table. So: take the highest id that is visible and, in the same snapshot's time, the
transactions that hold that lock; once they have all ended, everything up to that id is visible or will never be.
Moves take milliseconds; if one lasts longer than `PATIENCE`, the feed gives nothing new this time, never too much.
"""

import time
from typing import Any

from django.db import connection

PATIENCE = 0.5  # seconds

INSERTING = """
    SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}')
    FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
        AND relation = 'workflow_transition'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND pid <> pg_backend_pid()
"""
START = f"SELECT coalesce((SELECT max(id) FROM workflow_transition), 0), ({INSERTING})"  # noqa: S608 - two constants


def settled_up_to() -> int:
    """Give the highest id below which no row can still appear; 0 when that cannot be known in time."""
    highest, before = _ask(START)
    waited, pause = 0.0, 0.005
    while before:
        if waited >= PATIENCE:
            return 0
        time.sleep(pause)
        waited, pause = waited + pause, min(pause * 2, 0.1)
        before = set(before) & set(_ask(INSERTING)[0])
    return int(highest)


def _ask(sql: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchone())
