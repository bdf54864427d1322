"""`manage.py look_after_documents`: what the worker does every five seconds, once and by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.hiring.files import care


class Command(BaseCommand):
    """Scan and read what waits."""

    help = "Scan for viruses and read for search the documents that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option."""
        parser.add_argument(
            "--release-unscanned",
            action="store_true",
            help="first let go what waits for a virus scanner: only after CLAMD_URL was taken away for good",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all that is due, and say how much."""
        if options["release_unscanned"]:
            self.stdout.write(f"released: {care.release_unscanned()}")
        ends: dict[str, int] = {}
        while done := care.look_after():
            for end, count in done.items():
                ends[end] = ends.get(end, 0) + count
        self.stdout.write(", ".join(f"{end}: {count}" for end, count in sorted(ends.items())) or "nothing to do")
