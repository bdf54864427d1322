"""What arrives in a mailbox and cannot be taken is recorded all the same, with its reason, as far as it was read."""

from __future__ import annotations

import hashlib
from email import policy
from email.parser import BytesHeaderParser

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.inbound import parse
from notifications.inbound.receive import Receipt
from notifications.models import IncomingMail, Outcome

HEAD_BYTES = 200_000
"""What is read of a message that is not taken whole."""


def too_large(head: bytes, size: int, place: str) -> Receipt:
    """Record a message of which only the headers were read; give its receipt. `place` names it where it has no id."""
    words = _(
        "The message is %(size).0f MB, more than the %(limit)d MB that are taken. It waits in the mailbox, aside."
    )
    reason = words % {"size": size / 1e6, "limit": settings.INBOUND_MAX_BYTES // 2**20}
    keep(head, reason, seed=head + place.encode())
    return Receipt(Outcome.REFUSED, reason)


def keep(raw: bytes, reason: str, *, seed: bytes | None = None) -> IncomingMail:
    """Record what was refused, once; give its row. Of no team: an administrator sees it."""
    head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:HEAD_BYTES])
    mail = parse.read(head, raw=raw)
    name = hashlib.sha256(raw if seed is None else seed).hexdigest()
    row, _made = IncomingMail.objects.get_or_create(
        message_id=f"<refused-{name}@message.invalid>",
        defaults={
            "raw": raw,
            "sender_name": mail.sender.name[:200] if mail.sender else "",
            "sender": mail.sender.email[:320] if mail.sender else "",
            "recipients": list(mail.recipients[:50]),
            "subject": mail.subject,
            "text": mail.text,
            "outcome": Outcome.REFUSED,
            "reason": reason,
            "created_at": timezone.now(),
        },
    )
    return row
