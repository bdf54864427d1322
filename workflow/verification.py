"""Does every application stand where its log says? Replayed row by row, in constant memory."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from backend.common import clock
from workflow import machine
from workflow.models import Application, Transition
from workflow.states import Action, FirstAnswer

OF_THE_LOG = (
    "application_id", "number", "action", "from_state", "to_state", "at", "posting_id", "first", "was_since",
    "was_answer_by",
)  # fmt: skip
OF_THE_ROW = ("posting_id", "state", "state_since", "created_at", "first_answer", "first_answer_at")


def replay() -> Iterator[tuple[UUID, str]]:
    """Give each application's id with what is wrong between its log and its row; empty when they agree."""
    fields = (*OF_THE_LOG, *(f"application__{name}" for name in OF_THE_ROW))
    rows = Transition.objects.order_by("application_id", "number").values_list(*fields, named=True)
    legal = {(str(edge.action), str(edge.source or ""), str(edge.target)) for edge in machine.edges()}
    for pk, log in groupby(rows.iterator(chunk_size=5000), key=lambda row: row.application_id):
        yield pk, _first_problem(list(log), legal)
    for pk in Application.objects.filter(transitions__isnull=True).values_list("pk", flat=True).iterator():
        yield pk, "has no log"


def _first_problem(log: list[Any], legal: set[tuple[str, str, str]]) -> str:
    state, since, answer, answered_at, last = "", None, "", None, log[0]
    for expected, move in enumerate(log, start=1):
        if move.number != expected:
            return f"row {expected} of the log is missing"
        if (move.action, move.from_state, move.to_state) not in legal:
            return (
                f"row {expected} says {move.action} from {move.from_state or 'nothing'} to {move.to_state}, "
                "which does not exist"
            )
        if move.from_state != state:
            return f"row {expected} leaves {move.from_state or 'nothing'}, but row {expected - 1} arrived at {state}"
        if move.was_since != since:
            return f"row {expected} leaves what it had come to at {_moment(move.was_since)}, not at {_moment(since)}"
        if move.posting_id != move.application__posting_id:
            return f"row {expected} is for another posting than the row"
        if expected > 1 and move.was_answer_by is None:
            return f"row {expected} does not say by when an answer was promised"
        if move.first != (not answer and move.action not in (Action.SUBMIT, Action.UNDO)):
            return f"row {expected} {'is' if move.first else 'is not'} marked as the first answer"
        state, since = move.to_state, last.was_since if move.action == Action.UNDO else move.at
        if move.action == Action.UNDO and last.first:
            answer, answered_at = "", None
        elif move.first:
            answer, answered_at = FirstAnswer.of(move.action, clock.day(move.at), move.was_answer_by), move.at
        last = move
    return _differs(log[0], state, since, answer, answered_at)


def _differs(begun: Any, state: str, since: Any, answer: str, answered_at: Any) -> str:
    """Give what the row says and its log does not."""
    row = {name: getattr(begun, f"application__{name}") for name in OF_THE_ROW}
    if begun.at != row["created_at"]:
        return f"the log begins at {_moment(begun.at)}, the row at {_moment(row['created_at'])}"
    if state != row["state"]:
        return f"the log ends at {state}, the row says {row['state']}"
    if since != row["state_since"]:
        return f"the log came to {state} at {_moment(since)}, the row at {_moment(row['state_since'])}"
    if (answer, answered_at) != (row["first_answer"], row["first_answer_at"]):
        return (
            f"the first answer of the log is {answer or 'none'} at {_moment(answered_at)}, "
            f"of the row {row['first_answer'] or 'none'} at {_moment(row['first_answer_at'])}"
        )
    return ""


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" if at else "no time"
