"""Carry the whole main job through, and print what happened."""

import logging
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from backend.common.errors import JalonError
from backend.demo import loader
from backend.demo.journey import Journey, Row
from workflow.models import Application


class Command(BaseCommand):
    help = "Run the whole main job on postings, without a browser, on an empty database. Exits 1 if anything differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--postings", type=Path, default=loader.POSTINGS, metavar="DIR")
        parser.add_argument("--out", type=Path, metavar="DIR", help="keep mails (.eml) and PDFs here")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["postings"].is_dir():
            raise CommandError(f"--postings: there is no folder {options['postings']}.")
        if not settings.MAILBOX_ENABLED:
            raise CommandError("EMAIL_URL is set: the demo writes to people who do not exist. Unset it.")
        logging.getLogger("notifications").setLevel(logging.WARNING)  # the table says what the relay did
        call_command("migrate", verbosity=0)
        if Application.objects.exists():
            raise CommandError("This database holds applications. The demo wants an empty one: run ./jalon demo.")
        began = time.monotonic()
        journey = Journey(options["postings"], options["out"])
        try:
            with translation.override("fr"):
                journey.run()
        except (JalonError, OSError) as error:
            self.table(journey.rows)
            raise CommandError(f"{error}") from error
        self.table(journey.rows)
        self.stdout.write(f"\nmails: {journey.told}")
        self.stdout.write(f"{len(journey.rows)} checks in {time.monotonic() - began:.1f} s")
        if options["out"]:
            self.stdout.write(f"mails and PDFs are in {options['out']}")
        bad = [row for row in journey.rows if not row.good]
        if bad:
            raise CommandError(f"{len(bad)} of {len(journey.rows)} steps went otherwise.")

    def table(self, rows: list[Row]) -> None:
        """Print the rows, aligned."""
        width = max((len(row.what) for row in rows), default=0)
        for row in rows:
            mark = "✓" if row.good else "✗"
            wanted = "" if row.good else f"  (expected: {row.expected})"
            self.stdout.write(f"{mark} {row.what:<{width}}  {row.got}{wanted}")
