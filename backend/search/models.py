"""What is searched: one row an application, made anew whenever what it was made of has changed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Team
from workflow.models import Application


class Part(models.TextChoices):
    """Where a text stands in a file."""

    PERSON = "person", _("Person")
    POSTING = "posting", _("Posting")
    MESSAGE = "message", _("Message")
    ANSWER = "answer", _("Answer")
    MAIL = "mail", _("E-mail")
    NOTE = "note", _("Note")
    DOCUMENT = "document", _("Document")
    TAG = "tag", _("Tag")


class Entry(models.Model):
    """One application as it is searched.

    `parts` holds the texts as they are read, for excerpts; `words` the same without accents, as they stand and by
    their French and English stems; `near` the spellings of the person's names with a letter missing.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, primary_key=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(help_text="when the application was received")
    parts = models.JSONField(default=list)
    near = ArrayField(models.CharField(max_length=60), default=list)
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["words"], name="search_words"),
            GinIndex(fields=["near"], name="search_near"),
            models.Index(fields=["team", "-at"], name="search_newest"),
            models.Index(fields=["-at", "application"], name="search_newest_of_all"),
        ]

    def __str__(self) -> str:
        return str(self.application_id)


class Stale(models.Model):
    """That an application's texts changed. Written by triggers only, and never unique: nobody waits for anybody."""

    id = models.BigAutoField(primary_key=True)
    application_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.application_id)
