"""Read postings written in Markdown."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from backend.accounts.models import Team
from backend.common import arguments
from backend.hiring import importing


class Command(BaseCommand):
    help = "Import postings from Markdown files with front matter; importing again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=arguments.path, metavar="PATH", help="files, or folders of files")
        parser.add_argument(
            "--team", type=arguments.text(100), help="slug of the team they belong to, whatever they say themselves"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [arguments.shown(str(path)) for path in options["paths"] if not exists(path)]
        if missing:
            raise CommandError("There is no such file or folder: " + ", ".join(missing))
        team = self.team(options["team"])
        with transaction.atomic():
            results = [importing.import_file(path, name, team) for path, name in importing.files(options["paths"])]
            if options["dry_run"]:
                transaction.set_rollback(True)
        counts = Counter(result.status for result in results)
        summary = {"read": len(results)} | {
            status: counts[status] for status in ("created", "updated", "unchanged", "refused")
        }
        if options["json"]:
            said = {"counts": summary, "postings": [result.as_json() for result in results]}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))
            return
        for result in results:
            self.stdout.write(f"{result.status:<9} {result.path}" + (f": {result.reason}" if result.reason else ""))
        said_counts = ", ".join(f"{number} {status}" for status, number in summary.items())
        self.stdout.write(said_counts + (" (dry run: nothing was changed)" if options["dry_run"] else ""))

    def team(self, slug: str | None) -> Team | None:
        """Give the team of `--team`."""
        if slug is None:
            return None
        team = Team.objects.filter(slug=slug).first()
        if team is None:
            known = ", ".join(Team.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"--team: there is no team “{slug}” (known: {known}).")
        return team


def exists(path: Path) -> bool:
    """Say whether there is such a path; one too long to be looked up does not exist."""
    try:
        return path.exists()
    except OSError:
        return False
