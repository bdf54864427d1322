"""The message inside a forwarded one: who wrote it, to whom, about what."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.inbound import forward_marks as marks
from notifications.inbound import headers
from notifications.inbound.headers import Address
from notifications.inbound.parse import Incoming
from notifications.inbound.parts import Attachment


@dataclass(frozen=True)
class Original:
    """A message that somebody forwarded. `sender` may lack an address; `cover` is what the forwarder wrote above."""

    sender: Address | None
    subject: str
    recipients: tuple[str, ...]
    text: str
    cover: str
    links: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    thread: tuple[str, ...] = ()
    mail: Incoming | None = None


def original(mail: Incoming) -> Original | None:
    """Give the message that `mail` forwards, as an attachment or in its text; None if it forwards none."""
    if mail.embedded and mail.report is None:
        return _attached(mail)
    return _inline(mail.text, mail.subject, mail.links, mail.attachments)


def deeper(found: Original) -> Original | None:
    """Give the message inside a forwarded message, when that one was itself a forward."""
    if found.mail is not None and found.mail.embedded:
        return _attached(found.mail)
    inner = _inline(found.text, found.subject, found.links, found.attachments)
    return inner if inner and inner.sender else None


def _attached(mail: Incoming) -> Original | None:
    inner = mail.embedded[0]
    if inner.sender is None and not inner.text:
        return None
    return Original(
        sender=sender_of(inner),
        subject=inner.subject,
        recipients=inner.recipients,
        text=inner.text,
        cover=mail.text,
        links=inner.links,
        attachments=inner.attachments + mail.attachments,
        thread=inner.thread,
        mail=inner,
    )


def _inline(text: str, subject: str, links: tuple[str, ...], attachments: tuple[Attachment, ...]) -> Original | None:
    lines = text.split("\n")
    for index, line in enumerate(lines):
        bare = line.strip(" >*")
        announced = len(bare) < 200 and marks.FORWARD_LINE.match(bare) is not None
        # Outlook forwards and answers alike: only the subject tells them apart.
        forwards = marks.FORWARD_SUBJECT.match(subject) is not None
        if not announced and not forwards:
            continue
        found = _block_at(lines, index, announced=announced)
        if found is None:
            continue
        block, inner = found
        return Original(
            sender=_named(block.fields.get("reply-to", "")) or _named(block.fields["from"]),
            subject=headers.decode(block.fields.get("subject", "")),
            recipients=tuple(
                address.key
                for name in ("to", "cc")
                for address in headers.addresses([block.fields.get(name, "").replace(";", ",")])
            ),
            text="\n".join(inner[block.end :]).strip(),
            cover="\n".join(lines[:index]).strip(),
            links=links,
            attachments=attachments,
        )
    return None


NEAR = 60
"""Lines within which a block of headers begins and ends; `marks.header_block` reads no more than half of them."""


def _block_at(lines: list[str], index: int, *, announced: bool) -> tuple[marks.Block, list[str]] | None:
    """Give the headers that follow an announcement (within five lines) or stand here, and the lines, unquoted."""
    near = _unquoted(lines[index : index + NEAR])  # asked at every line of some mails: the rest only where it counts
    for start in range(1 if announced else 0, 6 if announced else 1):
        if start < len(near) and marks.header_block(near, start) is not None:
            inner = _unquoted(lines[index:])
            block = marks.header_block(inner, start)
            return None if block is None else (block, inner)
    return None


def _unquoted(lines: list[str]) -> list[str]:
    """Give the lines without the `> ` that some programs put before all of a forwarded message."""
    following = [line for line in lines[1:] if line.strip()]
    if not following or not following[0].startswith(">"):
        return lines
    return [line[1:].removeprefix(" ") if line.startswith(">") else line for line in lines]


def _named(value: str) -> Address | None:
    """Give the person of a forwarded `From:` line; with a name alone, an address that is empty."""
    if not value.strip():
        return None
    found = headers.address_in(value)
    return found or Address(headers.decode(value.replace("*", ""))[:200], "")


NO_ANSWER = ("noreply", "no-reply", "no_reply", "ne-pas-repondre", "nepasrepondre", "donotreply", "do-not-reply")


def sender_of(mail: Incoming) -> Address | None:
    """Give who wrote a mail: the From, unless a list or a no-reply address stands there for somebody else."""
    sender = mail.sender
    if sender is None:
        return mail.reply_to[0] if mail.reply_to else None
    rewritten = sender.key in mail.recipients or "list-id" in mail.headers
    if mail.original_sender is not None and rewritten:
        return mail.original_sender
    impersonal = sender.key.partition("@")[0].replace(".", "-").startswith(NO_ANSWER)
    other = next((address for address in mail.reply_to if address.key != sender.key), None)
    via = " via " in sender.name.lower()
    if other is not None and (impersonal or sender.key in mail.recipients or (via and rewritten)):
        name = sender.name[: sender.name.lower().rfind(" via ")].strip("'\" ") if via else ""
        return Address(other.name or name, other.email)
    return sender
