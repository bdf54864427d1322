"""A mail on the timeline of its application, so that ours can answer in its thread."""

from __future__ import annotations

from datetime import datetime

from notifications.inbound import language
from notifications.inbound.author import Author
from notifications.inbound.parse import Incoming
from notifications.models import Direction, Message, Status
from workflow.models import Application

INCOMING = "incoming"


def put(application: Application, mail: Incoming, who: Author, notes: tuple[str, ...], at: datetime) -> Message:
    """Write an incoming message; `at` lies before what it sets off, so that the timeline reads in order.

    A forwarded one stands under the original sender's name, with the forwarder's Message-ID: an answer to it is found.
    """
    message_id = mail.message_id[:500]
    if Message.objects.filter(message_id=message_id).exists():
        message_id = f"<{mail.content_key}.{message_id.strip('<>')[:300]}>"
    remarks = "\n".join(f"[{words}]" for words in notes)
    body = who.written.body + (f"\n\n{remarks}" if remarks else "")
    return Message.objects.create(
        application=application,
        direction=Direction.IN,
        kind=INCOMING,
        status=Status.RECEIVED,
        language=language.guess(who.written.body, application.candidate.language),
        sender=str(who.sender)[:320] if who.sender else "",
        recipient=(mail.recipients[0] if mail.recipients else "")[:320],
        subject=(who.subject or mail.subject)[:500],
        body=body.strip(),
        message_id=message_id,
        in_reply_to=mail.in_reply_to[:500],
        created_at=at,
    )
