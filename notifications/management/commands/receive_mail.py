"""Read mail from files or standard input; one line a message says what became of it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from backend.common.errors import Invalid
from notifications.inbound import rounds
from notifications.inbound.headers import Address
from notifications.inbound.receive import Receipt, receive
from notifications.models import Outcome


class Command(BaseCommand):
    help = (
        "Receive e-mail: each FILE is one message as it came (.eml); “-”, or no file at all, is standard input; "
        "--imap reads the mailboxes of INBOUND_IMAP_URLS once. Every message ends in one outcome, printed with its "
        "reason. Exits 1 if one was refused, or a mailbox could not be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="a message; “-” for standard input")
        parser.add_argument("--imap", action="store_true", help="read the mailboxes of INBOUND_IMAP_URLS once")
        parser.add_argument("--json", action="store_true", help="print one JSON object a message")

    def handle(self, *args: Any, **options: Any) -> None:
        self.refused, self.as_json = 0, bool(options["json"])
        troubled = self.poll() if options["imap"] else False
        for path in options["files"] or ([] if options["imap"] else ["-"]):
            self.tell(path, self.receive(path))
        if self.refused or troubled:
            sys.exit(1)

    def tell(self, path: str, receipt: Receipt) -> None:
        """Print what became of one message."""
        self.refused += receipt.outcome == Outcome.REFUSED
        self.stdout.write(as_json(path, receipt) if self.as_json else as_line(path, receipt))
        self.stdout.flush()

    def poll(self) -> bool:
        """Read every mailbox once; say whether one could not be read, on standard error why."""
        try:
            polls = rounds.poll_all(told=lambda mailbox, uid, receipt: self.tell(f"{mailbox.name};UID={uid}", receipt))
        except Invalid as refusal:
            raise CommandError(refusal.detail) from None
        except (OperationalError, InterfaceError) as error:
            first = str(error).strip().partition("\n")[0]
            words = _("The database did not take it: %(reason)s. Nothing was written; try again.")
            raise CommandError(words % {"reason": first}) from None
        if not polls:
            raise CommandError(_("INBOUND_IMAP_URLS names no mailbox."))
        for polled in polls:
            if polled.trouble:
                self.stderr.write(f"{polled.mailbox.name}: {polled.trouble}")
            elif polled.busy:
                self.stderr.write(f"{polled.mailbox.name}: {_('somebody else is reading it just now.')}")
        return any(polled.trouble for polled in polls)

    def receive(self, path: str) -> Receipt:
        """Give what became of the message in one file; a file that cannot be read is refused with the reason."""
        try:
            raw = read(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Receipt(Outcome.REFUSED, _("The file cannot be read: %(reason)s.") % {"reason": reason})
        try:
            return receive(raw)
        except (OperationalError, InterfaceError) as error:
            first = str(error).strip().partition("\n")[0]
            words = _("The database did not take it: %(reason)s. Nothing was written; try again.")
            return Receipt(Outcome.REFUSED, words % {"reason": first})


def read(path: str) -> bytes:
    """Give the bytes of a file, or of standard input for “-”; one more than is taken shows that it is too large."""
    limit = settings.INBOUND_MAX_BYTES + 1
    if path == "-":
        return sys.stdin.buffer.read(limit)
    with Path(path).open("rb") as file:
        return file.read(limit)


def as_json(path: str, receipt: Receipt) -> str:
    """Give a receipt as one line of JSON (DESIGN, section 6)."""
    person = receipt.person or Address("", "")
    return json.dumps(
        {
            "path": path,
            "outcome": receipt.outcome.value,
            "reason": receipt.reason,
            "application": str(receipt.application.pk) if receipt.application else None,
            "posting": receipt.posting.slug if receipt.posting else None,
            "candidate": {"name": person.name, "email": person.email},
            "documents": list(receipt.documents),
        },
        ensure_ascii=False,
    )


def as_line(path: str, receipt: Receipt) -> str:
    """Give a receipt as a line for people."""
    who = (receipt.person.name or receipt.person.email) if receipt.person else ""
    about = " → ".join(part for part in (who, receipt.posting.title if receipt.posting else "") if part)
    line = f"{path}: {receipt.outcome.label}{f' ({about})' if about else ''}. {receipt.reason}"
    return " ".join(line.split())
