"""Checklist templates for the time between contract and arrival: the team's own, else its incubator's, else ours.

A template is copied when a contract is signed: what is changed in it later changes no checklist that is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts import teams
from backend.accounts.actors import Actor
from backend.accounts.models import Incubator, Team
from backend.common import clock
from backend.common.errors import Invalid, NotAllowed, NotVisible
from workflow.models import Application, OnboardingTask, TaskOwner
from workflow.states import Action

MOST, LONGEST, FURTHEST = 30, 200, 366
USUAL = (  # what, by whom, and by how many days after the start
    (gettext_lazy("Have the contract signed"), TaskOwner.TEAM, -10),
    (gettext_lazy("Create the accounts: mail, chat, code"), TaskOwner.TEAM, -5),
    (gettext_lazy("Have a computer ready"), TaskOwner.TEAM, -5),
    (gettext_lazy("Say who welcomes on the first day"), TaskOwner.TEAM, -3),
    (gettext_lazy("Invite to the team’s meetings"), TaskOwner.TEAM, -1),
    (gettext_lazy("Send the papers the contract asks for"), TaskOwner.CANDIDATE, -7),
    (gettext_lazy("Plan a talk after one month"), TaskOwner.COACH, 30),
)


@dataclass(frozen=True)
class Line:
    """One task of a template: what, by whom, how many days after the start (before it: below zero), and whether the
    arrival waits for it."""

    title: str
    owner: str = TaskOwner.TEAM
    days: int = 0
    required: bool = True

    def due(self, start: dt.date | None) -> dt.date | None:
        """Give its day; what the days before the start no longer hold is due today: nobody begins late."""
        return max(start + dt.timedelta(days=self.days), clock.today()) if start else None


def own(of: Team | Incubator | None) -> list[Line]:
    """Give the template that a team or an incubator wrote; none where it wrote none."""
    return [Line(**line) for line in of.checklist] if of is not None else []


def written_for(team: Team) -> list[Line]:
    """Give the team's own template, else that of its incubator; none where nobody wrote one."""
    return own(team) or own(team.incubator)


def usual() -> list[Line]:
    """Give ours, in the active language."""
    return [Line(str(title), owner, days, owner != TaskOwner.COACH) for title, owner, days in USUAL]


def of_team(team: Team) -> list[Line]:
    """Give what a checklist of this team begins with, in its language."""
    with translation.override(team.language):
        return written_for(team) or usual()


@transaction.atomic
def keep(*, team_id: UUID, actor: Actor, lines: Sequence[Line]) -> Team:
    """Keep a team's own template; an empty one gives way to the incubator's. Raises NotVisible, NotAllowed, Invalid."""
    team = teams.lock(team_id, actor)
    team.checklist = _kept(lines)
    team.save(update_fields=["checklist"])
    return team


@transaction.atomic
def keep_for_incubator(*, team_id: UUID, actor: Actor, lines: Sequence[Line]) -> Incubator:
    """Keep the template of a team's incubator, which holds for all its teams without one. For coaches of the team.

    Raises NotVisible (no such team, or it has no incubator), NotAllowed, Invalid.
    """
    if team_id not in actor.roles:
        raise NotVisible(_("There is no such team."))
    incubator = Incubator.objects.select_for_update().filter(teams=team_id).first()
    if incubator is None:
        raise NotVisible(_("This team belongs to no incubator."))
    if not actor.is_coach(team_id):
        raise NotAllowed(_("Only coaches may change what holds for all teams of the incubator."))
    incubator.checklist = _kept(lines)
    incubator.save(update_fields=["checklist"])
    return incubator


def _kept(lines: Sequence[Line]) -> list[dict[str, Any]]:
    if len(lines) > MOST:
        raise Invalid(_("A checklist has %(most)d tasks at most.") % {"most": MOST})
    for line in lines:
        if not line.title or len(line.title) > LONGEST or line.owner not in TaskOwner.values:
            raise Invalid(_("A task has a name of at most %(limit)d characters.") % {"limit": LONGEST})
        if abs(line.days) > FURTHEST:
            raise Invalid(_("A task is due within a year of the start."))
    return [asdict(line) | {"owner": str(line.owner)} for line in lines]


def begin(*, application: Application, transition: Any, **_signal: Any) -> None:
    """Copy the written template onto an application whose contract is signed and whose checklist is still empty."""
    if transition.action != Action.CONTRACT or application.onboarding_tasks.exists():
        return
    contract = application.contracts.first()
    OnboardingTask.objects.bulk_create(
        OnboardingTask(
            application=application,
            title=line.title,
            owner=line.owner,
            required=line.required,
            due=line.due(contract.start if contract else None),
            position=place,
        )
        for place, line in enumerate(written_for(application.team))
    )
