"""The one door: the only writers of an application's state (DESIGN, section 3, point 1).

Each opens a transaction, locks the row, checks the actor's right after the lock, runs the FSM method, writes the log
and the row, and sends one synchronous signal, all in that transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from backend.accounts.actors import Actor, Kind
from backend.common import clock
from backend.common.errors import Closed, Conflict, GuardFailed, Invalid, NotAllowed, NotPossible, NotVisible
from backend.common.prepared import Prepared
from backend.hiring import candidates, documents
from backend.hiring.models import Posting
from workflow import machine, meetings, policies, questioned, selectors
from workflow.models import Application, Note, NoteSource, Transition
from workflow.questioned import Answered
from workflow.signals import application_moved
from workflow.states import OFF_PATH, OPEN, Action, Rejection, State, Via

MOVED = ("state", "state_since", "left_state", "rejection", "answer_by", "first_answer", "first_answer_at")
"""The fields of an application that only a move writes."""


@dataclass(frozen=True)
class Submitted:
    """What `submit` gives: the application, and whether it is new."""

    application: Application
    created: bool


@dataclass(frozen=True)
class MailOptions:
    """How the status mail of a move is to be treated: `hold` seconds (None: the usual), own `subject` and `body`."""

    hold: int | None = None
    subject: str = ""
    body: str = ""


@transaction.atomic
def submit(
    *,
    posting_id: UUID,
    person: candidates.Person,
    via: Via,
    actor: Actor,
    message: str = "",
    uploads: Sequence[documents.Upload] = (),
    answers: Sequence[Answered] = (),
    notify: bool = True,
) -> Submitted:
    """Receive one application. The same person on the same posting again becomes a note on the first.

    A closed posting takes only what a member adds by hand. Raises NotVisible (no such posting), Closed, Invalid (person
    or files).
    """
    # Locked, so that a posting closes before or after an application, never in the middle of one; two sendings at
    # once queue here, and the second finds the first.
    posting = (
        Posting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team")
        .filter(pk=posting_id)
        .first()
    )
    if posting is None:
        raise NotVisible(_("There is no such posting."))
    if not posting.is_open and not (via == Via.MANUAL and actor.is_member(posting.team_id)):
        raise Closed(_("This posting is closed: it takes no more applications."))
    candidate = candidates.recognise(person, posting.team)
    files = documents.store_all(candidate, uploads)
    earlier = Application.objects.filter(posting=posting, candidate=candidate).first()
    if earlier is not None:
        earlier.documents.add(
            *files, *(kept.document for kept in questioned.store(candidate, answers) if kept.document)
        )
        words = "\n\n".join(filter(None, [message, *map(str, answers)]))
        said = words or _("The application was sent once more.")
        Note.objects.create(application=earlier, source=NoteSource.CANDIDATE, text=said)
        return Submitted(earlier, created=False)
    now = clock.now()
    application = Application(
        posting=posting,
        candidate=candidate,
        via=via,
        message=message,
        created_at=now,
        state_since=now,
        answer_by=timezone.localdate(now) + timedelta(days=posting.team.answer_days),
    )
    application.save(force_insert=True)
    application.documents.add(*files)
    questioned.keep(application, answers)
    log = _log(application, number=1, action=Action.SUBMIT, actor=actor, at=now, notify=notify)
    application_moved.send(sender=Application, application=application, transition=log, mail=MailOptions())
    return Submitted(application, created=True)


@transaction.atomic
def move(
    *,
    pk: UUID,
    action: str,
    actor: Actor,
    seen: str | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    notify: bool = True,
    mail: MailOptions | None = None,
) -> Transition:
    """Carry one application through one action of the lifecycle; give the row of the log.

    `reason` is a key of `Rejection` for a rejection, else free text; `seen` is the state the caller looked at.
    Raises NotVisible, NotAllowed, Invalid (unknown action or reason), Conflict (somebody moved it since `seen`),
    NotPossible (no such arrow from here) or GuardFailed (with reasons).
    """
    if action == Action.UNDO:
        return undo(pk=pk, actor=actor, seen=seen)
    if action not in policies.MOVES:
        raise Invalid(
            _("There is no action “%(action)s”.") % {"action": str(action)[:50]},
            fields={"action": [str(action)[:50]]},
        )
    application = _lock(pk, actor)
    policies.require(actor, action, application)
    _require_seen(application, seen)
    if not machine.targets(action, application.state):
        raise NotPossible(
            _("“%(action)s” does not exist from “%(state)s”.")
            % {"action": Action(action).label, "state": State(application.state).label},
            state=application.state,
        )
    if action == Action.REJECT:
        _require_rejection(reason, actor)
    application.move_reason = reason
    before = application.snapshot()
    try:
        getattr(application, action)(*([reason] if action == Action.REJECT else []))
    except TransitionNotAllowed as error:
        words, missing = _("Not yet: something is missing."), machine.reasons(application, action)
        raise GuardFailed(words, state=application.state, reasons=missing) from error
    now = clock.now()
    first = application.note_first_answer(action, now)
    if application.state in OPEN:
        application.answer_by = application.promise(clock.today())
    log = _carry(
        application,
        action=Action(action),
        before=before,
        actor=actor,
        at=now,
        first=first,
        reason=reason,
        data=data,
        notify=notify,
        mail=mail,
    )
    if application.state in OFF_PATH:
        meetings.close(application, log, mail.hold if mail else None)
    return log


@transaction.atomic
def undo(*, pk: UUID, actor: Actor, seen: str | None = None) -> Transition:
    """Take the last move back while its mail is still held: the row is as it was, and the log says so.

    Raises NotVisible, NotAllowed, Conflict, or GuardFailed with the reason (too late, or nothing to undo).
    """
    application = _lock(pk, actor)
    policies.require(actor, Action.UNDO, application)
    _require_seen(application, seen)
    last = application.transitions.last()
    why_not = selectors.undo_refusal(actor, last) if last else _("There is no move to undo.")
    if last is None or why_not:
        raise GuardFailed(_("This cannot be undone."), state=application.state, reasons=[why_not or ""])
    before = application.snapshot()
    application.undo(last)
    log = _carry(
        application,
        action=Action.UNDO,
        before=before,
        actor=actor,
        at=clock.now(),
        undoes=last,
        notify=False,
    )
    if last.action in (Action.REJECT, Action.WITHDRAW):
        meetings.give_back(application, last)
    return log


def _lock(pk: UUID, actor: Actor) -> Application:
    """Give the application with its row locked. Raises NotVisible."""
    teams = actor.team_ids
    application = None
    if teams or actor.kind != "user":
        values = {_PK: pk, _OWN: actor.application_id} | dict(zip(_stand_ins(len(teams)), teams, strict=True))
        application = _locking(actor.kind, len(teams)).first(values)
    if application is None:
        raise NotVisible(_("There is no such application."))
    return application


_PK, _OWN = UUID(int=0), UUID(int=1)


def _stand_ins(teams: int) -> list[UUID]:
    """Give as many ids that are nobody's; the same in every thread, or two would mix up what they cache."""
    return [UUID(int=number) for number in range(2, teams + 2)]


