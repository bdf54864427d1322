"""Makers of rows for tests. Applications come in by `services.submit`, as everywhere: the database takes no other."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from django.utils import timezone

from backend.accounts import actors
from backend.accounts.models import Membership, Role, Team, User
from backend.hiring import importing
from backend.hiring.candidates import Person
from backend.hiring.models import ContractKind, Posting, PostingStatus
from workflow import services
from workflow.models import Application, Contract, Interview, InterviewStatus, OnboardingTask
from workflow.states import Action, State, Via

_count = itertools.count(1)


def team(**fields: Any) -> Team:
    """Make a team."""
    n = next(_count)
    return Team.objects.create(**{"name": f"Équipe {n}", "slug": f"equipe-{n}"} | fields)


def user(*teams: Team, role: str = Role.MEMBER, **fields: Any) -> User:
    """Make a user with one role in each of `teams`."""
    n = next(_count)
    made = User.objects.create_user(**{"email": f"personne-{n}@equipe.example", "name": f"Personne {n}"} | fields)
    Membership.objects.bulk_create([Membership(user=made, team=t, role=role) for t in teams])
    return made


def member(*teams: Team) -> actors.Actor:
    """Make somebody who acts for `teams`."""
    return actors.of_user(user(*teams))


def coach(*teams: Team) -> actors.Actor:
    """Make somebody who coaches `teams`."""
    return actors.of_user(user(*teams, role=Role.COACH))


def posting(of: Team | None = None, **fields: Any) -> Posting:
    """Make an open posting."""
    n = next(_count)
    made = Posting.objects.create(
        **{
            "team": of or team(),
            "slug": f"poste-{n}",
            "title": f"Développeuse ou développeur {n}",
            "status": PostingStatus.OPEN,
            "body": "## La mission\n\nConstruire avec nous.",
        }
        | fields
    )
    importing.log_status(made, None)
    return made


def person(**fields: Any) -> Person:
    """Make what a candidate says of themselves."""
    n = next(_count)
    return Person(**{"name": f"Camille Exemple {n}", "email": f"camille-{n}@courrier.example"} | fields)


def application(to: Posting | None = None, *, state: str = State.RECEIVED, **fields: Any) -> Application:
    """Make an application and carry it, by the service and with everything the guards need, to `state`.

    `fields` are those of `Person`, and `message`, `uploads` and `via` of the service.
    """
    to = to or posting()
    sending = {key: fields.pop(key) for key in ("message", "uploads") if key in fields}
    via = fields.pop("via", Via.FORM)
    made = services.submit(
        posting_id=to.pk, person=person(**fields), via=via, actor=actors.of_candidate(to.pk), **sending
    ).application
    return carry(made, state)


ROAD: dict[str, tuple[str, ...]] = {
    State.RECEIVED: (),
    State.INTERVIEWED: (Action.INTERVIEW,),
    State.CONTRACTED: (Action.INTERVIEW, Action.CONTRACT),
    State.ONBOARDED: (Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD),
    State.REJECTED: (Action.REJECT,),
    State.WITHDRAWN: (Action.WITHDRAW,),
}


def carry(made: Application, state: str) -> Application:
    """Carry a received application to `state` by a member made for this."""
    actor = member(made.posting.team)
    for action in ROAD[state]:
        prepare(made, action)
        services.move(pk=made.pk, action=action, actor=actor, reason="other_choice" if action == Action.REJECT else "")
    return Application.objects.select_related("posting__team", "candidate").get(pk=made.pk)


def prepare(made: Application, action: str) -> None:
    """Make whatever the guards of `action` ask for."""
    if action == Action.INTERVIEW:
        held_interview(made)
    elif action == Action.CONTRACT:
        contract(made)
    elif action == Action.ONBOARD:
        made.onboarding_tasks.update(done_at=timezone.now())


def held_interview(of: Application, **fields: Any) -> Interview:
    """Make an interview that took place yesterday."""
    at = timezone.now() - dt.timedelta(days=1)
    return Interview.objects.create(**{"application": of, "at": at, "status": InterviewStatus.HELD} | fields)


def contract(of: Application, **fields: Any) -> Contract:
    """Make complete terms that have begun."""
    return Contract.objects.create(
        **{
            "application": of,
            "kind": ContractKind.FREELANCE,
            "day_rate": Decimal(550),
            "days_per_week": Decimal(4),
            "start": timezone.localdate(),
            "months": 3,
        }
        | fields
    )


def task(of: Application, **fields: Any) -> OnboardingTask:
    """Make a required onboarding task that is still to do."""
    return OnboardingTask.objects.create(**{"application": of, "title": "Créer les comptes"} | fields)
