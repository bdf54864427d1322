"""Messages: the outbox and the timeline's mail; and every mail that ever came in, with what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Invitation, Membership, Team, User
from backend.common.models import Row
from backend.hiring.models import Posting
from workflow.models import Application, Contract, Interview, Transition


class Direction(models.TextChoices):
    """Whether a message leaves or arrived."""

    OUT = "out", _("sent by us")
    IN = "in", _("received")


class Status(models.TextChoices):
    """What is known of a message.

    held → (due) → claimed → handed → sent; `claimed` is safe to send again, `handed` is not: a process that dies there
    leaves the message `uncertain`.
    """

    HELD = "held", _("waiting to leave")
    CLAIMED = "claimed", _("being sent")
    HANDED = "handed", _("handed to the mail server")
    SENT = "sent", _("sent")
    UNCERTAIN = "uncertain", _("perhaps sent")
    DEAD = "dead", _("not sent: refused, or given up after a day of attempts")
    DISCARDED = "discarded", _("not sent: taken back")
    RECEIVED = "received", _("received")


class Arrival(models.TextChoices):
    """What came back of a mail after it had left; nothing for most."""

    DEFERRED = "deferred", _("on its way: their server makes it wait")
    DELIVERED = "delivered", _("taken by their server")
    REJECTED = "rejected", _("refused by the provider")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as unwanted")


ABOUT = ("application", "posting", "invitation", "member")


def _about_one_thing() -> Q:
    """Give the CHECK of a message: about one thing; without an application, outgoing and of no move."""
    whole = Q()
    for one in ABOUT:
        rest: dict[str, bool | str] = {f"{other}__isnull": True for other in ABOUT if other != one}
        if one != "application":
            rest |= {"transition__isnull": True, "direction": Direction.OUT}
        whole |= Q(**{f"{one}__isnull": False}, **rest)
    return whole


class Message(Row):
    """One e-mail: on an application's timeline, about a posting, or an invitation. What leaves is a row of the outbox.

    About a posting, without an application: the polite answer to somebody who wrote too late, once a person. To a
    `member` of the team: what they chose to be told; it goes with them when they leave the team.

    `body` is plain text; the private link of the candidate stands in it as a mark that only the wire replaces, so
    that neither the team nor the database ever holds it.
    """

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=40, help_text="key of the catalogue, or “incoming”")
    interview = models.ForeignKey(Interview, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    status = models.CharField(max_length=9, choices=Status)
    language = models.CharField(max_length=2, default="fr")
    sender = models.CharField(max_length=320, blank=True)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(_("subject"), max_length=500)
    body = models.TextField(_("text"))
    edited = models.BooleanField(default=False)
    message_id = models.CharField(max_length=500, unique=True)
    in_reply_to = models.CharField(max_length=500, blank=True)

    due_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="what the mail server said, or why it is uncertain")
    arrival = models.CharField(max_length=10, choices=Arrival, blank=True)
    provider_id = models.CharField(max_length=200, blank=True, help_text="the mail provider’s own name for it")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["transition", "recipient", "kind"], name="message_once"),
            models.UniqueConstraint(fields=["posting", "recipient", "kind"], name="message_once_a_posting"),
            models.CheckConstraint(
                condition=_about_one_thing(),
                name="message_about_one_thing",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="message_status_known"),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN, status=Status.RECEIVED)
                | (Q(direction=Direction.OUT) & ~Q(status=Status.RECEIVED)),
                name="message_direction",
            ),
            models.CheckConstraint(condition=Q(arrival__in=["", *Arrival.values]), name="message_arrival_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.HELD) | Q(due_at__isnull=False), name="message_held_is_due"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status=Status.HELD), name="message_due"),
            models.Index(
                fields=["lease_until"],
                condition=Q(status__in=[Status.CLAIMED, Status.HANDED]),
                name="message_leased",
            ),
            models.Index(fields=["application", "created_at"], name="message_timeline"),
            models.Index(fields=["sent_at"], name="message_sent_at"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_provider_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient} ({self.status})"

    @property
    def team(self) -> Team:
        """Give the team for which it leaves, or to which it came."""
        if self.invitation is not None:
            return self.invitation.team
        about = self.application.posting if self.application is not None else self.member or self.posting
        assert about is not None  # a CHECK of the database
        return about.team


class Topic(models.TextChoices):
    """What the people of a team may want to be told."""

    ARRIVED = "arrived", _("A new application")
    ANSWERED = "answered", _("An answer from a candidate")
    MOVED = "moved", _("A move made by someone else")
    TROUBLE = "trouble", _("An e-mail to a candidate that was refused, perhaps sent, or came back")
    RENEWAL = "renewal", _("A contract that ends in 30 days, then in 15")
    NAMED = "named", _("A note that mentions me")
    WAITING = "waiting", _("What waits: promised answers, interviews tomorrow, evaluations to hand in, late tasks")


class How(models.TextChoices):
    """When somebody is told."""

    NOW = "now", _("at once")
    DIGEST = "digest", _("in one e-mail a day")
    NOT = "not", pgettext_lazy("notification", "not at all")


class Choice(Row):
    """When one person wants to be told of one topic, in all of their teams."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="choices")
    topic = models.CharField(max_length=8, choices=Topic)
    how = models.CharField(max_length=6, choices=How)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="choice_once")]
        indexes = [models.Index(fields=["topic"], condition=Q(how=How.NOW), name="choice_now")]

    def __str__(self) -> str:
        return f"{self.user}: {self.topic} {self.how}"


