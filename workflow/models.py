"""Applications, their log, and what the guards look at: interviews, contracts, onboarding tasks."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from backend.accounts.models import Team
from backend.common.models import Row
from backend.hiring.models import Candidate, ContractKind, Document, Posting, Question, QuestionKind
from workflow import machine
from workflow.states import OFF_PATH, OPEN, Action, Rejection, State, Via

LINK_SALT = "workflow.candidate-link"


def link_digest(token: str) -> str:
    """Give what is stored of a candidate's link: an HMAC, so that the database alone opens no page."""
    return salted_hmac(LINK_SALT + ".digest", token, algorithm="sha256").hexdigest()


def new_link_key() -> str:
    """Give 128 random bits, from which (with the secret key) an application's link is derived."""
    return secrets.token_hex(16)


class Application(FSMModelMixin, machine.Lifecycle, Row):
    """One candidate for one posting; the only thing that has a state.

    Only `workflow.services` writes `state` and the three fields below it; the database refuses what it does not know.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="applications")
    documents = models.ManyToManyField(Document, blank=True, related_name="applications")
    via = models.CharField(max_length=6, choices=Via, default=Via.MANUAL)
    message = models.TextField(_("message"), blank=True)
    answer_by = models.DateField(_("answer promised by"))

    state = machine.state_field
    state_since = models.DateTimeField(default=timezone.now)
    left_state = models.CharField(max_length=11, blank=True, choices=[(s.value, s.label) for s in OPEN])
    rejection = models.CharField(max_length=20, blank=True, choices=Rejection)

    link_key = models.CharField(max_length=32, default=new_link_key, editable=False)
    link_digest = models.CharField(max_length=64, unique=True, editable=False)

    move_reason = ""  # what was said with the move under way; a guard may ask for it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["posting", "candidate"], name="application_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OFF_PATH, left_state__in=OPEN) | (~Q(state__in=OFF_PATH) & Q(left_state="")),
                name="application_left_state",
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
        """Save, with the digest of the link."""
        if not self.link_digest:
            self.link_digest = link_digest(self.link_token)
        super().save(*args, **kwargs)

    @property
    def link_token(self) -> str:
        """Give the secret part of the candidate's link, 160 bits; derived, so that it is stored nowhere."""
        return salted_hmac(LINK_SALT, f"{self.pk}{self.link_key}", algorithm="sha256").hexdigest()[:40]

    @property
    def link(self) -> str:
        """Give the address of the candidate's own page. For the candidate's eyes only."""
        return f"{settings.SITE_URL}/c/{self.link_token}/"

    @property
    def team(self) -> Team:
        """Give the team that decides."""
        return self.posting.team

    def snapshot(self) -> dict[str, Any]:
        """Give what an undo restores."""
        return {
            "state": str(self.state),
            "state_since": self.state_since.isoformat(),
            "left_state": self.left_state,
            "rejection": self.rejection,
            "answer_by": self.answer_by.isoformat(),
        }

    def promise(self, today: date) -> date:
        """Give the day by which an answer is promised if the application moves today; a promise never comes forward."""
        return max(self.answer_by, today + timedelta(days=self.team.answer_days))


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

    `number` counts the moves of one application from 1; `before` is the row as it was, for an undo; `undoes` is the
    transition that this one takes back.
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="transitions")
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
    before = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="transition_number"),
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

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number} {self.action}"


class InterviewStatus(models.TextChoices):
    """What became of an interview."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


class InterviewQuerySet(models.QuerySet["Interview"]):
    """Questions about interviews."""

    def held(self) -> InterviewQuerySet:
        """Give those that took place."""
        return self.filter(status=InterviewStatus.HELD)


class Interview(Row):
    """A meeting with a date and participants."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interviews")
    at = models.DateTimeField(_("date and time"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=45)
    place = models.CharField(_("place or video link"), max_length=500, blank=True)
    status = models.CharField(max_length=9, choices=InterviewStatus, default=InterviewStatus.PLANNED)
    participants = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="interviews")

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InterviewStatus.values), name="interview_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_held(self) -> bool:
        """Say whether it took place."""
        return self.status == InterviewStatus.HELD


class Contract(Row):
    """The agreed terms. Number 1 is the first contract; renewals are further rows."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="contracts")
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("contract kind"), max_length=14, choices=ContractKind, blank=True)
    day_rate = models.DecimalField(
        _("day rate before tax"), max_digits=8, decimal_places=2, null=True, blank=True, help_text="euros"
    )
    days_per_week = models.DecimalField(_("days a week"), max_digits=2, decimal_places=1, null=True, blank=True)
    start = models.DateField(_("start date"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    rate_reason = models.TextField(_("why this rate"), blank=True)

    BY_THE_DAY: ClassVar[set[str]] = {ContractKind.FREELANCE, ContractKind.AGENCY}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="contract_number"),
            models.CheckConstraint(
                condition=Q(day_rate__isnull=True) | Q(day_rate__gt=0), name="contract_rate_positive"
            ),
            models.CheckConstraint(
                condition=Q(days_per_week__isnull=True) | Q(days_per_week__gte=Decimal("0.5"), days_per_week__lte=5),
                name="contract_days_in_week",
            ),
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1, months__lte=60),
                name="contract_months_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number}"

    def missing(self) -> list[str]:
        """Give the labels of the terms that are still to be filled in, in the active language."""
        needed = ["kind", "days_per_week", "start"]
        if self.kind != ContractKind.PERMANENT:
            needed.append("months")
        if not self.kind or self.kind in self.BY_THE_DAY:
            needed.insert(1, "day_rate")
        meta = cast(Any, self._meta)
        return [str(meta.get_field(name).verbose_name).capitalize() for name in needed if not getattr(self, name)]


class TaskOwner(models.TextChoices):
    """Who does an onboarding task."""

    TEAM = "team", _("team")
    CANDIDATE = "candidate", _("candidate")
    COACH = "coach", _("coach")


class OnboardingTaskQuerySet(models.QuerySet["OnboardingTask"]):
    """Questions about onboarding tasks."""

    def required_open(self) -> OnboardingTaskQuerySet:
        """Give the required ones that are not done."""
        return self.filter(required=True, done_at__isnull=True)


class OnboardingTask(Row):
    """One line of the checklist between contract and arrival."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="onboarding_tasks")
    title = models.CharField(_("task"), max_length=200)
    owner = models.CharField(max_length=9, choices=TaskOwner, default=TaskOwner.TEAM)
    required = models.BooleanField(_("required"), default=True)
    due = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OnboardingTaskQuerySet.as_manager()

    class Meta:
        ordering = ["position", "created_at", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_required_open(self) -> bool:
        """Say whether it still stands between the contract and the arrival."""
        return self.required and self.done_at is None


class Note(Row):
    """Something written beside an application, by the team or, through a second sending, by the candidate."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="notes")
    text = models.TextField(_("note"))

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Answer(Row):
    """What somebody answered to a question of the posting. The question's words stay as they were asked."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.SET_NULL, null=True, related_name="answers")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=QuestionKind)
    label = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="answers")

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "question"], name="answer_once")]

    def __str__(self) -> str:
        return self.label
