"""Meetings with a date and participants."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.common.models import Row
from workflow.models.application import Application


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
