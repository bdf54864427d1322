"""What the API itself keeps: the answers to writes that carried an `Idempotency-Key`."""

from django.db import models
from django.utils import timezone

from backend.accounts.models import ApiToken


class KeptAnswer(models.Model):
    """The answer to one write, given again when the same token sends the same key. Kept for a day.

    The row is claimed before the write and filled after it, in the write's own transaction: it exists exactly when
    the effect does.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
