"""Write postings back to Markdown files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.common import arguments
from backend.hiring import importing
from backend.hiring.models import Posting


class Command(BaseCommand):
    help = "Write every posting to a folder, as it was imported, byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=arguments.path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file. Name a folder.")
        taken: set[str] = set()
        refused = 0
        for posting in Posting.objects.select_related("team").order_by("created_at", "id").iterator(chunk_size=200):
            name = importing.export_name(posting, taken)
            taken.add(name)
            refused += not self.write(folder / name, importing.export_bytes(posting))
        self.stdout.write(f"{len(taken) - refused} postings in {folder}")
        if refused:
            raise CommandError(f"{refused} files exist with another content and were left alone. Export elsewhere.")

    def write(self, path: Path, content: bytes) -> bool:
        """Write one file; leave one with another content alone, and say so."""
        if path.exists() and (path.is_dir() or path.read_bytes() != content):
            self.stderr.write(f"{path}: exists with another content")
            return False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        return True