class Digest(Row):
    """That a member’s day was looked at, whether or not there was something to tell; `created_at` is up to when."""

    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.member} {self.day}"


class RenewalAlert(Row):
    """That the end of a contract was told of, so many days ahead; another end is told of anew."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="alerts")
    ends = models.DateField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "ends", "days"], name="renewal_alert_once")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.ends} {self.days}"


class Outcome(models.TextChoices):
    """What became of a mail that came in; each has exactly one."""

    APPLICATION = "application", _("application")
    REPLY = "reply", _("reply")
    BOUNCE = "bounce", _("bounce")
    AUTOMATIC = "automatic", _("automatic answer")
    DUPLICATE = "duplicate", _("duplicate")
    TRIAGE = "triage", _("to be sorted")
    REFUSED = "refused", _("refused")


class IncomingMail(Row):
    """One mail as it arrived, byte for byte, and its outcome. The same Message-ID is taken once."""

    message_id = models.CharField(max_length=500, unique=True)
    raw = models.BinaryField()
    sender_name = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    recipients = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome)
    reason = models.TextField(blank=True)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="incoming_mail")
    posting = models.ForeignKey(Posting, on_delete=models.SET_NULL, null=True, blank=True, related_name="incoming_mail")
    application = models.ForeignKey(
        Application, on_delete=models.SET_NULL, null=True, blank=True, related_name="incoming_mail"
    )
    copies = models.PositiveIntegerField(default=0, help_text="how often the same message came again")
    doubt = models.TextField(blank=True, help_text="why it had to be sorted, once a person has sorted it")
    placed = models.JSONField(default=dict, blank=True, help_text="what a person’s decision made, to take it back")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "id"]
        indexes = [models.Index(fields=["team", "outcome", "-created_at"], name="incoming_by_outcome")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"


class IntakeRule(Row):
    """What a person taught: mail to this address is for this posting. An address means one posting of a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="intake_rules")
    address = models.CharField(max_length=320, help_text="in lower case")
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="intake_rules")
    taught_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["address", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "address"], name="intake_rule_once")]

    def __str__(self) -> str:
        return f"{self.address} → {self.posting}"


class MailboxPoll(models.Model):
    """When a mailbox was last read, and what went wrong; by its name, which holds no password."""

    name = models.CharField(max_length=500, primary_key=True)
    polled_at = models.DateTimeField()
    trouble = models.TextField(blank=True)
    trying = models.CharField(max_length=20, blank=True, help_text="UID of the message that a poll began and not ended")

    def __str__(self) -> str:
        return self.name


class MailboxItem(Row):
    """A mail kept by the in-app mailbox, where no mail server is configured. Shown to administrators."""

    envelope_from = models.CharField(max_length=320, blank=True)
    recipients = models.JSONField(default=list)
    message_id = models.CharField(max_length=500, blank=True, db_index=True)
    subject = models.CharField(max_length=500, blank=True)
    raw = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.subject
