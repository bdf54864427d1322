"""The append-only log of moves."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.hiring.models import Posting
from workflow import machine
from workflow.models.application import Application
from workflow.states import OPEN, Action, Rejection, State


def _legal_moves() -> Q:
    """Give the CHECK of the log: exactly the arrows of the lifecycle."""
    legal = Q()
    for edge in machine.edges():
        legal |= Q(
            action=edge.action.value,
            from_state=edge.source.value if edge.source else "",
            to_state=edge.target.value,
        )
    return legal


class ActorKind(models.TextChoices):
    """Who moved an application."""

    USER = "user", _("team")
    CANDIDATE = "candidate", _("candidate")
    SYSTEM = "system", _("Jalon")


class Transition(models.Model):
    """One row of the append-only log. The database refuses UPDATE and DELETE.

    `number` counts the moves of one application from 1; the `was_` fields say how the row was before, for an undo and
    for reports: nothing where it was not yet there. `first` marks the first move after the reception, and the next one
    where that was taken back. `undoes` is the transition that this one takes back. `posting` is that of the
    application, which never has another: reports find the moves of a team by it.
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="transitions",
        db_index=False,  # `transition_number` begins with it
    )
    posting = models.ForeignKey(
        Posting,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,  # `transition_leaves` begins with it
        db_constraint=False,  # the database compares it with the application's own
    )
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=9, choices=Action)
    from_state = models.CharField(max_length=11, blank=True, choices=State)
    to_state = models.CharField(max_length=11, choices=State)
    actor_kind = models.CharField(max_length=9, choices=ActorKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    notify = models.BooleanField(default=True)
    first = models.BooleanField(default=False, editable=False)
    was_since = models.DateTimeField(null=True, help_text="since when it stood at `from_state`")
    was_answer_by = models.DateField(null=True, help_text="by when an answer was promised")
    was_left_state = models.CharField(max_length=11, blank=True, choices=[(s.value, s.label) for s in OPEN])
    was_rejection = models.CharField(max_length=20, blank=True, choices=Rejection)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="transition_number", include=["id", "action", "to_state", "at"]
            ),
            models.CheckConstraint(condition=_legal_moves(), name="transition_legal"),
            models.CheckConstraint(
                condition=Q(action=Action.UNDO, undoes__isnull=False)
                | (~Q(action=Action.UNDO) & Q(undoes__isnull=True)),
                name="transition_undoes",
            ),
            models.CheckConstraint(
                condition=Q(actor_kind=ActorKind.USER, actor__isnull=False)
                | (~Q(actor_kind=ActorKind.USER) & Q(actor__isnull=True)),
                name="transition_actor",
            ),
        ]

        indexes = [
            models.Index(
                fields=["posting"],
                include=["application", "id", "action", "from_state", "at", "was_since"],
                condition=(Q(from_state=OPEN[0]) | Q(from_state=OPEN[1]) | Q(from_state=OPEN[2]))
                & ~Q(action=Action.UNDO),
                name="transition_leaves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number} {self.action}"
