"""What candidates wrote and nobody of the team has taken up since."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from backend.accounts.models import Team
from notifications import catalog
from notifications.models import Direction, Message, Status
from workflow.models import ActorKind, Transition
from workflow.states import Action

WRITTEN = Q(kind=catalog.Reply.key) & ~Q(status=Status.DISCARDED)
"""What a member wrote back by hand, and has not taken back."""


def counts(applications: Iterable[UUID]) -> dict[UUID, int]:
    """Give how many mails of each application wait for the team, those with none left out; one query.

    A mail waits until a member has written back by hand or moved the application. The mail that made the application
    does not count: the whole application waits. Whoever calls has made sure that the actor may see these.
    """
    same, since = OuterRef("application"), OuterRef("created_at")
    by_team = Q(actor_kind=ActorKind.USER) | Q(action=Action.SUBMIT)
    moved = Transition.objects.filter(by_team, application=same, at__gte=since)
    answered = Message.objects.filter(WRITTEN, application=same, created_at__gte=since)
    waiting = Message.objects.filter(application__in=list(applications), direction=Direction.IN)
    waiting = waiting.exclude(Exists(moved) | Exists(answered)).order_by()
    return dict(waiting.values_list("application").annotate(Count("pk")))


def mark(team: Team) -> str:
    """Give a short text that changes when a mail of a team comes in or is answered by hand; one query."""
    mails = Message.objects.filter(application__posting__team=team)
    found = mails.aggregate(came=Count("pk", filter=Q(direction=Direction.IN)), written=Count("pk", filter=WRITTEN))
    return f"{found['came']}.{found['written']}"
