"""What moves, wishes for a letter, invitations and erasures mean for the mail; each inside the sender's transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backend.accounts.models import Team, User
from backend.accounts.signals import invited, notice_wanted
from backend.hiring.signals import erasing
from notifications import erasure, invitation, outbox, tasks, team
from notifications.models import Message
from notifications.signals import in_trouble
from workflow import meetings, signals
from workflow.models import ActorKind, Application, Interview, Note, Transition
from workflow.services import MailOptions
from workflow.states import Action


def connect() -> None:
    """Listen to the lifecycle."""
    signals.application_moved.connect(tell, dispatch_uid="notifications.tell")
    signals.application_moved.connect(tell_team, dispatch_uid="notifications.tell_team")
    signals.undo_asked.connect(refuse_undo, dispatch_uid="notifications.refuse_undo")
    signals.people_mentioned.connect(tell_mention, dispatch_uid="notifications.tell_mention")
    signals.letter_wanted.connect(write, dispatch_uid="notifications.write")
    invited.connect(invitation.write, dispatch_uid="notifications.invite")
    notice_wanted.connect(notice, dispatch_uid="notifications.notice")
    in_trouble.connect(trouble, dispatch_uid="notifications.trouble")
    erasing.connect(erasure.forget, dispatch_uid="notifications.forget")


def tell(*, application: Application, transition: Transition, mail: MailOptions, **_signal: Any) -> None:
    """Write the mails of a move; for an undo, discard those of the move it takes back (or raise Conflict)."""
    if transition.action == Action.UNDO:
        assert transition.undoes is not None  # a CHECK of the database
        outbox.take_back(transition.undoes)
        if transition.undoes.action == Action.REOPEN and (ending := outbox.give_back_ending(transition.undoes)):
            meetings.close(application, ending)
        return
    if transition.action == Action.REOPEN and (ending := outbox.call_back_ending(application)):
        meetings.give_back(application, ending)
        return
    if transition.action == Action.WITHDRAW and transition.actor_kind == ActorKind.CANDIDATE:
        outbox.silence(application)
    written = outbox.put(application, transition, mail)
    if any(row.due_at is not None and row.due_at <= transition.at for row in written):
        transaction.on_commit(tasks.nudge, robust=True)


def tell_team(*, application: Application, transition: Transition, **_signal: Any) -> None:
    """Write to those of the team who want to know at once."""
    team.tell_move(application, transition)


def tell_mention(*, note: Note, people: list[User], **_signal: Any) -> None:
    """Write to those whom a note mentions, as each chose."""
    team.tell_mention(note, people)


def notice(*, team_told: Team, user: User | None, key: str, words: dict[str, str], **_signal: Any) -> None:
    """Write to somebody who has to know, whatever they chose."""
    team.tell_trouble(team_told, user, key, words)


def trouble(*, message: Message, **_signal: Any) -> None:
    """Write to those of the team who want to know at once that a mail is in trouble."""
    team.tell_mail_trouble(message)


def write(
    *,
    application: Application,
    key: str,
    address: str = "",
    language: str = "",
    interview: Interview | None = None,
    by: User | None = None,
    ending: Transition | None = None,
    hold: int | None = None,
    again: bool = False,
    **_signal: Any,
) -> None:
    """Write a mail that belongs to no move."""
    outbox.write(
        application,
        key,
        address=address,
        language=language,
        interview=interview,
        by=by,
        options=MailOptions(hold=hold),
        ending=ending,
        again=again,
    )


def refuse_undo(*, transition: Transition, **_signal: Any) -> str | None:
    """Give the reason why a move cannot be taken back any more: a mail of it has left."""
    return outbox.too_late() if outbox.has_left(transition) else None
