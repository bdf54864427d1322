"""What each one of the team thinks of an application: on a form of the posting, handed in once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.common.models import Row
from backend.hiring.models import Posting
from workflow.models.application import Application
from workflow.models.interviews import Interview


class Level(models.IntegerChoices):
    """How far a criterion is met. Four levels: there is no middle to hide in."""

    NOT_MET = 1, _("not met")
    PARTLY_MET = 2, _("partly met")
    MET = 3, _("met")
    EXCEEDED = 4, _("more than met")


class Recommendation(models.TextChoices):
    """What is recommended, in one word."""

    GO_ON = "go_on", _("Go on, gladly")
    RATHER = "rather", _("Rather go on")
    RATHER_NOT = "rather_not", _("Rather not")
    STOP = "stop", _("Do not go on")


class EvaluationForm(Row):
    """What a posting asks of those who evaluate; a posting without one has the usual criteria."""

    posting = models.OneToOneField(Posting, on_delete=models.CASCADE, related_name="evaluation_form")
    criteria = ArrayField(models.CharField(max_length=120), default=list)

    def __str__(self) -> str:
        return ", ".join(self.criteria)


class Evaluation(Row):
    """One person's opinion of an application. `ratings`: the words of each criterion, as it was asked, and its level,
    or none where it could not be judged."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="evaluations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evaluations")
    interview = models.ForeignKey(
        Interview, on_delete=models.SET_NULL, null=True, blank=True, related_name="evaluations"
    )
    ratings = models.JSONField(default=list)
    text = models.TextField(_("In your words"), blank=True)
    recommendation = models.CharField(_("Recommendation"), max_length=10, choices=Recommendation)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "author"], name="evaluation_once"),
            models.CheckConstraint(
                condition=Q(recommendation__in=Recommendation.values), name="evaluation_recommendation_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.recommendation}"

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Give the words of each criterion and of its level; no words where it could not be judged."""
        return [(row["criterion"], str(Level(row["level"]).label) if row["level"] else "") for row in self.ratings]
