"""Who of the team opened which file."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from backend.common import clock
from backend.common.models import Row
from backend.hiring.models import Document
from workflow.models.application import Application


def today() -> dt.date:
    """Give the day where the product is."""
    return timezone.localdate(clock.now())


class DocumentView(Row):
    """That somebody of the team opened a file of an application; once a person, file and day. Goes with the file."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="document_views")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="views")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(default=today)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "document", "by", "day"], name="document_view_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.by_id} {self.document_id} {self.day}"
