"""What is written beside an application: notes, and answers to the posting’s questions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.common.models import Row
from backend.hiring.models import Document, Question, QuestionKind
from workflow.models.application import Application


class NoteSource(models.TextChoices):
    """Who says what a note says. The candidate may take away what is theirs, and nothing of the team’s."""

    TEAM = "team", _("the team")
    CANDIDATE = "candidate", _("the candidate")
    MACHINE = "machine", _("Jalon itself")


class Note(Row):
    """Something written beside an application: by the team, with or without an account; by the candidate, through a
    second sending or a change of their data; or by Jalon, of what happened to a mail."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="notes")
    source = models.CharField(max_length=9, choices=NoteSource, default=NoteSource.TEAM)
    text = models.TextField(_("note"))
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="mentions")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(author__isnull=True) | models.Q(source=NoteSource.TEAM), name="note_author_is_team"
            )
        ]

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
