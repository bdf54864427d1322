"""Meetings with a date and participants."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.common import clock
from backend.common.models import Row
from workflow.models.application import Application


class InterviewStatus(models.TextChoices):
    """What became of an interview. `proposed`: several times are offered, and the candidate has not chosen yet."""

    PROPOSED = "proposed", _("proposed")
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
    """A meeting with a date and participants; it stays the same event in calendars, whatever changes.

    `announced`: candidate and participants are told of it, and of each change. `sequence` grows with each telling, as
    RFC 5545 (3.8.7.4) asks, so that calendars know the latest.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interviews")
    at = models.DateTimeField(_("date and time"), null=True, blank=True, help_text="none until a time is chosen")
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=45)
    place = models.CharField(_("place or video link"), max_length=500, blank=True)
    status = models.CharField(max_length=9, choices=InterviewStatus, default=InterviewStatus.PLANNED)
    participants = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="interviews")
    invited = ArrayField(models.EmailField(max_length=254), default=list, blank=True, help_text="by address")
    announced = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    reminded_for = models.DateTimeField(null=True, blank=True, help_text="the time for which a reminder was written")
    closed_by = models.ForeignKey(
        "workflow.Transition",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="closed_interviews",
        help_text="the rejection or withdrawal that cancelled it, and whose undo brings it back",
    )

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InterviewStatus.values), name="interview_status_known"),
            models.CheckConstraint(
                condition=Q(status=InterviewStatus.PROPOSED, at__isnull=True)
                | Q(status=InterviewStatus.CANCELLED)
                | (~Q(status=InterviewStatus.PROPOSED) & Q(at__isnull=False)),
                name="interview_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(status=InterviewStatus.PLANNED), name="interview_to_come"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%Y-%m-%d %H:%M}" if self.at else f"{self.application_id} –"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the first that is held is noted on the application: from then on the team knows whom it reads."""
        super().save(*args, **kwargs)
        if self.is_held:
            met = Application.objects.filter(pk=self.application_id, met_at__isnull=True)
            met.update(met_at=clock.now())

    @property
    def is_held(self) -> bool:
        """Say whether it took place."""
        return self.status == InterviewStatus.HELD


class InterviewSlot(Row):
    """One of the times that are proposed; it stays after the choice, so that a second click finds it made."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="slots")
    at = models.DateTimeField(_("date and time"))

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["interview", "at"], name="interview_slot_once")]

    def __str__(self) -> str:
        return f"{self.interview_id} {self.at:%Y-%m-%d %H:%M}"
