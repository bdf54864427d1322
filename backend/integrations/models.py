"""Where events go, and each event on its way there."""

from __future__ import annotations

import base64
import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Team
from backend.common import clock
from backend.common.models import Row
from workflow.models import Application, Transition

SECRET_PREFIX = "whsec_"  # noqa: S105 - not a secret: what one begins with


def new_secret() -> str:
    """Give 256 random bits, as the Standard Webhooks specification writes them."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


class Kind(models.TextChoices):
    """What is sent: signed JSON for a program, or a sentence for a chat."""

    SIGNED = "signed", _("signed events, for a program")
    CHAT = "chat", _("sentences, for a Mattermost or Slack channel")


class Event(models.TextChoices):
    """What there is to be told: one event an action of the lifecycle."""

    RECEIVED = "application.received", _("an application arrived")
    INTERVIEWED = "application.interviewed", _("an interview was recorded")
    CONTRACTED = "application.contracted", _("a contract was signed")
    ONBOARDED = "application.onboarded", _("somebody has started")
    REJECTED = "application.rejected", _("an application was rejected")
    WITHDRAWN = "application.withdrawn", _("an application was withdrawn")
    REOPENED = "application.reopened", _("an application was reopened")
    UNDONE = "application.undone", _("a move was taken back")


class Endpoint(Row):
    """An address that a team wants told. `off_at`: nothing is sent there until a person switches it on again.

    The secret is kept as it is: a signature needs it. It is shown once, and for a day after a change the one before
    signs too.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="endpoints")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SIGNED)
    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=30, choices=Event))
    secret = models.CharField(max_length=60, default=new_secret, editable=False)
    secret_before = models.CharField(max_length=60, blank=True, editable=False)
    secret_changed_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    off_at = models.DateTimeField(null=True, blank=True)
    off_why = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="endpoint_kind_known"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="endpoint_has_events"),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        """Give the address without its path, which may be a secret of theirs."""
        return self.url.split("/")[2] if self.url.count("/") > 1 else self.url

    @property
    def is_on(self) -> bool:
        """Say whether it is written to."""
        return self.off_at is None


class Status(models.TextChoices):
    """What is known of a delivery. `given_up`: the endpoint was switched off over it."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    DELIVERED = "delivered", _("delivered")
    GIVEN_UP = "given_up", _("given up")


class Delivery(Row):
    """One event for one endpoint; its id is the event's, the same at every try. A row of the outbox for programs.

    `body` is what is sent, to the byte. Of one application and endpoint, the one with a lower `number` goes first.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=30)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField(default=0, help_text="the transition’s: counts one application’s moves from 1")
    body = models.TextField()

    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True, help_text="what the other side said at the last try")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "transition"], name="delivery_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="delivery_status_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status=Status.WAITING), name="delivery_due"),
            models.Index(fields=["lease_until"], condition=Q(status=Status.SENDING), name="delivery_leased"),
            models.Index(
                fields=["endpoint", "application", "number"],
                condition=~Q(status=Status.DELIVERED),
                name="delivery_in_order",
            ),
            models.Index(fields=["endpoint", "-created_at"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint_id} ({self.status})"

    @property
    def label(self) -> str:
        """Give what happened, in words."""
        return str(Event(self.event).label if self.event in Event.values else _("a test"))
