"""The polite answer to somebody who writes for a posting that is closed: once a person and posting, never to a machine.

It leaves by the outbox, marked as an automatic answer (RFC 3834), so that nothing that answers by itself answers it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.hiring.models import Posting
from notifications import compose, identifiers
from notifications.inbound import directory, language
from notifications.inbound.author import Author
from notifications.inbound.parse import Incoming
from notifications.models import Direction, Message, Status

CLOSED = "closed_sender"
A_DAY = 2
"""Automatic answers that one address gets in a day, whatever it writes."""

NO_REPLY = re.compile(
    r"(?i)^(.*[-_.+])?(no-?_?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|noreponse|no-?answer|bounces?|"
    r"mailer-?daemon|postmaster|daemon|notifications?|alerts?|alertes?|newsletter|list(e|serv)?|majordomo|owner|root)"
    r"([-_.+].*)?@"
)


def tell(posting: Posting, mail: Incoming, who: Author, now: datetime) -> str:
    """Write the answer where it is polite to; give the sentence that says so, or why there is none."""
    against = _against(mail, who)
    if against:
        return against
    assert who.sender is not None
    recipient = who.sender.key
    written = Message.objects.filter(kind=CLOSED, recipient=recipient)
    if written.filter(posting=posting).exists():
        return _("They have been told before.")
    if written.filter(created_at__gt=now - timedelta(days=1)).count() >= A_DAY:
        return _("They are not told: automatic answers to this address are enough for today.")
    try:
        with transaction.atomic():
            _write(posting, mail, who, recipient, now)
    except IntegrityError:  # another process, just now
        return _("They have been told before.")
    return _("They are told so.")


def _against(mail: Incoming, who: Author) -> str:
    """Give why this mail gets no automatic answer (RFC 3834, section 2); `` if nothing stands against it."""
    if who.forwarded_by is not None:
        return _("Nobody is told: somebody else passed it on.")
    given = mail.headers
    is_list = any(name.startswith("list-") for name in given) or given.get("precedence", "").lower() in ("list", "bulk")
    if is_list:
        return _("Nobody is told: it came through a list.")
    if "mailing-list" in given or given.get("return-path", "").strip() == "<>":
        return _("Nobody is told: it came through a list.")
    if "oof" in given.get("x-auto-response-suppress", "").lower().replace("all", "oof"):
        return _("Nobody is told: it asks for no automatic answer.")
    address = who.sender.key if who.sender else ""
    try:
        validate_email(address)
    except ValidationError:
        return _("Nobody is told: the address cannot be answered.")
    ours = settings.INBOUND_DOMAIN.lower()
    domain = address.rpartition("@")[2]
    if NO_REPLY.match(address) or domain == ours or domain.endswith(".invalid"):
        return _("Nobody is told: the address cannot be answered.")
    if directory.colleague(address) is not None:
        return _("Nobody is told: the address is a team’s own.")
    return ""


def _write(posting: Posting, mail: Incoming, who: Author, recipient: str, now: datetime) -> None:
    tongue = language.guess(f"{who.subject}\n{who.written.body}", posting.language)
    subject, body = compose.about_posting(CLOSED, tongue, posting)
    row = Message(
        posting=posting,
        direction=Direction.OUT,
        kind=CLOSED,
        status=Status.HELD,
        language=tongue,
        sender=compose.sender(posting.team),
        recipient=recipient,
        subject=subject,
        body=body,
        in_reply_to=mail.message_id if mail.message_id_given else "",
        created_at=now,
        due_at=now + timedelta(seconds=settings.HOLD_SECONDS),
    )
    row.message_id = identifiers.message_id(row.pk)
    row.save(force_insert=True)
