"""What each person sees of mail that waits: to leave, or to be sorted."""

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from backend.accounts.actors import Actor
from notifications import outbox as letters
from notifications.inbound import sort
from notifications.models import Direction, IncomingMail, Message, Status

TROUBLED = (Status.UNCERTAIN, Status.DEAD)
"""Outgoing messages that wait for a person's decision."""

WAITING = (Status.HELD, Status.CLAIMED, Status.HANDED, Status.UNCERTAIN, Status.DEAD)
"""Outgoing messages that a person may still want to look at."""

OVER = (Status.SENT, Status.DISCARDED)
"""Outgoing messages that nobody has to look at any more."""

SHOWN: list[tuple[str, Promise]] = [
    ("", pgettext_lazy("mails", "Not sent yet")),
    (Status.HELD, pgettext_lazy("mails", "Waiting to leave")),
    (Status.UNCERTAIN, pgettext_lazy("mails", "Perhaps sent")),
    (Status.DEAD, pgettext_lazy("mails", "Could not be sent")),
    (Status.SENT, pgettext_lazy("mails", "Sent")),
    (Status.DISCARDED, pgettext_lazy("mails", "Taken back")),
]
"""What the outbox may be asked for; nothing asked is what waits."""


def outgoing(actor: Actor, *, status: str = "", team: str = "", kind: str = "") -> QuerySet[Message]:
    """Give outgoing messages of the actor's teams: those that have not surely left, or those of one status, newest
    first; of the team with this slug, of this kind."""
    rows = _narrowed(actor, team=team, kind=kind).filter(status__in=[status] if status else WAITING)
    order = ["-created_at", "id"] if status in OVER else ["calm", "due_at", "created_at", "id"]
    return (
        rows.select_related(*letters.WITH_ITS_TEAM)
        .annotate(calm=Case(When(status__in=TROUBLED, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by(*order)
    )


def counted(actor: Actor, *, team: str, kind: str) -> list[tuple[str, Promise, int]]:
    """Give what the outbox may show, with how many there are: the value to ask for, its words, the number."""
    found = _narrowed(actor, team=team, kind=kind).order_by().values_list("status").annotate(Count("pk"))
    numbers = dict(found)
    waiting = sum(numbers.get(status, 0) for status in WAITING)
    return [(value, words, numbers.get(value, 0) if value else waiting) for value, words in SHOWN]


def _narrowed(actor: Actor, *, team: str, kind: str) -> QuerySet[Message]:
    rows = letters.visible_to(actor).filter(letters.of_teams(actor.team_ids), direction=Direction.OUT)
    if team:
        about = Q(application__posting__team__slug=team) | Q(posting__team__slug=team)
        rows = rows.filter(about | Q(invitation__team__slug=team))
    return rows.filter(kind=kind) if kind else rows


def to_sort(actor: Actor) -> QuerySet[IncomingMail]:
    """Give the mail to be sorted that this person sees, without its raw bytes."""
    return sort.to_sort(actor).select_related("team").defer("raw")
