"""The only thing that has a state, and the private link of the person behind it."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from backend.accounts.models import Team
from backend.common import clock, tokens
from backend.common.models import Row
from backend.hiring.models import Candidate, Document, Posting
from workflow import machine
from workflow.states import OFF_PATH, OPEN, OWED, FirstAnswer, Rejection, State, Via

if TYPE_CHECKING:
    from workflow.models.contracts import Contract

TAG_LENGTH = 40
LINK_SALT = "workflow.candidate-link"


def link_digest(token: str) -> str:
    """Give what is stored of a candidate's link: an HMAC, so that the database alone opens no page."""
    return tokens.digest(LINK_SALT, token)


def new_link_key() -> str:
    """Give 128 random bits, from which (with the secret key) an application's link is derived."""
    return secrets.token_hex(16)


class Application(FSMModelMixin, machine.Lifecycle, Row):
    """One candidate for one posting; the only thing that has a state.

    Only `workflow.services` writes `state` and the five fields below it; the database refuses what it does not know.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="applications")
    documents = models.ManyToManyField(Document, blank=True, related_name="applications")
    number = models.PositiveIntegerField(editable=False, help_text="its place among those for the posting, from 1")
    via = models.CharField(max_length=6, choices=Via, default=Via.MANUAL)
    message = models.TextField(_("message"), blank=True)
    answer_by = models.DateField(_("answer promised by"))

    tags = ArrayField(models.CharField(max_length=TAG_LENGTH), default=list, blank=True)

    state = machine.state_field
    state_since = models.DateTimeField(default=timezone.now)
    left_state = models.CharField(max_length=11, blank=True, choices=[(s.value, s.label) for s in OPEN])
    rejection = models.CharField(max_length=20, blank=True, choices=Rejection)

    first_answer = models.CharField(max_length=8, blank=True, choices=FirstAnswer, editable=False)
    first_answer_at = models.DateTimeField(null=True, editable=False)

    met_at = models.DateTimeField(null=True, editable=False, help_text="when the first interview was noted as held")

    link_key = models.CharField(max_length=32, default=new_link_key, editable=False)
    link_digest = models.CharField(max_length=64, unique=True, editable=False)

    move_reason = ""  # what was said with the move under way; a guard may ask for it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["posting", "candidate"], name="application_once"),
            models.UniqueConstraint(fields=["posting", "number"], name="application_number_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OFF_PATH, left_state__in=OPEN) | (~Q(state__in=OFF_PATH) & Q(left_state="")),
                name="application_left_state",
            ),
            models.CheckConstraint(
                condition=Q(first_answer="", first_answer_at__isnull=True)
                | Q(first_answer__in=FirstAnswer.values, first_answer_at__isnull=False),
                name="application_first_answer",
            ),
            models.CheckConstraint(
                condition=Q(state=State.REJECTED, rejection__in=Rejection.values)
                | (~Q(state=State.REJECTED) & Q(rejection="")),
                name="application_rejection",
            ),
        ]
        indexes = [
            models.Index(fields=["posting", "state", "state_since"], name="application_board"),
            models.Index(fields=["-created_at", "id"], name="application_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} → {self.posting}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the digest of the link, and the next number of its posting."""
        if self.number is None:
            last = Application.objects.filter(posting=self.posting_id).aggregate(last=models.Max("number"))["last"]
            self.number = (last or 0) + 1
        if not self.link_digest:
            self.link_digest = link_digest(self.link_token)
        super().save(*args, **kwargs)

    @property
    def link_token(self) -> str:
        """Give the secret part of the candidate's link, 160 bits; derived, so that it is stored nowhere."""
        return tokens.derive(LINK_SALT, self.pk, self.link_key)

    @property
    def link(self) -> str:
        """Give the address of the candidate's own page. For the candidate's eyes only."""
        return f"{settings.SITE_URL}/c/{self.link_token}/"

    @property
    def team(self) -> Team:
        """Give the team that decides."""
        return self.posting.team

    @property
    def is_late(self) -> bool:
        """Say whether a promise is broken: the team owes an answer, and its day has passed."""
        return self.state in OWED and self.answer_by < clock.today()

    @property
    def terms(self) -> Contract | None:
        """Give the terms of the contract, its renewals apart; asks nothing where contracts are fetched already."""
        return next(iter(self.contracts.all()), None)

    def snapshot(self) -> dict[str, Any]:
        """Give what the log keeps of the row before it moves, by its names there; an undo restores it."""
        return {
            "from_state": str(self.state),
            "was_since": self.state_since,
            "was_answer_by": self.answer_by,
            "was_left_state": self.left_state,
            "was_rejection": self.rejection,
        }

    def note_first_answer(self, action: str, at: datetime) -> bool:
        """Keep how the first answer came, if the move of `at` is the first; say whether it is.

        Called before the promise is renewed.
        """
        if self.first_answer:
            return False
        self.first_answer = FirstAnswer.of(action, clock.day(at), self.answer_by)
        self.first_answer_at = at
        return True

    def promise(self, today: date) -> date:
        """Give the day by which an answer is promised if the application moves today; a promise never comes forward."""
        return max(self.answer_by, today + timedelta(days=self.team.answer_days))
