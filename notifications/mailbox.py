"""The mail backend where no server is configured: what would leave is kept, byte for byte, for a page to show."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import MailboxItem


class MailboxBackend(BaseEmailBackend):
    """Keeps each message as a MailboxItem."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; give how many there were."""
        items = [self._item(message) for message in email_messages if message.recipients()]
        return len(MailboxItem.objects.bulk_create(items))

    def _item(self, message: EmailMessage) -> MailboxItem:
        content: Any = message.message()
        return MailboxItem(
            envelope_from=parseaddr(message.from_email)[1],
            recipients=message.recipients(),
            message_id=content.get("Message-ID", ""),
            subject=message.subject[:500],
            raw=content.as_bytes(linesep="\r\n"),
        )
