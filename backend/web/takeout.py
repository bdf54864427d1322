"""Everything a candidate may take away: one ZIP, written while it is sent, whatever the files weigh."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts import actors
from backend.common import clock
from backend.documents import engine, summary
from backend.hiring import documents
from notifications import compose, outbox
from notifications.models import Message
from workflow.models import Application, NoteSource, TaskOwner, Transition
from workflow.states import Action

logger = structlog.get_logger(__name__)
PIECE = 256 * 1024


class Stream:
    """What zipfile writes to: holds only what has not been sent yet."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self.waiting.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: the pieces leave with `take`."""

    def take(self) -> bytes:
        """Give what waits, and forget it."""
        pieces, self.waiting = self.waiting, []
        return b"".join(pieces)


def name(application: Application) -> str:
    """Give the name of the ZIP: no name of a person in it."""
    return f"jalon-{timezone.localdate(application.created_at):%Y-%m-%d}.zip"


def pieces(application: Application, language: str) -> Iterator[bytes]:
    """Give the ZIP piece by piece: data.json, summary.pdf, files/ and mails/. Names are ours, or made safe."""
    stream = Stream()
    messages = _messages(application)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("data.json", json.dumps(data(application, messages), cls=DjangoJSONEncoder, **PRETTY))
        yield stream.take()
        if pdf := _summary(application, language):
            archive.writestr("summary.pdf", pdf)
            yield stream.take()
        for place, mail in enumerate(messages, start=1):
            archive.writestr(_mail_name(place, mail), _mail(mail))
            yield stream.take()
        for place, document in enumerate(application.documents.all(), start=1):
            if not document.is_available:  # a file that is not scanned yet, or infected, is handed to nobody
                continue
            try:
                content = document.file.open("rb")
            except FileNotFoundError:
                logger.error("takeout.file_missing", document=str(document.pk))
                continue
            with content, archive.open(f"files/{place:02}-{documents.safe_name(document.name)}", "w") as entry:
                while piece := content.read(PIECE):
                    entry.write(piece)
                    yield stream.take()
            yield stream.take()
    yield stream.take()


PRETTY: dict[str, Any] = {"ensure_ascii": False, "indent": 2}


def data(application: Application, messages: list[Message]) -> dict[str, Any]:
    """Give what is held of the person and this application, without what the team wrote for itself (docs/adr/009)."""
    candidate = application.candidate
    return {
        "taken_at": clock.now(),
        "about": _("What this team holds about you and this application. The team’s own notes are not in it: ask it."),
        "person": {
            "name": candidate.name,
            "email": candidate.email,
            "phone": candidate.phone,
            "linkedin": candidate.linkedin,
            "github": candidate.github,
            "links": candidate.links,
            "language": candidate.language,
            "known_since": candidate.created_at,
            "erasure_asked_at": candidate.erasure_asked_at,
        },
        "application": {
            "posting": application.posting.title,
            "team": application.team.name,
            "received_at": application.created_at,
            "via": application.via,
            "message": application.message,
            "state": application.state,
            "state_since": application.state_since,
            "answer_by": application.answer_by,
        },
        "steps": [
            _step(row) for row in application.transitions.filter(undone_by__isnull=True).exclude(action=Action.UNDO)
        ],
        "interviews": [
            {"at": row.at, "minutes": row.minutes, "place": row.place, "status": row.status}
            for row in application.interviews.all()
        ],
        "terms": list(
            application.contracts.values("number", "kind", "day_rate", "days_per_week", "start", "months", "created_at")
        ),
        "tasks": list(
            application.onboarding_tasks.filter(owner=TaskOwner.CANDIDATE).values("title", "required", "due", "done_at")
        ),
        "answers": list(application.answers.values("label", "text")),
        "your_changes": list(application.notes.filter(source=NoteSource.CANDIDATE).values("created_at", "text")),
        "documents": list(application.documents.values("name", "kind", "content_type", "size", "digest", "created_at")),
        "documents_opened_by_the_team": list(
            application.document_views.order_by("day", "document__name")
            .values("day", name=F("document__name"))
            .distinct()
        ),
        "mails": [
            {
                "file": _mail_name(place, mail),
                "direction": mail.direction,
                "at": mail.sent_at or mail.created_at,
                "from": mail.sender,
                "to": mail.recipient,
                "subject": mail.subject,
            }
            for place, mail in enumerate(messages, start=1)
        ],
    }


def _step(row: Transition) -> dict[str, Any]:
    said = row.reason if row.actor_kind == "candidate" and row.action != Action.REJECT else ""
    return {"action": row.action, "state": row.to_state, "at": row.at, "by": row.actor_kind, "you_said": said}


def _messages(application: Application) -> list[Message]:
    rows = outbox.visible_to(actors.of_candidate(application.pk))
    return list(rows.order_by("created_at", "id"))


def _mail_name(place: int, mail: Message) -> str:
    day = timezone.localdate(mail.sent_at or mail.created_at)
    return f"mails/{place:02}-{day:%Y-%m-%d}-{mail.direction}.txt"


def _mail(mail: Message) -> str:
    head = {_("From"): mail.sender, _("To"): mail.recipient, _("Subject"): mail.subject}
    lines = [f"{label}{_(':')} {value}" for label, value in head.items() if value]
    return "\n".join([*lines, "", compose.for_eyes(mail), ""])


def _summary(application: Application, language: str) -> bytes:
    """Give the PDF; nothing where it cannot be made: the JSON says the same."""
    try:
        return summary.render(application, language, for_candidate=True)
    except (engine.PdfUnavailable, ImportError, OSError):
        logger.exception("takeout.no_pdf", application=str(application.pk))
        return b""
