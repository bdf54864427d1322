"""What somebody answers to the questions of a posting: checked, stored, and kept with the words of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.hiring import documents
from backend.hiring.models import Candidate, Question, QuestionKind
from workflow.models import Answer, Application


@dataclass(frozen=True)
class Answered:
    """An answer as it came: words, or a file for a question that asks for one."""

    question: Question
    text: str = ""
    upload: documents.Upload | None = None

    def __str__(self) -> str:
        name = documents.safe_name(self.upload.name) if self.upload else ""
        return f"{self.question.label}\n{self.text or name}"


def keep(application: Application, answers: Sequence[Answered]) -> None:
    """Store the answers of a new application, their files among its documents. Raises Invalid (files)."""
    rows = store(application.candidate, answers)
    for row in rows:
        row.application = application
    Answer.objects.bulk_create(rows)
    application.documents.add(*(row.document for row in rows if row.document))


def store(candidate: Candidate, answers: Sequence[Answered]) -> list[Answer]:
    """Give the rows of what was answered, not saved yet, with their files stored. Raises Invalid (files)."""
    return [
        Answer(
            question=given.question,
            position=given.question.position,
            kind=given.question.kind,
            label=given.question.label,
            text="" if given.question.kind == QuestionKind.FILE else given.text,
            document=documents.store(candidate, given.upload) if given.upload else None,
        )
        for given in answers
        if given.text or given.upload
    ]