@cache
def _locking(kind: Kind, teams: int) -> Prepared[Application]:
    """Give the query that locks what actors of one shape may see, compiled once."""
    shape = Actor(kind=kind, application_id=_OWN, _roles=dict.fromkeys(_stand_ins(teams), ""))
    return Prepared(selectors.visible_to(shape).select_for_update(of=("self",)).filter(pk=_PK))


def _require_seen(application: Application, seen: str | None) -> None:
    if seen is not None and seen != application.state:
        raise Conflict(
            _("Someone has already moved this application: it is now “%(state)s”. You have changed nothing.")
            % {"state": State(application.state).label},
            state=application.state,
        )


def _require_rejection(reason: str, actor: Actor) -> None:
    """Raise unless a person gave a reason from the list."""
    if actor.kind != "user":
        raise NotAllowed(_("Only a person may reject an application."))
    if reason not in Rejection.values:
        words = _("Choose a reason from the list: %(reasons)s.") % {"reasons": ", ".join(Rejection.values)}
        raise Invalid(words, fields={"reason": [words]})


def _carry(
    application: Application,
    *,
    action: Action,
    before: dict[str, Any],
    actor: Actor,
    at: datetime,
    first: bool = False,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    notify: bool = True,
    mail: MailOptions | None = None,
    undoes: Transition | None = None,
) -> Transition:
    """Write the log and the row, and tell the rest of the product."""
    last_number = _last_number(application) if undoes is None else undoes.number
    # The log comes first: the trigger lets a state change only if the last row of the log says so.
    log = _log(
        application,
        number=last_number + 1,
        action=action,
        before=before,
        actor=actor,
        at=at,
        first=first,
        reason=reason,
        data=dict(data or {}),
        notify=notify,
        undoes=undoes,
    )
    application.state_since = at if undoes is None else undoes.was_since or at
    application.save(update_fields=MOVED)
    application_moved.send(sender=Application, application=application, transition=log, mail=mail or MailOptions())
    return log


def _last_number(application: Application) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(number) FROM workflow_transition WHERE application_id = %s", [application.pk])
        return int(cursor.fetchone()[0] or 0)


def _log(
    application: Application, *, actor: Actor, before: Mapping[str, Any] | None = None, **fields: Any
) -> Transition:
    return Transition.objects.create(
        application=application,
        posting_id=application.posting_id,
        to_state=application.state,
        **before or {},
        actor_kind=actor.kind,
        actor=actor.user,
        **fields,
    )
