"""The checklist between contract and arrival."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.common import clock
from backend.common.models import Row
from workflow.models.application import Application


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
    def is_overdue(self) -> bool:
        """Say whether its day has passed and it is not done."""
        return self.done_at is None and self.due is not None and self.due < clock.today()

    @property
    def is_required_open(self) -> bool:
        """Say whether it still stands between the contract and the arrival."""
        return self.required and self.done_at is None
