"""Load the demo data, once."""

import json
import tempfile
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from backend.demo import accounts, loader


class Command(BaseCommand):
    help = "Load fictional teams, postings and applications, once; or print the accounts that can look at them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="print the accounts only")
        parser.add_argument("--json", action="store_true", help="with --accounts: as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Demo data belongs on a laptop: JALON_EMBEDDED is not set here. Nothing was loaded.")
        if options["accounts"]:
            self.stdout.write(self.accounts(as_json=options["json"]))
            return
        made = loader.load()
        if made:
            self.receive()
            call_command("relay", once=True, stdout=StringIO())
            loader.date_mails()
        self.stdout.write(f"{made} demo applications loaded" if made else "The demo data is already there.")

    def accounts(self, *, as_json: bool) -> str:
        """Give the accounts, for a person or for a program."""
        if not as_json:
            return accounts.page()
        said = {"address": settings.SITE_URL, "accounts": [account.as_json() for account in accounts.ACCOUNTS]}
        return json.dumps(said, ensure_ascii=False)

    def receive(self) -> None:
        """Let the unsorted messages come in by the same door as any other."""
        with tempfile.TemporaryDirectory() as folder:
            for number, content in enumerate(loader.unsorted_mails()):
                path = Path(folder) / f"{number}.eml"
                path.write_bytes(content)
                call_command("receive_mail", str(path), stdout=StringIO())
