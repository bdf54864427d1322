"""Anonymous reading: until an interview was held, the team reads an application without what says who it is.

The one place that decides what is hidden, and that hides it (docs/adr/021). An application that a team reads is veiled
as it comes out of the database: its candidate is then a likeness without name, address or link, that cannot be saved.
What is locked is to be written, and stays whole.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from django.db.models import Case, Model, Q, QuerySet, Value, When
from django.db.models.query import ModelIterable
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import accents
from backend.hiring.models import Candidate
from workflow.models import Application
from workflow.states import State

M = TypeVar("M", bound=Model)

ADDRESS = re.compile(r"[^\s@<>()\"'“”«»,;:]+@[^\s@<>()\"'“”«»,;:]+")
LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|fr|org|net|io|dev|eu)(?:/\S*)?", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w/.,-])\+?\(?\d(?:[\s.()\u00a0\u202f-]?\d){8,14}(?!\w)")
WORD = re.compile(r"[^\W_]+")
PARTICLES = {"de", "du", "des", "la", "le", "les", "el", "al", "van", "von", "da", "di", "do", "dos"}
"""Words of names that are words of every sentence; they say nothing of anybody."""
SHORTEST = 2
PERSONAL = ("name", "email", "phone", "linkedin", "github")


def hidden(prefix: str = "") -> Q:
    """Give the condition that an application is read without names; `prefix` leads to it (`application__`)."""
    before = Q(**{f"{prefix}state": State.RECEIVED}) | Q(**{f"{prefix}left_state": State.RECEIVED})
    return before & Q(**{f"{prefix}posting__anonymous": True, f"{prefix}met_at__isnull": True})


def as_column(prefix: str = "") -> Case:
    """Give the same as a column, true or false."""
    return Case(When(hidden(prefix), then=Value(True)), default=Value(False))


def is_hidden(application: Application) -> bool:
    """Say whether this application is read without names: its posting asks for it, and no interview was held."""
    before = State.RECEIVED in (application.state, application.left_state)
    return before and application.met_at is None and application.posting.anonymous


def known_people(actor: Actor, people: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Give those of `people` who are not hidden: nobody of whom there are only applications without names."""
    rows = Application.objects.filter(posting__team_id__in=actor.team_ids)
    unknown = rows.filter(hidden()).values("candidate_id")
    met = rows.exclude(hidden()).values("candidate_id")
    return people.filter(~Q(pk__in=unknown) | Q(pk__in=met))


def veil(application: Application) -> Application:
    """Give the same application; where it is hidden, with a likeness of its candidate that says nothing of them."""
    if not is_hidden(application) or application.candidate.veiled:
        return application
    likeness = copy.copy(application.candidate)
    likeness._state = copy.copy(application.candidate._state)
    for name in PERSONAL:
        setattr(likeness, name, "")
    likeness.email_key, likeness.links, likeness.match_keys = None, [], []
    likeness.veiled, likeness.behind = application.number, application.candidate
    application.candidate = likeness
    return application


def veiled(application: Application) -> Application:
    """Give a veiled copy of a hidden application; else the application itself."""
    if not is_hidden(application) or application.candidate.veiled:
        return application
    return veil(_copy(application))


def _copy(application: Application) -> Application:
    found = copy.copy(application)
    found._state = copy.copy(application._state)
    found._state.fields_cache = dict(application._state.fields_cache)
    return found


def whole(application: Application) -> Application:
    """Give the same application with its candidate as they are: for what is sent to themselves, and to nobody else."""
    if not application.candidate.veiled:
        return application
    found = _copy(application)
    found.candidate = cast(Candidate, application.candidate.behind)
    return found


def read(rows: QuerySet[M], veiling: Callable[[M], object]) -> QuerySet[M]:
    """Give the same rows, each veiled as it is read; not where they are locked, since those are to be written."""

    class Veiled(ModelIterable):  # type: ignore[type-arg]
        def __iter__(self) -> Iterator[Any]:
            rows = cast(Any, self).queryset
            for row in super().__iter__():
                if not rows.query.select_for_update:
                    veiling(row)
                yield row

    read = rows.all()
    cast(Any, read)._iterable_class = Veiled
    return read


def file(application: Application) -> None:
    """Veil everything that was fetched with a hidden application: its message, notes, mails, answers, files and log.

    Changes the rows in memory. Does nothing to an application that is not hidden.
    """
    if not is_hidden(application):
        return
    veil(application)
    hide = redactor(application)
    application.message = hide(application.message)
    told = {"notes": "text", "answers": "text", "transitions": "reason"}
    fetched = getattr(application, "_prefetched_objects_cache", {})
    for relation, name in told.items():
        for row in fetched.get(relation, ()):
            setattr(row, name, hide(getattr(row, name)))
    for message in fetched.get("messages", ()):
        mail(message, application)
    for number, document in enumerate(fetched.get("documents", ()), 1):
        nameless(document, number)
    for answer in fetched.get("answers", ()):
        if answer.document is not None:
            nameless(answer.document, 0)


def nameless(document: Any, number: int) -> None:
    """Veil a file: it says its kind and size."""
    words = _("Document %(number)d") if number else _("Document")
    document.name = words % {"number": number}


def mail(message: Any, application: Application) -> None:
    """Veil a mail of a hidden application: who writes to whom, and what.

    In one that waits to leave the name becomes a mark (`notifications.placeholders`): what a member changes of it is
    filled in again.
    """
    veil(application)
    if message.direction == "in":
        message.sender = str(application.candidate)
    elif not message.kind.endswith("_participant"):
        message.recipient = str(application.candidate)
    hide = _marker(application) if message.status == "held" else redactor(application)
    for name in {"subject", "body", "answer"} - message.get_deferred_fields():
        setattr(message, name, hide(getattr(message, name)))


def _marker(application: Application) -> Callable[[str], str]:
    """Give what puts a mark in the place of a name, and takes the address out."""
    person = cast(Candidate, application.candidate.behind)

    def hide(text: str) -> str:
        for known, instead in ((person.name, "{candidate}"), (person.email, _("[hidden]"))):
            text = text.replace(known, instead) if known else text
        return text

    return hide


def redactor(application: Application) -> Callable[[str], str]:
    """Give what takes names, addresses, phone numbers and links out of a text about a hidden application."""
    candidate = cast(Candidate, application.candidate.behind) if application.candidate.veiled else application.candidate
    words, mark = words_of(candidate), _("[hidden]")
    twice = re.compile(rf"{re.escape(mark)}(?:[\s.-]*{re.escape(mark)})+")

    def hide(text: str) -> str:
        if not text:
            return text
        text = unicodedata.normalize("NFC", text)  # else a letter and its accent are two, and part a name
        for pattern in (ADDRESS, LINK, PHONE):
            text = pattern.sub(mark, text)
        text = WORD.sub(lambda found: mark if accents.plain(found[0]) in words else found[0], text)
        return twice.sub(mark, text)

    return hide


def words_of(candidate: Candidate) -> set[str]:
    """Give the words that name a person, plain: the parts of name, address and handles, and each all together."""
    links = [link.rstrip("/").rpartition("/")[2] for link in (candidate.linkedin, candidate.github)]
    sources = [candidate.name, candidate.email.partition("@")[0], *links]
    found: set[str] = set()
    for source in sources:
        parts = [accents.plain(part) for part in WORD.findall(source)]
        found |= set(parts) | {"".join(parts), "".join(reversed(parts))}
    return {word for word in found if len(word) >= SHORTEST and not word.isdigit()} - PARTICLES
