"""Signatures that a receiver can verify with any library of the Standard Webhooks specification, or with ten lines."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from backend.integrations.models import SECRET_PREFIX, Delivery, Endpoint

BOTH_FOR = timedelta(hours=24)
"""How long after a change the secret before it signs as well: time to put the new one in place."""


def headers(delivery: Delivery, body: bytes, now: datetime) -> dict[str, str]:
    """Give the headers of one try: the event's id, the moment of the try, and a signature over both and the body."""
    stamp = str(int(now.timestamp()))
    signed = [f"v1,{signature(secret, str(delivery.pk), stamp, body)}" for secret in secrets(delivery.endpoint, now)]
    return {
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signed),
    }


def secrets(endpoint: Endpoint, now: datetime) -> list[str]:
    """Give the secrets that sign now."""
    changed = endpoint.secret_changed_at
    both = endpoint.secret_before and changed is not None and now < changed + BOTH_FOR
    return [endpoint.secret, endpoint.secret_before] if both else [endpoint.secret]


def signature(secret: str, event: str, stamp: str, body: bytes) -> str:
    """Give the HMAC-SHA256 of `id.timestamp.body`, in base 64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    made = hmac.new(key, f"{event}.{stamp}.".encode() + body, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()
