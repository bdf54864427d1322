"""Does every application stand where its log says? Replayed row by row, in constant memory."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from workflow import machine
from workflow.models import Application, Transition


def replay() -> Iterator[tuple[UUID, str]]:
    """Give each application's id with what is wrong between its log and its row; empty when they agree."""
    rows = Transition.objects.order_by("application_id", "number").values_list(
        "application_id",
        "number",
        "action",
        "from_state",
        "to_state",
        "application__state",
        "at",
        "application__created_at",
    )
    legal = {(str(edge.action), str(edge.source or ""), str(edge.target)) for edge in machine.edges()}
    for pk, log in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        yield pk, _first_problem(list(log), legal)
    for pk in Application.objects.filter(transitions__isnull=True).values_list("pk", flat=True).iterator():
        yield pk, "has no log"


def _first_problem(log: list[Any], legal: set[tuple[str, str, str]]) -> str:
    state, present = "", log[-1][5]
    for expected, (_pk, number, action, source, target, _present, at, received) in enumerate(log, start=1):
        if number != expected:
            return f"row {expected} of the log is missing"
        if number == 1 and at != received:
            return f"the log begins at {at:%Y-%m-%d %H:%M:%S.%f}, the row at {received:%Y-%m-%d %H:%M:%S.%f}"
        if (action, source, target) not in legal:
            return f"row {number} says {action} from {source or 'nothing'} to {target}, which does not exist"
        if source != state:
            return f"row {number} leaves {source or 'nothing'}, but row {number - 1} arrived at {state}"
        state = target
    return "" if state == present else f"the log ends at {state}, the row says {present}"
