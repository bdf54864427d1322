"""Raw bytes to a frozen `Incoming`: what a mail says, with limits on everything and no exception but NotAMail."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser

from django.conf import settings
from django.utils.translation import gettext as _

from backend.common.errors import Invalid
from notifications.inbound import headers, parts
from notifications.inbound.headers import Address
from notifications.inbound.parts import Attachment, Report

# A file without any of these is no mail.
SIGNS = ("from", "to", "cc", "subject", "date", "message-id", "received", "return-path", "delivered-to", "sender")
RECIPIENT_HEADERS = (
    "To",
    "Cc",
    "Bcc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
    "Apparently-To",
    "Resent-To",
    "Resent-Cc",
    "List-Post",
)
ERASED = b"erased "
"""What a kept message begins with whose text is gone with the person; its `content_key` follows."""
MAX_ID = 400
MAX_DEPTH = 4
"""How many messages inside messages are read."""


class NotAMail(Invalid):
    """The bytes are no mail, or one that is too large to take."""


@dataclass(frozen=True)
class Incoming:
    """One mail as it was written. Texts are fit for the database; addresses are as written."""

    message_id: str
    sender: Address | None
    reply_to: tuple[Address, ...] = ()
    original_sender: Address | None = None
    recipients: tuple[str, ...] = ()
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    links: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    embedded: tuple[Incoming, ...] = ()
    report: Report | None = None
    calendar: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def message_id_given(self) -> bool:
        """Say whether the mail itself says its Message-ID."""
        return not self.message_id.endswith("@message.invalid>")

    @property
    def thread(self) -> tuple[str, ...]:
        """Give the Message-IDs that this mail answers, nearest first."""
        ids = ([self.in_reply_to] if self.in_reply_to else []) + list(reversed(self.references))
        return tuple(dict.fromkeys(ids))

    @property
    def content_key(self) -> str:
        """Give a digest of what a person sent, whatever the route: sender, subject, text, files."""
        digest = hashlib.sha256()
        for piece in (self.sender.key if self.sender else "", self.subject, " ".join(self.text.split())):
            digest.update(piece.encode() + b"\0")
        for attachment in self.attachments:
            digest.update(hashlib.sha256(attachment.content).digest())
        for inner in self.embedded:
            digest.update(inner.content_key.encode())
        return digest.hexdigest()


def parse(raw: bytes) -> Incoming:
    """Give the mail in `raw`. Raises NotAMail, with words, for what is empty, too large or no mail at all."""
    if not raw.strip():
        raise NotAMail(_("The file is empty."))
    if len(raw) > settings.INBOUND_MAX_BYTES:
        words = _("The message is %(size).0f MB, more than the %(limit)d MB that are taken.")
        raise NotAMail(words % {"size": len(raw) / 1e6, "limit": settings.INBOUND_MAX_BYTES // 2**20})
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    left_out = []
    try:
        message: Message = message_from_bytes(raw, policy=policy.compat32)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError):
        # Only headers: the body cannot be taken apart, but the raw message is kept and a person can look at it.
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(raw.partition(b"\n\n")[0][:200_000] + b"\n\n")
        left_out = [_("The parts of this message cannot be taken apart.")]
    known = {name.lower() for name, _value in message.raw_items()}
    if not known.intersection(SIGNS):
        raise NotAMail(_("This is not an e-mail: it has no headers such as From, To or Subject."))
    return read(message, raw=raw, left_out=left_out)


def read(message: Message, *, raw: bytes, left_out: list[str] | None = None, depth: int = 0) -> Incoming:
    """Give what a parsed message says; `raw` only names it where it has no Message-ID."""
    content = parts.collect(message)
    sender = headers.addresses(headers.values(message, "From"))
    original = headers.addresses(headers.values(message, "X-Original-From"))
    answered = headers.message_ids(headers.values(message, "In-Reply-To"))
    inner = [read(part, raw=b"", depth=depth + 1) for part in content.embedded] if depth < MAX_DEPTH else []
    return Incoming(
        message_id=_identity(message, raw),
        sender=sender[0] if sender else None,
        reply_to=tuple(headers.addresses(headers.values(message, "Reply-To"))[:10]),
        original_sender=original[0] if original else None,
        recipients=_recipients(message),
        subject=headers.value(message, "Subject")[:500],
        in_reply_to=answered[0] if answered else "",
        references=tuple(headers.message_ids(headers.values(message, "References"))),
        text=content.text,
        links=content.links,
        attachments=content.attachments,
        embedded=tuple(inner),
        report=content.report,
        calendar=content.calendar,
        headers=_first_values(message),
        left_out=(*(left_out or []), *content.left_out),
    )


def _identity(message: Message, raw: bytes) -> str:
    """Give the Message-ID with its brackets, or one derived from the content where there is none."""
    given = headers.message_ids(headers.values(message, "Message-ID"))
    if given and len(given[0]) <= MAX_ID:
        return given[0]
    seed = given[0].encode() if given else raw
    return f"<sha256-{hashlib.sha256(seed).hexdigest()}@message.invalid>"


def _recipients(message: Message) -> tuple[str, ...]:
    """Give every address this message was sent or delivered to, lower case, each once."""
    raw = [value for name in RECIPIENT_HEADERS for value in headers.values(message, name)]
    raw = [re.sub(r"(?i)mailto:", "", value) for value in raw]
    found = [address.key for address in headers.addresses(raw)]
    listed = re.search(r"<([\w.-]+)>", headers.value(message, "List-Id"))
    if listed:  # RFC 2919: name.domain of the list
        found.append(listed.group(1).lower().replace(".", "@", 1))
    return tuple(dict.fromkeys(found))


def _first_values(message: Message) -> dict[str, str]:
    """Give the first value of each header, by lower-case name, at most 200."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        if len(found) >= 200:
            break
        found.setdefault(headers.tidy(name.lower()), headers.decode(str(value)[:2000]))
    return found
