"""What the parts of a message hold: text, files, messages inside, delivery reports; counted and bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.inbound import headers, html

MAX_NESTING = 30
MAX_HTML_PARTS = 20
STUB = re.compile(r"(?i)^\W*(your|this|votre|ce)\b.{0,80}\b(html)\b.{0,120}$", re.DOTALL)
SEALS = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")


@dataclass(frozen=True)
class Attachment:
    """A file as it came, with the name the sender gave it."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Report:
    """A delivery report (RFC 3464): about which message and recipient, and what the server said."""

    action: str
    status: str
    recipient: str
    diagnostic: str
    message_ids: tuple[str, ...]


@dataclass
class Content:
    """What was found; filled by `collect`."""

    text: str = ""
    links: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    embedded: tuple[Message, ...] = ()
    report: Report | None = None
    calendar: str = ""
    left_out: tuple[str, ...] = ()


@dataclass
class _State:
    seen: int = 0
    too_many: bool = False
    links: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    embedded: list[Message] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    status: list[Message] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    reporting: bool = False
    calendar: str = ""
    pages: int = 0


def collect(message: Message) -> Content:
    """Give what the parts of `message` hold, within the limits of the settings; what was left out is named."""
    state = _State()
    text = _visit(message, state, 0)[: settings.INBOUND_MAX_TEXT * 4]  # before each sign is looked at
    if state.too_many:
        limit = settings.INBOUND_MAX_PARTS
        state.left_out.append(_("The message has more than %(limit)d parts: the rest was left out.") % {"limit": limit})
    return Content(
        text=headers.tidy(text.replace("\r\n", "\n").replace("\r", "\n"))[: settings.INBOUND_MAX_TEXT].strip(),
        links=tuple(dict.fromkeys(state.links))[:100],
        attachments=tuple(state.attachments),
        embedded=tuple(state.embedded),
        report=_report(state) if state.reporting or state.status else None,
        calendar=state.calendar,
        left_out=tuple(state.left_out),
    )


def _visit(part: Message, state: _State, depth: int) -> str:
    """Give the text that a reader sees of this part, and put the rest where it belongs."""
    state.seen += 1
    if state.seen > settings.INBOUND_MAX_PARTS or depth > MAX_NESTING:
        state.too_many = True
        return ""
    # Not for a leaf: get_payload() would decode it by whatever codec it names.
    kind, payload = part.get_content_type(), part.get_payload() if part.is_multipart() else None
    if kind == "message/delivery-status":
        state.status += [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
        return ""
    if kind == "message/rfc822":
        return _message(part, state)
    if isinstance(payload, list):
        if kind == "multipart/report":
            state.reporting = True
        texts = [_visit(child, state, depth + 1) for child in payload if isinstance(child, Message)]
        if kind == "multipart/alternative":
            return next((text for text in texts if text.strip() and not STUB.match(text)), "".join(texts))
        return "\n\n".join(text for text in texts if text.strip())
    return _leaf(part, kind, state)


def _leaf(part: Message, kind: str, state: _State) -> str:
    name, disposition = filename(part), (part.get_content_disposition() or "").lower()
    if kind in SEALS or kind.startswith("multipart/"):
        return "" if kind in SEALS else _decoded(content(part), part)
    if kind == "text/rfc822-headers":
        state.returned.append(_decoded(content(part), part)[:50_000])
        return ""
    if kind == "text/calendar":
        state.calendar = (str(part.get_param("method") or "") or _method(content(part))).upper() or "PUBLISH"
        return ""
    if kind in ("text/plain", "text/html", "text/enriched") and not name and disposition != "attachment":
        return _text(part, kind, state)
    if kind.startswith("image/") and disposition != "attachment" and (part.get("Content-ID") or disposition):
        return ""  # a logo in a signature, a picture in the text: the raw message keeps it
    body = content(part)
    if body or name:
        state.attachments.append(Attachment(name or _unnamed(kind), body, kind))
    return ""


def _text(part: Message, kind: str, state: _State) -> str:
    body = content(part)[: settings.INBOUND_MAX_TEXT * 4]
    text = _decoded(body, part)
    if kind == "text/html":
        state.pages += 1
        if state.pages > MAX_HTML_PARTS:
            return ""
        page = html.read(text)
        state.links += page.links
        return page.text
    if str(part.get_param("format") or "").lower() == "flowed":
        return _unflow(text, delete=str(part.get_param("delsp") or "").lower() == "yes")
    return text


def _message(part: Message, state: _State) -> str:
    """Keep a message inside the message; one that was encoded, against RFC 2046, is decoded first."""
    payload = part.get_payload() if part.is_multipart() else None
    inner = payload[0] if isinstance(payload, list) and payload and isinstance(payload[0], Message) else None
    encoding = headers.value(part, "Content-Transfer-Encoding").lower()
    if inner is not None and not inner.keys() and encoding in ("base64", "quoted-printable"):
        shell = Message()
        shell["Content-Transfer-Encoding"] = encoding
        shell.set_payload(inner.get_payload())
        inner = _parsed(content(shell))
    if inner is not None:
        state.embedded.append(inner)
    return ""


def _parsed(raw: bytes) -> Message | None:
    try:
        return message_from_bytes(raw, policy=policy.compat32)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return None


def content(part: Message) -> bytes:
    """Give the decoded bytes of a leaf; damaged encodings give what can be read."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        payload = None
    return payload if isinstance(payload, bytes) else b""


def filename(part: Message) -> str:
    """Give the name that the sender gave a part, decoded; `` for none."""
    shell = Message()
    for header in ("Content-Disposition", "Content-Type"):
        raw = headers.values(part, header)
        if raw:  # mended first: the standard library gives question marks for 8-bit names
            shell[header] = headers.eight_bit(raw[0][: headers.MAX_VALUE])
    try:
        name = shell.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        name = ""
    return headers.decode(str(name))[:300]


def _unnamed(kind: str) -> str:
    endings = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/html": ".html"}
    return _("attachment") + endings.get(kind, "")


def _decoded(body: bytes, part: Message) -> str:
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError, AttributeError):
        charset = None
    return headers.text_of(body, charset)


def _unflow(text: str, *, delete: bool) -> str:
    """Give format=flowed text (RFC 3676) with its soft line ends joined."""
    lines: list[str] = []
    joins = False
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line[1:] if line.startswith(" ") else line
        if joins and not line.startswith(">") and line != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        joins = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if joins and delete:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _method(body: bytes) -> str:
    match = re.search(rb"(?m)^METHOD:([A-Za-z]+)", body[:20_000])
    return match.group(1).decode() if match else ""


def _report(state: _State) -> Report:
    """Give what a delivery report says; the message it is about is found by the Message-ID it returns."""
    fields: dict[str, str] = {}
    for block in state.status[:50]:
        for name in ("Action", "Status", "Final-Recipient", "Original-Recipient", "Diagnostic-Code"):
            found = headers.value(block, name)
            if found:
                fields.setdefault(name, found)
    ids = [one for inner in state.embedded for one in headers.message_ids(headers.values(inner, "Message-ID"))]
    for text in state.returned:
        ids += headers.message_ids(re.findall(r"(?im)^message-id:\s*(\S+)", text))
    recipient = fields.get("Final-Recipient") or fields.get("Original-Recipient", "")
    return Report(
        action=fields.get("Action", "").lower(),
        status=fields.get("Status", ""),
        recipient=recipient.rpartition(";")[2].strip()[:320],
        diagnostic=fields.get("Diagnostic-Code", "").rpartition(";")[2].strip()[:500],
        message_ids=tuple(dict.fromkeys(ids)),
    )
