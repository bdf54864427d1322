"""Read mailboxes over IMAP: one message at a time, gone from the server only after our commit.

No UID is remembered, nor UIDVALIDITY. What is still in the folder is new; what was committed but not moved yet (we died
in between) is recognised by its Message-ID or, without one, by its bytes, and only moved. So neither a crash nor a
server that numbers its mail anew loses or doubles anything. One message on which a poll died is taken last by the next.
"""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import imap_tools
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.inbound import refused
from notifications.inbound.mailboxes import Mailbox
from notifications.inbound.receive import Receipt, receive
from notifications.models import MailboxPoll, Outcome

log = structlog.get_logger(__name__)

Told = Callable[[Mailbox, str, Receipt], None]
Errors = (OSError, imaplib.IMAP4.error, imap_tools.ImapToolsError, UnicodeError)
SIZE = re.compile(rb"UID (\d+)[^()]*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^()]*?UID (\d+)")
LONGEST = 240.0
"""Seconds after which a poll stops between two messages: the next one goes on."""


@dataclass
class Polled:
    """What one poll of one mailbox did. `trouble`: why it stopped early, in words; `` if it did not."""

    mailbox: Mailbox
    messages: int = 0
    trouble: str = ""
    busy: bool = False  # somebody else is reading it just now


def poll(mailbox: Mailbox, *, told: Told | None = None, stop: Callable[[], bool] = lambda: False) -> Polled:
    """Read one mailbox to its end, unless another process is at it. Its troubles are words, not exceptions.

    Raises OperationalError or InterfaceError when our database is lost: what was not committed is still on the server.
    """
    done = Polled(mailbox)
    with held(mailbox) as ours:
        if not ours:
            done.busy = True
            return done
        try:
            _drain(mailbox, done, told or _ignore, stop)
        except Errors as error:
            done.trouble = trouble(mailbox, error)
            log.warning("mailbox_not_read", mailbox=mailbox.name, trouble=done.trouble)
        _note(mailbox, trouble=done.trouble, trying="")
    return done


def _note(mailbox: Mailbox, **fields: str) -> None:
    """Write down how a mailbox fares."""
    MailboxPoll.objects.update_or_create(name=mailbox.name[:500], defaults={"polled_at": timezone.now(), **fields})


@contextmanager
def held(mailbox: Mailbox) -> Iterator[bool]:
    """Hold the mailbox for this process; say whether it is ours. A process that dies lets go by dying."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [mailbox.lock])
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        if ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [mailbox.lock])


def trouble(mailbox: Mailbox, error: Exception) -> str:
    """Give the words for what went wrong, the password left out."""
    said = mailbox.hide(" ".join(str(error).split()))[:300]
    if isinstance(error, imap_tools.MailboxLoginError):
        return _("The server does not let us in: %(said)s") % {"said": said}
    if isinstance(error, imap_tools.MailboxFolderSelectError):
        return _("The folder cannot be opened: %(said)s") % {"said": said}
    if isinstance(error, OSError):
        return _("The server does not answer: %(said)s") % {"said": said or type(error).__name__}
    return _("The server said: %(said)s") % {"said": said or type(error).__name__}


def _ignore(mailbox: Mailbox, uid: str, receipt: Receipt) -> None:
    """Tell nobody."""


def _drain(mailbox: Mailbox, done: Polled, told: Told, stop: Callable[[], bool]) -> None:
    """Take every message that is in the folder now, the oldest first."""
    end = time.monotonic() + LONGEST
    box = mailbox.open()
    try:
        for uid, size in _in_order(mailbox, _sizes(box)):
            if stop() or time.monotonic() > end:
                break
            _note(mailbox, trying=uid)
            try:
                receipt = _take(box, mailbox, uid, size)
            except (OperationalError, InterfaceError) as error:
                if not connection.is_usable():
                    raise
                # The database lives and does not take this one (a time limit, say): it stays, the others go on.
                done.trouble = _("The database did not take a message: %(said)s") % {"said": str(error).strip()[:200]}
                continue
            if receipt is not None:
                done.messages += 1
                told(mailbox, uid, receipt)
    finally:
        with suppress(*Errors):  # whatever was done is done
            box.client.logout()


def _in_order(mailbox: Mailbox, found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Give the messages oldest first, but the one last at which a poll before this one died."""
    trying = MailboxPoll.objects.filter(name=mailbox.name[:500]).values_list("trying", flat=True).first()
    return sorted(found, key=lambda one: one[0] == trying)


def _sizes(box: imap_tools.BaseMailBox) -> list[tuple[str, int]]:
    """Give UID and size in bytes of every message, without what somebody has marked as deleted."""
    uids = box.uids("UNDELETED")
    found: dict[str, int] = {}
    for start in range(0, len(uids), 500):
        _status, rows = box.client.uid("FETCH", ",".join(uids[start : start + 500]), "(UID RFC822.SIZE)")
        for row in rows or []:
            line = b" ".join(row) if isinstance(row, tuple) else row or b""
            for first, size, other_size, second in SIZE.findall(line):
                found[(first or second).decode()] = int(size or other_size)
    return [(uid, found.get(uid, 0)) for uid in uids]


def _take(box: imap_tools.BaseMailBox, mailbox: Mailbox, uid: str, size: int) -> Receipt | None:
    """Take one message and see it off the server; None if it is gone. It stays where our database did not take it."""
    if size > settings.INBOUND_MAX_BYTES:
        head = _fetch(box, uid, f"BODY.PEEK[HEADER]<0.{refused.HEAD_BYTES}>")
        receipt = refused.too_large(head or b"", size, f"{mailbox.name};{uid}")
    else:
        raw = _fetch(box, uid, "BODY.PEEK[]")
        if raw is None:
            return None
        receipt = receive(raw)
        if receipt.outcome == Outcome.REFUSED:
            refused.keep(raw, receipt.reason)
    if receipt.outcome == Outcome.REFUSED:
        _move(box, uid, mailbox.aside)
    elif mailbox.done:
        _move(box, uid, mailbox.done)
    else:
        _delete(box, uid)
    return receipt


def _fetch(box: imap_tools.BaseMailBox, uid: str, part: str) -> bytes | None:
    """Give a part of one message as it is, without marking it as read; None if the message is gone."""
    status, rows = box.client.uid("FETCH", uid, f"({part})")
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH: {rows!r}"[:300])
    return next((row[1] for row in rows or [] if isinstance(row, tuple) and len(row) > 1), None)


def _move(box: imap_tools.BaseMailBox, uid: str, folder: str) -> None:
    """Move one message, in one step where the server can; the folder is made when it is missing."""
    try:
        _moved(box, uid, folder)
    except imap_tools.ImapToolsError:
        if box.folder.exists(folder):
            raise
        box.folder.create(folder)
        _moved(box, uid, folder)


def _moved(box: imap_tools.BaseMailBox, uid: str, folder: str) -> None:
    if "MOVE" in box.client.capabilities:
        box.move(uid, folder)
        return
    box.copy(uid, folder)
    _delete(box, uid)


def _delete(box: imap_tools.BaseMailBox, uid: str) -> None:
    """Delete this message and, where the server can tell them apart (RFC 4315), no other that somebody has marked."""
    box.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
    if "UIDPLUS" in box.client.capabilities:
        status, rows = box.client.uid("EXPUNGE", uid)
    else:
        status, rows = box.client.expunge()
    if status != "OK":
        raise imaplib.IMAP4.error(f"EXPUNGE: {rows!r}"[:300])
