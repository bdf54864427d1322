"""The lifecycle, on one page: every FSM transition, and nothing else.

The methods change fields and do no I/O; `workflow.services` is their only caller. From the decorators below come the
table that the API, the pages and the diagram show (`edges`), the database's trigger and the log's CHECK constraint.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django_fsm import RETURN_VALUE, FSMField, transition

from workflow import conditions
from workflow.states import OPEN, Action, State

if TYPE_CHECKING:
    from workflow.models import Application

state_field = FSMField("state", max_length=11, choices=State.choices, default=State.RECEIVED, protected=True)


class Edge(NamedTuple):
    """One arrow of the lifecycle; `source` is None for the first."""

    action: Action
    source: State | None
    target: State


class Lifecycle:
    """The transitions of an application; mixed into the model."""

    left_state: str
    rejection: str
    answer_by: date
    first_answer: str
    first_answer_at: datetime | None

    @transition(
        field=state_field,
        source=State.RECEIVED,
        target=State.INTERVIEWED,
        conditions=[conditions.interview_held],
    )
    def interview(self) -> None:
        """They have met."""

    @transition(
        field=state_field,
        source=State.INTERVIEWED,
        target=State.CONTRACTED,
        conditions=[conditions.terms_complete, conditions.rate_in_band_or_explained],
    )
    def contract(self) -> None:
        """The terms are agreed."""

    @transition(
        field=state_field,
        source=State.CONTRACTED,
        target=State.ONBOARDED,
        conditions=[conditions.start_reached, conditions.required_tasks_done],
    )
    def onboard(self) -> None:
        """The person has arrived."""

    @transition(field=state_field, source=list(OPEN), target=State.REJECTED)
    def reject(self, reason: str) -> None:
        """The team says no, for a reason from the list."""
        self.left_state, self.rejection = self.state, reason  # type: ignore[attr-defined]

    @transition(field=state_field, source=list(OPEN), target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The candidate no longer wants it."""
        self.left_state = self.state  # type: ignore[attr-defined]

    @transition(
        field=state_field,
        source=[State.REJECTED, State.WITHDRAWN],
        target=RETURN_VALUE(*OPEN),
        conditions=[conditions.posting_open_or_explained],
    )
    def reopen(self) -> str:
        """Back to the state it left."""
        back, self.left_state, self.rejection = self.left_state, "", ""
        return back

    @transition(field=state_field, source=list(State), target=RETURN_VALUE(*State))
    def undo(self, last: Any) -> str:
        """Back to the row as it was before its last move, which the log keeps."""
        self.left_state, self.rejection = last.was_left_state, last.was_rejection
        self.answer_by = last.was_answer_by
        if last.first:
            self.first_answer, self.first_answer_at = "", None
        return str(last.from_state)


@cache
def edges() -> tuple[Edge, ...]:
    """Give every arrow of the lifecycle, in the order of the path, undoing included."""
    forward = [Edge(Action.SUBMIT, None, State.RECEIVED), *_moves()]
    back = {(edge.target, edge.source) for edge in forward if edge.source is not None}
    order = list(State)
    undoing = sorted(back, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))
    return (*forward, *(Edge(Action.UNDO, source, target) for source, target in undoing))


def _moves() -> Iterator[Edge]:
    """Read the decorators above: every action but submitting and undoing."""
    for action in Action:
        if action in (Action.SUBMIT, Action.UNDO):
            continue
        for source, arrow in getattr(Lifecycle, action)._django_fsm.transitions.items():
            targets = arrow.target.allowed_states if isinstance(arrow.target, RETURN_VALUE) else [arrow.target]
            for target in targets:
                yield Edge(action, State(str(source)), State(str(target)))


@cache
def targets(action: str, state: str) -> tuple[State, ...]:
    """Give the states that `action` can lead to from `state`; empty when there is no such arrow."""
    return tuple(edge.target for edge in edges() if edge.action == action and edge.source == state)


def action_between(source: str, target: str) -> Action | None:
    """Give the action that leads from one state to another; undoing only where nothing else does, None if nothing."""
    return next((edge.action for edge in edges() if edge.source == source and edge.target == target), None)


def reasons(application: Application, action: str) -> list[str]:
    """Give why the guards of `action` stop this application; empty when they all hold or none exist."""
    arrow = getattr(application, action)._django_fsm.get_transition(application.state)
    if arrow is None:
        return []
    return [words for condition in arrow.conditions for words in condition.reasons(application)]
