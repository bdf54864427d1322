"""Read mail from files or standard input; one line a message says what became of it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from notifications.inbound.headers import Address
from notifications.inbound.receive import Receipt, receive
from notifications.models import Outcome


class Command(BaseCommand):
    help = (
        "Receive e-mail: each FILE is one message as it came (.eml); “-”, or no file at all, is standard input. "
        "Every message ends in one outcome, printed with its reason. Exits 1 if one was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="a message; “-” for standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON object a message")

    def handle(self, *args: Any, **options: Any) -> None:
        refused = 0
        for path in options["files"] or ["-"]:
            receipt = self.receive(path)
            refused += receipt.outcome == Outcome.REFUSED
            self.stdout.write(as_json(path, receipt) if options["json"] else as_line(path, receipt))
        if refused:
            sys.exit(1)

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
