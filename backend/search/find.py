"""Finds applications by words: every word must stand somewhere in the file, or come near the person's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import F, Q, QuerySet

from backend.accounts.actors import Actor
from backend.common import accents
from backend.search import words
from backend.search.models import Entry, Part
from workflow import selectors
from workflow.models import Application

MOST_WORDS = 8
SHOWN = 30
RECENT = 2000
"""How many of the newest files are looked through before the index of words is asked: what stands in many is there."""
AROUND = 90
"""How many letters of an excerpt stand on either side of the word."""


@dataclass(frozen=True)
class Piece:
    """A run of an excerpt; `hit`: it is what was looked for."""

    text: str
    hit: bool = False


@dataclass(frozen=True)
class Excerpt:
    """Where a word was found, and what stands around it."""

    where: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Hit:
    """One application that was found."""

    application: Application
    excerpt: Excerpt | None


@dataclass(frozen=True)
class Found:
    """What was found; `more`: there is more than what is shown."""

    hits: list[Hit]
    more: bool


def find(actor: Actor, text: str) -> Found:
    """Give the applications that exist for `actor` and hold every word of `text`: by name first, then the newest."""
    asked = list(dict.fromkeys(words.split(text)))[:MOST_WORDS]
    if not asked:
        return Found([], more=False)
    stems = _stems(asked)
    rows = Entry.objects.filter(team_id__in=list(actor.team_ids)).order_by("-at", "application_id")
    named = _newest(rows, reduce(and_, (Q(near__overlap=sorted(words.near(word))) for word in asked)), SHOWN + 1)
    others = _newest(rows, reduce(and_, (_holds(word) for word in asked)), SHOWN + len(named) + 1)
    entries = named + [row for row in others if row not in named]
    seen = selectors.visible_to(actor).in_bulk([row.pk for row in entries[:SHOWN]])
    hits = [
        Hit(seen[row.pk], excerpt(row, [word for word in asked for word in stems[word]]))
        for row in entries[:SHOWN]
        if row.pk in seen and not _tells(row, seen[row.pk])
    ]
    return Found(hits, more=len(entries) > SHOWN)


def _newest(rows: QuerySet[Entry], found: Q, number: int) -> list[Entry]:
    """Give the first `number` of `rows` that match.

    A word of every file would have all of them fetched and sorted to show a few; those few are among the newest. A rare
    word is not, and its index gives few rows.
    """
    recent = rows.filter(pk__in=rows.values("pk")[:RECENT]).filter(found)[:number]
    entries = list(recent)
    if len(entries) == number:
        return entries
    # Sorted by more than the column, or the database would walk all files from the newest until it has enough of them.
    return list(rows.filter(found).order_by((F("at") + timedelta()).desc(), "application_id")[:number])


def _tells(row: Entry, application: Application) -> bool:
    """Say whether a row was made before its application came to be read without names."""
    return bool(application.candidate.veiled) and any(part == Part.PERSON for part, _text in row.parts)


def _holds(word: str) -> Q:
    """Give the condition that a file holds a word: its beginning, its stem, or a name that is near it."""
    query = SearchQuery(f"{word}:*", config="simple", search_type="raw")
    for config in ("french", "english"):
        query |= SearchQuery(word, config=config)
    found = Q(words=query)
    return found | Q(near__overlap=sorted(words.near(word))) if len(word) >= words.SHORTEST_WITH_A_TYPO else found


def _stems(asked: list[str]) -> dict[str, list[str]]:
    """Give each word with its stems as PostgreSQL makes them, for the excerpts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w, ts_lexize('french_stem', w), ts_lexize('english_stem', w) FROM unnest(%s::text[]) AS w", [asked]
        )
        return {word: [word, *(french or []), *(english or [])] for word, french, english in cursor.fetchall()}


def excerpt(row: Entry, beginnings: list[str]) -> Excerpt | None:
    """Give the first place beyond the person's name where a word begins as asked, with what stands around it."""
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(set(beginnings), key=len, reverse=True))) + r")\w*")
    for part, text in row.parts:
        if part in (Part.PERSON, Part.POSTING):
            continue
        flat, places = _flat(text)
        if hits := [hit for hit in pattern.finditer(flat) if hit.end() > hit.start()]:
            start = max(0, hits[0].start() - AROUND)
            end = min(len(flat), hits[0].end() + AROUND)
            return Excerpt(str(Part(part).label), _cut(text, flat, places, hits, start, end))
    return None


def _flat(text: str) -> tuple[str, list[int]]:
    """Give the plain letters of a text, and of each its place in the text."""
    letters, places = [], []
    for place, letter in enumerate(text):
        made = accents.plain(letter)
        letters.append(made)
        places += [place] * len(made)
    return "".join(letters), [*places, len(text)]


def _cut(text: str, flat: str, places: list[int], hits: list[re.Match[str]], start: int, end: int) -> list[Piece]:
    """Give the excerpt in pieces, cut at spaces, with dots where something was left out."""
    while start > 0 and not flat[start - 1].isspace():
        start += 1
    while end < len(flat) and not flat[end - 1].isspace():
        end -= 1
    pieces, at = [Piece("… ")] if start > 0 else [], start
    for hit in hits:
        if hit.start() < at or hit.end() > end:
            continue
        pieces += [
            Piece(text[places[at] : places[hit.start()]]),
            Piece(text[places[hit.start()] : places[hit.end()]], hit=True),
        ]
        at = hit.end()
    pieces.append(Piece(text[places[at] : places[end]]))
    if end < len(flat):
        pieces.append(Piece(" …"))
    return [piece for piece in pieces if piece.text]
