"""What moves, wishes for a letter, invitations and erasures mean for the mail; each inside the sender's transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backend.accounts.signals import invited
from backend.hiring.signals import erasing
from notifications import erasure, invitation, outbox, tasks
from workflow import signals
from workflow.models import ActorKind, Application, Transition
from workflow.services import MailOptions
from workflow.states import Action


def connect() -> None:
    """Listen to the lifecycle."""
    signals.application_moved.connect(tell, dispatch_uid="notifications.tell")
    signals.undo_asked.connect(refuse_undo, dispatch_uid="notifications.refuse_undo")
    signals.letter_wanted.connect(write, dispatch_uid="notifications.write")
    invited.connect(invitation.write, dispatch_uid="notifications.invite")
    erasing.connect(erasure.forget, dispatch_uid="notifications.forget")


def tell(*, application: Application, transition: Transition, mail: MailOptions, **_signal: Any) -> None:
    """Write the mails of a move; for an undo, discard those of the move it takes back (or raise Conflict)."""
    if transition.action == Action.UNDO:
        assert transition.undoes is not None  # a CHECK of the database
        outbox.take_back(transition.undoes)
        if transition.undoes.action == Action.REOPEN:
            outbox.give_back_ending(transition.undoes)
        return
    if transition.action == Action.REOPEN and outbox.call_back_ending(application):
        return
    if transition.action == Action.WITHDRAW and transition.actor_kind == ActorKind.CANDIDATE:
        outbox.silence(application)
    written = outbox.put(application, transition, mail)
    if any(row.due_at is not None and row.due_at <= transition.at for row in written):
        transaction.on_commit(tasks.nudge, robust=True)


def write(*, application: Application, key: str, address: str = "", **_signal: Any) -> None:
    """Write a mail that belongs to no move."""
    outbox.write(application, key, address=address)


def refuse_undo(*, transition: Transition, **_signal: Any) -> str | None:
    """Give the reason why a move cannot be taken back any more: a mail of it has left."""
    return outbox.too_late() if outbox.has_left(transition) else None
