"""Makes the rows that are searched, from what has changed since. Called by the relay and by Celery's beat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Prefetch, Value

from backend.hiring.models import Candidate, Document
from backend.hiring.signals import erasing
from backend.search import words
from backend.search.models import Entry, Part, Stale
from workflow.models import Application

BATCH = 200
LONGEST_TEXT, LONGEST_ALL = 60_000, 150_000
"""How much of one text and of all of them is searched; PostgreSQL takes a megabyte of lexemes a row."""
LOCK = 0x6A616C6F  # “jalo”: one sweep at a time, or an older reading could overwrite a newer one


def connect() -> None:
    """Listen for erasures."""
    erasing.connect(forget, dispatch_uid="search.forget")


def forget(*, candidate: Candidate, **_signal: Any) -> None:
    """Drop what was made of a person's words at once; what is left is read again later."""
    Entry.objects.filter(application__candidate=candidate).delete()


def sweep(limit: int = BATCH) -> int:
    """Make the rows anew of applications that have changed; give how many. None while another sweep is at it."""
    if not Stale.objects.exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
        marks = list(Stale.objects.order_by("id").values_list("pk", "application_id")[:limit])
        made = make({application for _pk, application in marks})
        Stale.objects.filter(pk__in=[pk for pk, _application in marks]).delete()
    return made


def make(ids: set[UUID]) -> int:
    """Make the rows of these applications; those that are gone are left out."""
    found = (
        Application.objects.filter(pk__in=ids)
        .select_related("posting", "candidate")
        .prefetch_related("notes", "answers", "messages", Prefetch("documents", Document.objects.defer(None)))
        .order_by("pk")
    )
    rows = [entry(application) for application in found]
    Entry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["application"],
        update_fields=["team", "at", "parts", "near", "words"],
    )
    return len(rows)


def entry(application: Application) -> Entry:
    """Give the row of one application, unsaved."""
    person = application.candidate
    told, left = [], LONGEST_ALL
    for part, text in parts(application):
        kept = text.replace("\0", "").strip()[: min(LONGEST_TEXT, left)]
        if kept:
            told.append([part.value, kept])
            left -= len(kept)
    plain = " ".join(word for _part, text in told for word in words.split(text))
    names = [word for word in words.split(f"{person.name} {person.email.partition('@')[0]}") if not word.isdigit()]
    vector: Any = SearchVector(Value(plain), config="simple")
    for config in ("french", "english"):
        vector += SearchVector(Value(plain), config=config)
    return Entry(
        application=application,
        team_id=application.posting.team_id,
        at=application.created_at,
        parts=told,
        near=sorted(set().union(*map(words.near, names))),
        words=vector,
    )


def parts(application: Application) -> Iterator[tuple[Part, str]]:
    """Give what is written in one file, each text with where it stands: the shortest and most telling first."""
    person = application.candidate
    yield Part.PERSON, " ".join(filter(None, [person.name, person.email, person.phone, person.linkedin, person.github]))
    yield Part.POSTING, application.posting.title
    yield Part.MESSAGE, application.message
    for answer in application.answers.all():
        yield Part.ANSWER, answer.text
    for note in application.notes.all():
        yield Part.NOTE, note.text
    for mail in application.messages.all():
        if mail.status != "discarded" and (
            mail.direction == "in" or mail.edited
        ):  # the rest says the same to everybody
            yield Part.MAIL, f"{mail.subject}\n{mail.body.replace('{link}', '')}"
    for document in application.documents.all():
        yield Part.DOCUMENT, document.name
        if document.is_available:
            yield Part.DOCUMENT, document.text
