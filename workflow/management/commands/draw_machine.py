"""Draw the lifecycle."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from workflow import diagram


class Command(BaseCommand):
    help = "Print the lifecycle as a Mermaid diagram, or write docs/lifecycle.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/lifecycle.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["write"]:
            self.stdout.write(diagram.mermaid(), ending="")
            return
        path = settings.BASE_DIR / "docs" / "lifecycle.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(diagram.page(), encoding="utf-8")
        self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
