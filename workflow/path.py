"""The path: the stakes of one application, the same list for page, mail and PDF (LOOK.md, “Path”).

What is drawn comes from the log alone, so it can be drawn as it stood after any move, and as it would stand after one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _

from backend.common import typography
from workflow.models import Application, Transition
from workflow.states import OFF_PATH, PATH, Action, State

Kind = Literal["passed", "present", "next", "rejected", "withdrawn"]


@dataclass(frozen=True)
class Step:
    """One stake: `step` chooses its shape, `note` says the same in text, `spoken` precedes the note for the ear."""

    state: State
    label: str
    step: Kind
    note: str
    spoken: str = ""

    @property
    def is_current(self) -> bool:
        """Say whether the application stands here (`aria-current="step"`)."""
        return self.step not in ("passed", "next")


@dataclass(frozen=True)
class Stand:
    """A state, and since when the application has been in it."""

    state: State
    at: datetime


def steps(application: Application, *, until: Transition | None = None, ahead: Stand | None = None) -> list[Step]:
    """Give the stakes in order, in the active language.

    `until` draws the path as it stood after that move; `ahead` as it would stand after a move that is only considered.
    One query for the log (none if `transitions` is prefetched); one more for the start date, once the contract stands.
    """
    stands = _stands(application, until)
    if ahead is not None:
        stands.append(ahead)
    start = None
    if stands[-1].state == State.CONTRACTED:
        contract = next(iter(application.contracts.all()), None)
        start = contract.start if contract else None
    return draw(stands, start=start)


def draw(stands: list[Stand], *, start: date | None = None) -> list[Step]:
    """Give the stakes for states reached one after the other; `start` is the day of the arrival, if it is known."""
    last = stands[-1]
    reached: dict[State, datetime] = {}
    for stand in stands:
        reached.setdefault(stand.state, stand.at)
    road = _road(stands)
    drawn = [_passed(state, reached.get(state)) for state in road]
    drawn.append(_here(last))
    if last.state in PATH:
        drawn += [_next(state, start) for state in PATH[PATH.index(last.state) + 1 :]]
    return drawn


def _road(stands: list[Stand]) -> tuple[State, ...]:
    """Give the stakes behind the present state; an application off the path stopped after the last one it reached."""
    last = stands[-1].state
    if last in PATH:
        return PATH[: PATH.index(last)]
    left = next((stand.state for stand in reversed(stands) if stand.state in PATH), State.RECEIVED)
    return PATH[: PATH.index(left) + 1]


def _stands(application: Application, until: Transition | None) -> list[Stand]:
    """Give where the application has stood; a move that was taken back has never been."""
    stands: list[Stand] = []
    for move in sorted(application.transitions.all(), key=lambda row: row.number):
        if until is not None and move.number > until.number:
            break
        if move.action == Action.UNDO:
            stands.pop()
        else:
            stands.append(Stand(State(move.to_state), move.at))
    return stands or [Stand(State(application.state), application.state_since)]


def _passed(state: State, at: datetime | None) -> Step:
    # Translators: read aloud before the date of a stake that is behind.
    return Step(state, str(state.label), "passed", typography.long_date(at), spoken=_("step passed,"))


def _here(stand: Stand) -> Step:
    day = typography.long_date(stand.at)
    if stand.state in OFF_PATH:
        shape: Kind = "rejected" if stand.state == State.REJECTED else "withdrawn"
        return Step(stand.state, str(stand.state.label), shape, day)
    note = day if stand.state == PATH[-1] else _("here since %(date)s") % {"date": day}
    return Step(stand.state, str(stand.state.label), "present", note)


def _next(state: State, start: date | None) -> Step:
    note = _("to come")
    if state == PATH[-1] and start is not None:
        note = _("to come, on %(date)s") % {"date": typography.long_date(start)}
    return Step(state, str(state.label), "next", note)
