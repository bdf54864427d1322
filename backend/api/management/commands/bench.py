"""Measure the API beside its floor; `./jalon bench` runs this on a scratch database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Measure one move and one list of 50 by API beside their floors. Makes data: give it a scratch database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--applications", type=int, default=10_000)
        parser.add_argument("--moves", type=int, default=100, help="a round, for each side and number of clients")
        parser.add_argument("--lists", type=int, default=200, help="a round, for each side and number of clients")
        parser.add_argument("--rounds", type=int, default=5)
        parser.add_argument("--write", action="store_true", help="rewrite docs/bench.md")

    def handle(self, *args: Any, applications: int, moves: int, lists: int, rounds: int, **options: Any) -> None:
        if min(applications, moves, lists, rounds) < 1:
            raise CommandError("Every number must be at least 1.")
        if str(settings.BASE_DIR) not in sys.path:
            sys.path.insert(0, str(settings.BASE_DIR))
        from bench import run, table  # not part of the product: needed by nobody else

        call_command("migrate", verbosity=0)
        try:
            result = run.run(applications=applications, moves=moves, lists=lists, rounds=rounds, say=self.stderr.write)
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join([*table.rows(result), "", *table.facts(result)]))
        if options["write"]:
            target = Path(settings.BASE_DIR) / "docs" / "bench.md"
            target.write_text(table.page(result), encoding="utf-8")
            self.stdout.write(f"Written to {target.relative_to(settings.BASE_DIR)}.")
