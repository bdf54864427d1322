"""One application with everything that documents show of it, read in a fixed number of queries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Prefetch, QuerySet

from workflow import anonymous
from workflow.models import Application, Interview, Note, Transition

# `notifications.models.Status`, of which these are the ones that say a mail has left or arrived. The package stands
# above this one, so its model is asked for by name; a test compares the words.
GONE = ("sent", "uncertain", "received")


def read(pk: UUID, *, for_candidate: bool = False) -> Application:
    """Give the application, freshly read, with all that belongs to it: twelve queries, whatever its history.

    What the team reads without names is veiled.
    """
    found = (
        Application.objects.select_related("posting__team__incubator", "candidate")
        .prefetch_related(
            "documents",
            "contracts",
            "onboarding_tasks",
            "answers__document",
            Prefetch("transitions", Transition.objects.select_related("actor", "undone_by")),
            Prefetch("interviews", Interview.objects.prefetch_related("participants")),
            Prefetch("notes", Note.objects.select_related("author")),
            Prefetch("messages", messages()),
        )
        .get(pk=pk)
    )
    if not for_candidate:
        anonymous.file(found)
    return found


def messages() -> QuerySet[Any]:
    """Give the mails that have left or arrived, without their text."""
    model = apps.get_model("notifications", "Message")
    return model.objects.filter(status__in=GONE).defer("body", "answer")
