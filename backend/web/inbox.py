"""What each person sees of mail that waits: to leave, or to be sorted."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from backend.accounts.actors import Actor
from notifications.models import Direction, IncomingMail, Message, Outcome, Status

TROUBLED = (Status.UNCERTAIN, Status.DEAD)
"""Outgoing messages that wait for a person's decision."""

WAITING = (Status.HELD, Status.CLAIMED, Status.HANDED, Status.UNCERTAIN, Status.DEAD)
"""Outgoing messages that a person may still want to look at."""


def outgoing(actor: Actor) -> QuerySet[Message]:
    """Give the outgoing messages of the actor's teams that have not surely left."""
    return (
        Message.objects.filter(
            direction=Direction.OUT, status__in=WAITING, application__posting__team_id__in=actor.team_ids
        )
        .select_related("application__posting__team", "application__candidate")
        .annotate(calm=Case(When(status__in=TROUBLED, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("calm", "due_at", "created_at", "id")
    )


def to_sort(actor: Actor) -> QuerySet[IncomingMail]:
    """Give the mail to be sorted: of the actor's teams and, for an administrator, of no team."""
    mine = Q(team_id__in=actor.team_ids)
    if actor.user is not None and actor.user.is_admin and actor.team_id is None:
        mine |= Q(team__isnull=True)
    return IncomingMail.objects.filter(mine, outcome=Outcome.TRIAGE).select_related("team").defer("raw")
