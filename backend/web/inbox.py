"""What each person sees of mail that waits: to leave, or to be sorted."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from backend.accounts.actors import Actor
from notifications import outbox as letters
from notifications.inbound import sort
from notifications.models import Direction, IncomingMail, Message, Status

TROUBLED = (Status.UNCERTAIN, Status.DEAD)
"""Outgoing messages that wait for a person's decision."""

WAITING = (Status.HELD, Status.CLAIMED, Status.HANDED, Status.UNCERTAIN, Status.DEAD)
"""Outgoing messages that a person may still want to look at."""


def outgoing(actor: Actor) -> QuerySet[Message]:
    """Give the outgoing messages of the actor's teams that have not surely left."""
    return (
        Message.objects.filter(letters.of_teams(actor.team_ids), direction=Direction.OUT, status__in=WAITING)
        .select_related(*letters.WITH_ITS_TEAM)
        .annotate(calm=Case(When(status__in=TROUBLED, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("calm", "due_at", "created_at", "id")
    )


def to_sort(actor: Actor) -> QuerySet[IncomingMail]:
    """Give the mail to be sorted that this person sees, without its raw bytes."""
    return sort.to_sort(actor).select_related("team").defer("raw")
