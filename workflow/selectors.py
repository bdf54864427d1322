"""What each actor sees of applications; every read of the product goes through `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import clock
from backend.common.errors import NotVisible
from workflow import machine, policies, signals
from workflow.models import Application, Transition, link_digest
from workflow.states import Action, State


def visible_to(actor: Actor) -> QuerySet[Application]:
    """Give the applications that exist for `actor`; posting, team and candidate come in the same query."""
    rows = Application.objects.select_related("posting__team", "candidate")
    if actor.kind == "system":
        return rows
    if actor.kind == "candidate":
        return rows.filter(pk=actor.application_id) if actor.application_id else rows.none()
    return rows.filter(posting__team_id__in=actor.team_ids)


def application(pk: UUID | str, actor: Actor) -> Application:
    """Give one application. Raises NotVisible if it does not exist for `actor`."""
    found = visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such application."))
    return found


def application_by_link(token: str) -> Application:
    """Give the application that a candidate's link opens. Raises NotVisible."""
    found = visible_to(Actor(kind="system")).filter(link_digest=link_digest(token)).first()
    if found is None:
        raise NotVisible(_("This link opens no application."))
    return found


def transitions_visible_to(actor: Actor) -> QuerySet[Transition]:
    """Give the log rows of visible applications, oldest first."""
    rows = Transition.objects.select_related("actor")
    if actor.kind == "system":
        return rows
    return rows.filter(application__in=visible_to(actor).select_related(None).values("pk"))


@dataclass(frozen=True)
class Choice:
    """One action as it is offered: to where, whether it may be done now, and if not why."""

    action: Action
    to: State | None
    allowed: bool
    reasons: list[str]


def choices(actor: Actor, application: Application) -> list[Choice]:
    """Give the actions that exist from this state for this actor, blocked ones with the words of their guards."""
    rights = policies.abilities(actor, application)
    offered = []
    for action in policies.MOVES:
        if action == Action.UNDO or not rights[action.value]:  # type: ignore[literal-required]
            continue
        arrows = machine.targets(action, application.state)
        if not arrows:
            continue
        target = State(application.left_state) if action == Action.REOPEN else arrows[0]
        reasons = machine.reasons(application, action)
        offered.append(Choice(action, target, not reasons, reasons))
    last = application.transitions.last()
    if rights["undo"] and last is not None and undo_refusal(actor, last) is None:
        offered.append(Choice(Action.UNDO, State(last.from_state), True, []))
    return offered


def undo_until(transition: Transition) -> datetime:
    """Give the moment until which a move can be taken back."""
    return transition.at + timedelta(seconds=settings.HOLD_SECONDS)


def undo_refusal(actor: Actor, last: Transition) -> str | None:
    """Give why the last move cannot be taken back, or None when it can."""
    if last.action in (Action.SUBMIT, Action.UNDO):
        return _("There is no move to undo.")
    if not policies.can_take_back(actor, last):
        return _("The candidate decided this: reopen the application instead.")
    if clock.now() >= undo_until(last):
        return _("The time to undo has passed.")
    answers = (words for _receiver, words in signals.undo_asked.send(sender=Application, transition=last))
    return next((words for words in answers if words), None)
