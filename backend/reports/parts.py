"""The parts of SQL that several reports stand on, and the rows they share.

Every report's query begins with `scope` (the applications that the asker may see and that the filters leave), `places`
(their postings) and `leaves` (the moves). **Undone moves count nowhere**: neither the move nor its undoing is in
`leaves`, so that an application that was moved by mistake and taken back is as if it had never moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from backend.common import typography
from backend.reports.question import Question
from workflow.states import PATH, State

LEAVES = """
    SELECT t.application_id, t.posting_id, t.action, t.from_state, t.was_since, t.at
    FROM workflow_transition t
    WHERE (t.from_state = 'received' OR t.from_state = 'interviewed' OR t.from_state = 'contracted')
      AND t.action <> 'undo'
      AND NOT EXISTS (SELECT FROM workflow_transition u WHERE u.undoes_id = t.id AND u.undoes_id IS NOT NULL)
"""
"""Each move that left a step of the path and was not taken back, with the moment it had come there.

One index holds all of it, posting by posting: a report joins it with the postings that may be seen.
"""

COHORT = "SELECT s.* FROM scope s WHERE s.received_at >= %(since)s AND s.received_at < %(until)s"
"""The applications received in the period. `verify_log` sees to it that the log begins at that moment."""

LENGTH = "greatest(round(date_part('epoch', {later} - {earlier}) / 8640), 0)::int"
"""A length of time in tenths of a day of 24 hours: a night of 23 or 25 hours counts as what it was.

Whole numbers, so that lengths that are equal are counted together; a clock that is set back makes none below nothing.
"""


def length(later: str, earlier: str) -> str:
    """Give the SQL of the tenths of a day between two moments."""
    return LENGTH.format(later=later, earlier=earlier)


def by_state(states: Sequence[State] = PATH) -> dict[str, str]:
    """Name the stakes of the path."""
    return {state.value: str(state.label) for state in states}


def by_team(question: Question, _found: Sequence[str]) -> dict[str, str]:
    """Name every team that the filters leave, those without a row too."""
    return {team.slug: team.name for team in question.teams()}


def by_time(question: Question, _found: Sequence[str]) -> dict[str, str]:
    """Name every month or week that the period touches, empty ones too, by its first day."""
    first, names = _first(question.start, question.by), {}
    while first <= question.end:
        names[first.isoformat()] = _time_name(first, question.by)
        first = _next(first, question.by)
    return names


def _first(day: dt.date, by: str) -> dt.date:
    return day.replace(day=1) if by == "month" else day - dt.timedelta(days=day.weekday())


def _next(first: dt.date, by: str) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1) if by == "month" else first + dt.timedelta(days=7)


def _time_name(first: dt.date, by: str) -> str:
    if by == "week":
        return _("week of %(day)s") % {"day": typography.long_date(first)}
    return typography.long_date(first).split(typography.NO_BREAK, 1)[1]
