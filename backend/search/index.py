"""Makes the rows that are searched, from what has changed since. Called by the relay and by Celery's beat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Prefetch

from backend.hiring.models import Candidate, Document
from backend.hiring.signals import erasing
from backend.search import words
from backend.search.models import Entry, Part, Stale
from workflow import anonymous
from workflow.models import Application

WRITE = """
    INSERT INTO search_entry (application_id, team_id, at, parts, near, words)
    VALUES (%s, %s, %s, %s, %s, to_tsvector('simple', %s) || to_tsvector('french', %s) || to_tsvector('english', %s))
    ON CONFLICT (application_id) DO UPDATE SET
        team_id = EXCLUDED.team_id, at = EXCLUDED.at, parts = EXCLUDED.parts, near = EXCLUDED.near,
        words = EXCLUDED.words
"""
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
    found = list(
        Application.objects.filter(pk__in=ids)
        .select_related("posting", "candidate")
        .prefetch_related("notes", "answers", "messages", Prefetch("documents", Document.objects.defer(None)))
        .order_by("pk")
    )
    with connection.cursor() as cursor:
        cursor.executemany(WRITE, [row(application) for application in found])
    return len(found)


def row(application: Application) -> tuple[Any, ...]:
    """Give what `WRITE` writes of one application; of one that is read without names, nothing that says who it is."""
    veiled = anonymous.is_hidden(application)
    person = anonymous.veil(application).candidate
    hide = anonymous.redactor(application) if veiled else None
    told, left = [], LONGEST_ALL
    for part, text in parts(application):
        if hide is not None and part != Part.POSTING:
            text = "" if part == Part.PERSON else hide(text)
        kept = text.replace("\0", "").strip()[: min(LONGEST_TEXT, left)]
        if kept:
            told.append([part.value, kept])
            left -= len(kept)
    plain = " ".join(word for _part, text in told for word in words.split(text))
    names = [word for word in words.split(f"{person.name} {person.email.partition('@')[0]}") if not word.isdigit()]
    near = sorted(set().union(*map(words.near, names)))
    team, at = application.posting.team_id, application.created_at
    return application.pk, team, at, json.dumps(told), near, plain, plain, plain


def parts(application: Application) -> Iterator[tuple[Part, str]]:
    """Give what is written in one file, each text with where it stands: the shortest and most telling first."""
    person = application.candidate
    yield Part.PERSON, " ".join(filter(None, [person.name, person.email, person.phone, person.linkedin, person.github]))
    yield Part.POSTING, application.posting.title
    yield Part.TAG, ", ".join(application.tags)
    yield Part.MESSAGE, application.message
    for answer in application.answers.all():
        yield Part.ANSWER, answer.text
    for note in application.notes.all():
        yield Part.NOTE, note.text
    for mail in application.messages.all():
        own_words = mail.direction == "in" or mail.edited  # the rest says the same to everybody
        if own_words and mail.status != "discarded":
            yield Part.MAIL, f"{mail.subject}\n{mail.body.replace('{link}', '')}"
    for document in application.documents.all():
        if not person.veiled:
            yield Part.DOCUMENT, document.name
        if document.is_available:
            yield Part.DOCUMENT, document.text
