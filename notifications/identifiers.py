"""Names that travel with a mail: its Message-ID, and the token of the address that replies go to."""

from __future__ import annotations

import base64
import hmac
import re
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from workflow.models import Application

REPLY_SALT = "notifications.reply"
TOKEN = re.compile(r"(?P<id>[a-z2-7]{26})(?P<mark>[a-z2-7]{13})")
"""An application's id and 64 bits of HMAC, in base 32: servers may change the case of an address."""


def message_id(row: UUID) -> str:
    """Give the Message-ID of an outgoing row; the same row has the same one, however often it is tried."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost.localdomain"
    return f"<{row.hex}@{domain}>"


def reply_token(application: Application) -> str:
    """Give the token that stands for an application in `reply+<token>@INBOUND_DOMAIN`, 39 characters."""
    return _base32(application.pk.bytes) + _mark(application.pk, settings.SECRET_KEY)


def reply_address(application: Application) -> str:
    """Give the address that an answer should go to; empty when nobody would read it."""
    if settings.INBOUND_DOMAIN:
        return f"reply+{reply_token(application)}@{settings.INBOUND_DOMAIN}"
    return application.team.reply_to


def application_for_reply_token(token: str) -> Application | None:
    """Give the application that a reply token stands for; None for a token that we did not make."""
    found = TOKEN.fullmatch(token.strip().lower())
    if found is None:
        return None
    pk = UUID(bytes=base64.b32decode(found["id"].upper() + "======"))
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(found["mark"], _mark(pk, key)) for key in keys):
        return None
    return Application.objects.select_related("posting__team", "candidate").filter(pk=pk).first()


def _mark(pk: UUID, key: str) -> str:
    return _base32(salted_hmac(REPLY_SALT, pk.hex, secret=key, algorithm="sha256").digest()[:8])


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
