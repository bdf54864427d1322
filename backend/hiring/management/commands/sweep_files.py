"""`manage.py sweep_files`: remove files that no row knows, left by transactions that were taken back."""

import re
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from backend.hiring.models import Document

A_DAY = 24 * 3600
OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The names that `hiring.models.document_path` gives."""


class Command(BaseCommand):
    """A file is written before its row commits, so that no row lacks its file; what then rolls back leaves the file."""

    help = "Removes stored documents that no row knows and that are older than a day."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--dry-run` and the age."""
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")
        parser.add_argument("--older-than", type=int, default=A_DAY, metavar="SECONDS", help="at least this old")

    def handle(self, *args: Any, dry_run: bool, older_than: int, **options: Any) -> None:
        """Look at each file once. A young one may belong to a transaction under way: it is left."""
        root = Path(settings.MEDIA_ROOT)
        folder = root / "documents"
        old = time.time() - older_than
        removed = 0
        for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if not file.is_file() or not OURS.fullmatch(file.name) or file.stat().st_mtime > old:
                continue
            if not Document.objects.filter(file=file.relative_to(root).as_posix()).exists():
                removed += 1
                if not dry_run:
                    file.unlink(missing_ok=True)
        self.stdout.write(f"{removed}")
