"""The timeline of an application: moves, mail both ways, interviews, notes and later documents, newest first."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.common import typography
from backend.hiring.models import Scan
from notifications import compose
from notifications.models import Arrival, Direction, Message, Status
from workflow import mentions, refusals
from workflow.models import ActorKind, Application, InterviewStatus, Note, NoteSource, Transition
from workflow.states import Action, Rejection, State

ICONS = {
    "move": "arrow-right",
    "mail": "mail",
    "reply": "message-dots",
    "note": "pencil",
    "interview": "calendar-event",
}


SHOWN = {
    "moves": ("move",),
    "mails": ("mail", "reply"),
    "notes": ("note",),
    "documents": ("document",),
    "views": ("view",),
    "interviews": ("interview",),
}
"""What the timeline may be narrowed to: the word in the address, and the kinds of entry."""


@dataclass(frozen=True)
class Entry:
    """One knot: what happened (`title`, safe), what was said, and a longer `text` to unfold under `more`."""

    kind: str
    icon: str
    at: dt.datetime
    title: SafeString
    said: str = ""
    text: str = ""
    more: str = ""
    language: str = ""


def of(application: Application) -> list[Entry]:
    """Give the entries, newest first. Asks nothing of the database where all of it is prefetched (see `TOLD`)."""
    found = [*_moves(application), *_mails(application), *_interviews(application), *_notes(application)]
    found += [*_documents(application), *_views(application)]
    # Of two at the same moment, what followed from the other stands above it: sorted first, then turned over.
    return sorted(found, key=lambda entry: entry.at)[::-1]


@dataclass(frozen=True)
class Narrowing:
    """One way to narrow the timeline: the word in the address (none: everything), its label, how many entries."""

    word: str
    label: str
    count: int


def narrowed(entries: list[Entry], word: str) -> tuple[list[Entry], list[Narrowing]]:
    """Give the entries that were asked for, and the ways to narrow with their counts; a strange word shows all."""
    labels = {
        "moves": _("Moves"),
        "mails": _("E-mails"),
        "notes": _("Notes"),
        "documents": _("Documents"),
        "views": _("Files opened"),
        "interviews": _("Interviews"),
    }
    ways = [Narrowing("", _("All"), len(entries))]
    ways += [
        Narrowing(known, labels[known], sum(entry.kind in kinds for entry in entries)) for known, kinds in SHOWN.items()
    ]
    kinds = SHOWN.get(word)
    return [entry for entry in entries if kinds is None or entry.kind in kinds], ways


def _strong(text: object) -> SafeString:
    return format_html("<strong>{}</strong>", text)


def _set(sentence: str, **parts: object) -> SafeString:
    """Fill a sentence with safe parts; the sentence itself is ours."""
    return format_html(typography.localised(sentence), **parts)


def _moves(application: Application) -> Iterator[Entry]:
    rows = application.transitions.all()
    for row in rows:
        yield Entry("move", _move_icon(row), row.at, _move(row, application), said=_reason(row, application))


def _move_icon(row: Transition) -> str:
    return {Action.UNDO: "arrow-back-up", Action.REJECT: "x", Action.WITHDRAW: "x"}.get(
        Action(row.action), ICONS["move"]
    )


def _move(row: Transition, application: Application) -> SafeString:
    who = _strong(row.actor or (application.candidate if row.actor_kind == ActorKind.CANDIDATE else "Jalon"))
    before = State(row.from_state).label if row.from_state else ""
    after = _strong(State(row.to_state).label)
    sentence = {
        Action.SUBMIT: _("{who} applied, {via}"),
        Action.REJECT: _("{who} rejected the application"),
        Action.WITHDRAW: _("{who} noted the withdrawal"),
        Action.REOPEN: _("{who} reopened the application: {after} again"),
        Action.UNDO: _("{who} took the move back: {after} again"),
    }.get(Action(row.action), _("{who} moved the application from {before} to {after}"))
    if row.action == Action.WITHDRAW and row.actor_kind == ActorKind.CANDIDATE:
        sentence = _("{who} withdrew the application")
    if row.action == Action.SUBMIT:
        who = _strong(application.candidate)
    title = _set(sentence, who=who, before=before, after=after, via=came(application))
    if getattr(row, "undone_by", None):
        title = format_html('{} <span class="soft">{}</span>', title, _("(taken back since)"))
    return title


def came(application: Application) -> str:
    """Give the door by which an application came in."""
    return {
        "form": _("by the form"),
        "email": _("by e-mail"),
        "api": _("by the API"),
        "manual": _("added by the team"),
    }[application.via]


def _reason(row: Transition, application: Application) -> str:
    if row.action == Action.REJECT and row.reason in Rejection.values:
        return refusals.words(application.team, row.reason)
    return row.reason


def _mails(application: Application) -> Iterator[Entry]:
    for mail in application.messages.all():
        at = mail.sent_at or mail.created_at
        text = compose.for_eyes(mail)
        if mail.direction == Direction.IN:
            title = _set(
                _("{who} wrote: “{subject}”"), who=_strong(mail.sender), subject=mail.subject or _("no subject")
            )
            yield Entry(
                "reply", ICONS["reply"], at, title, text=text, more=_("Read the e-mail"), language=mail.language
            )
        else:
            title = _set(_mail_words(mail), subject=_strong(mail.subject), to=mail.recipient)
            yield Entry("mail", ICONS["mail"], at, title, text=text, more=_("Read the e-mail"), language=mail.language)


def _mail_words(mail: Message) -> str:
    if mail.status == Status.SENT and mail.arrival:
        return {
            Arrival.DEFERRED: _("E-mail “{subject}” is on its way: the server of {to} makes it wait"),
            Arrival.DELIVERED: _("E-mail “{subject}” taken by the server of {to}"),
            Arrival.REJECTED: _("E-mail “{subject}” refused by the provider, for {to}"),
            Arrival.BOUNCED: _("E-mail “{subject}” came back from {to}"),
            Arrival.COMPLAINED: _("E-mail “{subject}” reported as unwanted by {to}"),
        }[Arrival(mail.arrival)]
    return {
        Status.HELD: _("E-mail “{subject}” waits to leave for {to}"),
        Status.CLAIMED: _("E-mail “{subject}” is leaving for {to}"),
        Status.HANDED: _("E-mail “{subject}” is leaving for {to}"),
        Status.SENT: _("E-mail “{subject}” sent to {to}"),
        Status.UNCERTAIN: _("E-mail “{subject}” perhaps sent to {to}: nobody can tell"),
        Status.DEAD: _("E-mail “{subject}” to {to} could not be sent"),
        Status.DISCARDED: _("E-mail “{subject}” to {to} not sent: taken back"),
    }[Status(mail.status)]


def _interviews(application: Application) -> Iterator[Entry]:
    words = {
        InterviewStatus.HELD: _("Interview held with {people}"),
        InterviewStatus.MISSED: _("Interview missed"),
        InterviewStatus.CANCELLED: _("Interview cancelled"),
    }
    for meeting in application.interviews.all():
        if meeting.status in (InterviewStatus.PROPOSED, InterviewStatus.PLANNED):
            continue  # still ahead: it stands in its own panel
        people = ", ".join(str(person) for person in meeting.participants.all()) or application.team.name
        title = _set(words[InterviewStatus(meeting.status)], people=_strong(people))
        yield Entry("interview", ICONS["interview"], meeting.at or meeting.created_at, title, said=meeting.place)


def _notes(application: Application) -> Iterator[Entry]:
    for note in application.notes.all():
        if note.source == NoteSource.CANDIDATE:
            title = _set(_("{who} added"), who=_strong(application.candidate))
        elif note.source == NoteSource.TEAM:
            title = _set(_("Note by {who}"), who=_strong(note.author or application.team))
        else:
            title = _set(_("Noted by {who}"), who=_strong("Jalon"))
        yield Entry("note", ICONS["note"], note.created_at, title, said=_marked(note))


def _views(application: Application) -> Iterator[Entry]:
    for view in application.document_views.all():
        if not application.candidate.veiled:  # opened before the names were hidden
            title = _set(_("{who} opened {name}"), who=_strong(view.by), name=_strong(view.document.name))
            yield Entry("view", "file-text", view.created_at, title)


def _marked(note: Note) -> str:
    """Give the text of a note with the people it mentions as marked names; safe where there are some."""
    found = mentions.find(note.text, list(note.mentioned.all()))
    if not found:
        return note.text
    pieces, at = [], 0
    for one in found:
        pieces += [
            ("{}", note.text[at : one.start]),
            ('<strong class="mention">{}</strong>', note.text[one.start : one.end]),
        ]
        at = one.end
    return SafeString("".join(format_html(shape, words) for shape, words in [*pieces, ("{}", note.text[at:])]))


def _documents(application: Application) -> Iterator[Entry]:
    for document in application.documents.all():
        if (document.created_at - application.created_at).total_seconds() > 60:
            title = _set(_("{who} sent {name}"), who=_strong(application.candidate), name=_strong(document.name))
            yield Entry("document", "file-text", document.created_at, title)
        if document.scan == Scan.INFECTED and document.scanned_at:
            title = _set(_("{name} holds a virus: it is kept from everybody"), name=_strong(document.name))
            yield Entry("document", "alert-triangle", document.scanned_at, title, said=document.scan_note)
