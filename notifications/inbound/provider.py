"""Mail that a provider brings by its webhook, read by django-anymail: made whole again and received as any other."""

from __future__ import annotations

from typing import Any

import structlog
from anymail.signals import inbound

from notifications.inbound.receive import receive

log = structlog.get_logger(__name__)


def connect() -> None:
    """Listen to django-anymail."""
    inbound.connect(take, dispatch_uid="notifications.inbound")


def take(*, event: Any, esp_name: str, **_signal: Any) -> None:
    """Receive one message. What it raises makes the provider try again; the same message is taken once."""
    receipt = receive(whole(event, esp_name))
    log.info("mail_by_provider", provider=esp_name, outcome=receipt.outcome.value)


def whole(event: Any, esp_name: str) -> bytes:
    """Give the message as bytes, with what only the provider knows: for whom it was, and an id where it has none.

    A provider that took the message apart has it put together again anew at each try, so its bytes name it no more.
    """
    message = event.message
    recipient = message.envelope_recipient
    if recipient and not message.get_all("X-Envelope-To"):
        message["X-Envelope-To"] = " ".join(recipient.split())
    if not message.get("Message-ID") and event.event_id:
        provider = "".join(c for c in esp_name.lower() if c.isalnum())
        name = "".join(c for c in str(event.event_id) if c.isalnum() or c in "-_.")[:200]
        message["Message-ID"] = f"<{provider}-{name}@message.invalid>"
    content: bytes = message.as_bytes()
    return content
