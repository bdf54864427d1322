"""Who may do what with an application: one dict for buttons, pages and API."""

from __future__ import annotations

from typing import TypedDict

from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import NotAllowed
from workflow.models import ActorKind, Application, Transition
from workflow.states import Action

MOVES = (
    Action.INTERVIEW,
    Action.CONTRACT,
    Action.ONBOARD,
    Action.REJECT,
    Action.WITHDRAW,
    Action.REOPEN,
    Action.UNDO,
)
"""Actions on an application that exists, in the order in which buttons are shown."""


class Abilities(TypedDict):
    """What an actor may do with one application, whatever its state."""

    view: bool
    interview: bool
    contract: bool
    onboard: bool
    reject: bool
    withdraw: bool
    reopen: bool
    undo: bool
    comment: bool
    evaluate: bool
    edit_terms: bool
    write_mail: bool


def abilities(actor: Actor, application: Application) -> Abilities:
    """Give the rights of `actor`: a member acts, a coach reads and comments, a candidate may withdraw their own."""
    team = application.posting.team_id
    member, coach = actor.is_member(team), actor.is_coach(team)
    own = actor.kind == "candidate" and actor.application_id == application.pk
    return {
        "view": team in actor.roles or own or actor.kind == "system",
        "interview": member,
        "contract": member,
        "onboard": member,
        "reject": member,
        "withdraw": member or own,
        "reopen": member,
        "undo": member,
        "comment": member or coach,
        "evaluate": member or coach,
        "edit_terms": member,
        "write_mail": member,
    }


def require(actor: Actor, ability: str, application: Application) -> None:
    """Raise NotAllowed unless `actor` has this ability."""
    if not abilities(actor, application)[ability]:  # type: ignore[literal-required]
        raise NotAllowed(refusal(actor))


def refusal(actor: Actor) -> str:
    """Give the sentence for somebody who sees but may not act."""
    if actor.kind == "user" and not actor.may_write:
        return _("This token may only read. Make one with the scope “write”.")
    return _("Only members of the team may do this.")


def can_take_back(actor: Actor, transition: Transition) -> bool:
    """Say whether the team may undo this move: its own moves; what a candidate decided is reopened, not undone."""
    return transition.actor_kind != ActorKind.CANDIDATE
