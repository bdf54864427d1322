"""What comes back of a mail after it has left: by a delivery report in a mailbox, or by a provider's tracking.

One way for both. The same word twice is one word, and words out of order leave the last one standing: `RANK` decides,
never the order in which they arrive. Whether somebody opens a mail is asked of no provider, and noted from none.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from anymail.signals import EventType, tracking
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.models import Arrival, Direction, Message, Status
from notifications.signals import in_trouble
from workflow.models import Note, NoteSource

log = structlog.get_logger(__name__)

OF_PROVIDERS = {
    EventType.DEFERRED: Arrival.DEFERRED,
    EventType.DELIVERED: Arrival.DELIVERED,
    EventType.BOUNCED: Arrival.BOUNCED,
    EventType.REJECTED: Arrival.REJECTED,
    EventType.FAILED: Arrival.REJECTED,
    EventType.COMPLAINED: Arrival.COMPLAINED,
}
"""What is noted of what a provider tells; the rest (opened, clicked, queued …) is not."""
RANK = {
    "": 0,
    Arrival.DEFERRED: 1,
    Arrival.DELIVERED: 2,
    Arrival.REJECTED: 3,
    Arrival.BOUNCED: 3,
    Arrival.COMPLAINED: 4,
}
LOST = (Arrival.BOUNCED, Arrival.REJECTED, Arrival.COMPLAINED)


def connect() -> None:
    """Listen to django-anymail."""
    tracking.connect(take, dispatch_uid="notifications.tracking")


def take(*, event: Any, esp_name: str, **_signal: Any) -> None:
    """Note what a provider tells of one mail. What it raises makes the provider tell it again."""
    arrival = OF_PROVIDERS.get(event.event_type)
    message = _about(event) if arrival else None
    if arrival is None or message is None:
        log.info("tracking_ignored", provider=esp_name, kind=event.event_type)
        return
    said = " ".join(str(event.mta_response or event.description or "").replace("\0", "").split())[:500]
    with translation.override(message.team.language):
        note(message, arrival, sentence(arrival, message.recipient, said))
    log.info("tracking_noted", provider=esp_name, kind=event.event_type, message=str(message.pk))


def sentence(arrival: Arrival, recipient: str, said: str) -> str:
    """Give what became of a mail, with the server's own words, in the active language."""
    words = {
        Arrival.DELIVERED: _("Our mail to %(recipient)s was taken by their server."),
        Arrival.DEFERRED: _("Our mail to %(recipient)s has not arrived yet; its server goes on trying."),
        Arrival.COMPLAINED: _("Our mail to %(recipient)s was reported as unwanted."),
    }.get(arrival, _("Our mail to %(recipient)s did not arrive."))
    told = _("The server said: %(said)s") % {"said": said} if said else ""
    return " ".join(part for part in (words % {"recipient": recipient or "?"}, told) if part)


@transaction.atomic
def note(message: Message, arrival: Arrival, words: str) -> bool:
    """Note what became of a mail, unless as much or more is known already; say whether it was news.

    What was lost is also a note on the application, and told to those who want to know at once.
    """
    row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if RANK[arrival] <= RANK[row.arrival]:
        return False
    row.arrival = arrival
    if arrival != Arrival.DELIVERED:
        # Appended: what the mail server said when it took the message stays.
        row.answer = "\n".join(part for part in (row.answer, words) if part)
    if row.status == Status.UNCERTAIN and arrival != Arrival.DEFERRED:  # now it is known: it had left
        row.status, row.sent_at = Status.SENT, row.sent_at or row.due_at
    row.save(update_fields=["arrival", "answer", "status", "sent_at"])
    if arrival in LOST and row.application is not None:
        Note.objects.create(application=row.application, source=NoteSource.MACHINE, text=words)
        in_trouble.send(sender=Message, message=row)
    return True


def _about(event: Any) -> Message | None:
    """Give the mail that an event is about: by our own mark on it, or the provider's id; its recipient must agree.
    None of somebody who was erased."""
    wanted = Q()
    with suppress(ValueError, AttributeError):  # anything may stand there
        wanted |= Q(pk=UUID(str((event.metadata or {}).get("message", ""))))
    if event.message_id:
        wanted |= Q(provider_id=str(event.message_id)[:200])
    found = Message.objects.filter(wanted, direction=Direction.OUT).first() if wanted else None
    if (
        found is None
        or not found.recipient
        or (event.recipient and event.recipient.strip().lower() != found.recipient.lower())
    ):
        return None
    return found
