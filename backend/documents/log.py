"""The log of an application as its documents tell it: moves, mails and notes, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workflow import refusals
from workflow.models import ActorKind, Application, NoteSource, Transition
from workflow.states import Action, Rejection, State


@dataclass(frozen=True)
class Entry:
    """One line: when, what (in our words), what was said (in theirs), and who. `moved` marks a change of state."""

    at: dt.datetime
    what: str
    who: str
    said: str = ""
    moved: bool = False


def entries(application: Application, *, for_candidate: bool) -> list[Entry]:
    """Give the log, newest first, in the active language.

    For the candidate: without what is internal (reasons, notes, names of the team's people, moves taken back).
    """
    found = [*_moves(application, for_candidate), *_mails(application, for_candidate)]
    found += _notes(application, for_candidate)
    # Of two at the same moment, what followed from the other stands above it: sorted first, then turned over.
    return sorted(found, key=lambda entry: entry.at)[::-1]


def _moves(application: Application, for_candidate: bool) -> Iterator[Entry]:
    for row in application.transitions.all():
        undone = hasattr(row, "undone_by")
        if for_candidate and (undone or row.action == Action.UNDO):
            continue
        said = row.reason if not for_candidate or row.actor_kind == ActorKind.CANDIDATE else ""
        if row.action == Action.REJECT:
            said = refusals.words(application.team, said) if said in Rejection.values else said
        yield Entry(row.at, _move(row, undone), _mover(row, application, for_candidate), said, moved=True)


def _move(row: Transition, undone: bool) -> str:
    state = str(State(row.to_state).label)
    if row.action == Action.UNDO:
        return _("Move taken back: “%(state)s” again") % {"state": state}
    if row.action == Action.REOPEN:
        return _("Reopened: “%(state)s” again") % {"state": state}
    return _("%(state)s (taken back afterwards)") % {"state": state} if undone else state


def _mover(row: Transition, application: Application, for_candidate: bool) -> str:
    if row.actor_kind == ActorKind.CANDIDATE or row.action == Action.SUBMIT:
        return str(application.candidate)
    if for_candidate:
        return application.team.name
    return str(row.actor) if row.actor else "Jalon"


def _mails(application: Application, for_candidate: bool) -> Iterator[Entry]:
    address = application.candidate.email.lower()
    for mail in application.messages.all():
        arrived = mail.direction == "in"
        theirs = bool(address) and address in (mail.sender if arrived else mail.recipient).lower()
        if application.candidate.veiled:
            theirs = arrived or mail.recipient == str(application.candidate)
        if not theirs and (for_candidate or not arrived):
            continue  # what Jalon tells the team is not part of the candidate's story
        yield Entry(mail.sent_at or mail.created_at, _mail(mail, arrived), _correspondent(mail, application, arrived))


def _mail(mail: Any, arrived: bool) -> str:
    subject = {"subject": mail.subject or _("no subject")}
    if arrived:
        return _("E-mail received: “%(subject)s”") % subject
    if mail.status == "uncertain":
        return _("E-mail perhaps sent: “%(subject)s”") % subject
    return _("E-mail sent: “%(subject)s”") % subject


def _correspondent(mail: Any, application: Application, arrived: bool) -> str:
    if not arrived:
        return application.team.name
    address = application.candidate.email.lower()
    return str(application.candidate) if address and address in mail.sender.lower() else mail.sender


def _notes(application: Application, for_candidate: bool) -> Iterator[Entry]:
    for note in application.notes.all():
        if note.source == NoteSource.CANDIDATE:
            yield Entry(note.created_at, _("Addition to the application"), str(application.candidate), note.text)
        elif not for_candidate:
            who = "Jalon" if note.source == NoteSource.MACHINE else str(note.author or application.team)
            yield Entry(note.created_at, _("Note"), who, note.text)
