"""What each actor sees of applications; every read of the product goes through `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import Team, User
from backend.common import clock
from backend.common.errors import Invalid, NotPossible, NotVisible
from workflow import anonymous, machine, policies, signals
from workflow.models import Application, Transition, link_digest
from workflow.states import Action, State


def visible_to(actor: Actor) -> QuerySet[Application]:
    """Give the applications that exist for `actor`; posting, team and candidate come in the same query.

    Those that a team reads without names are veiled (`workflow.anonymous`), except where they are locked.
    """
    rows = Application.objects.select_related("posting__team", "candidate")
    if actor.kind == "system":
        return rows
    if actor.kind == "candidate":
        return rows.filter(pk=actor.application_id) if actor.application_id else rows.none()
    return anonymous.read(rows.filter(posting__team_id__in=actor.team_ids), anonymous.veil)


def visible_ids(actor: Actor) -> QuerySet[Application, Any]:
    """Give the ids of the applications that exist for `actor`, for use within another query."""
    return visible_to(actor).select_related(None).order_by().values("pk")


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


def people_of(application: Application) -> list[User]:
    """Give who of the team may take part in its interviews, members and coaches."""
    return list(
        User.objects.filter(memberships__team_id=application.posting.team_id, is_active=True).order_by("name", "email")
    )


def transitions_visible_to(actor: Actor) -> QuerySet[Transition]:
    """Give the log rows of visible applications, oldest first."""
    rows = Transition.objects.select_related("actor")
    if actor.kind == "system":
        return rows
    return rows.filter(application__in=visible_ids(actor))


@dataclass(frozen=True)
class Choice:
    """One action as it is offered: to where, whether it may be done now, and if not why."""

    action: Action
    to: State | None
    allowed: bool
    reasons: list[str]


def choices(actor: Actor, application: Application) -> list[Choice]:
    """Give the actions that exist from this state for this actor, blocked ones with the words of their guards."""
    offered = moves(actor, application)
    last = application.transitions.last()
    if policies.abilities(actor, application)["undo"] and last is not None and undo_refusal(actor, last) is None:
        offered.append(Choice(Action.UNDO, State(last.from_state), True, []))
    return offered


def moves(actor: Actor, application: Application) -> list[Choice]:
    """Give the same without undoing; asks nothing of the database where interviews, contracts and tasks are fetched."""
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
    return offered


def action_towards(application: Application, seen: str, target: str) -> Action:
    """Give the action that carries an application from where it was seen to `target`.

    Raises Invalid (no such state) or NotPossible (no arrow leads there, or the last move came from elsewhere).
    """
    if target not in State.values or seen not in State.values:
        raise Invalid(_("There is no state “%(state)s”.") % {"state": target[:50]})
    action = machine.action_between(seen, target)
    if action == Action.UNDO and seen == application.state:
        last = application.transitions.last()
        action = None if last is None or last.from_state != target else action
    if action is None:
        words = _("No step leads from “%(source)s” to “%(target)s”.")
        labels = {"source": State(seen).label, "target": State(target).label}
        raise NotPossible(words % labels, state=application.state)
    return action


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


def of_same_person(actor: Actor, found: Application) -> QuerySet[Application]:
    """Give the other applications of this person that exist for `actor`, in all of the actor's teams, newest first."""
    if found.candidate.veiled:
        return Application.objects.none()
    person = Q(candidate=found.candidate_id)
    if found.candidate.email_key:
        person |= Q(candidate__email_key=found.candidate.email_key)
    others = visible_to(actor).filter(person).exclude(anonymous.hidden())  # to name them would say whose they are
    return others.exclude(pk=found.pk).order_by("-created_at", "id")


def last_move(actor: Actor, team: Team) -> Transition | None:
    """Give the actor's own last move in this team if it can still be undone: what the toast speaks of."""
    since = clock.now() - timedelta(seconds=settings.HOLD_SECONDS)
    moved = Transition.objects.filter(
        application__posting__team=team, actor=actor.user, actor_kind="user", at__gte=since
    ).select_related("application__candidate", "application__posting")
    last = moved.exclude(action=Action.SUBMIT).order_by("-id").first()
    if last is None or not actor.is_member(team.pk) or undo_refusal(actor, last):
        return None
    anonymous.veil(last.application)
    newest = Transition.objects.filter(application=last.application_id).order_by("-number").first()
    return last if newest == last else None
