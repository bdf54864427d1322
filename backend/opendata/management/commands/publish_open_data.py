"""`manage.py publish_open_data`: what beat does every day, by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.opendata import release


class Command(BaseCommand):
    """Publishes what is due; running it again publishes nothing twice."""

    help = "Publishes the anonymised figures of each quarter that ended a month ago or earlier, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one published quarter a line."""
        for published in release.publish_due():
            self.stdout.write(f"{published}: {published.cells.count()} cells")
