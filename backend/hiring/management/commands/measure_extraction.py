"""Print how well facts are read from labelled postings."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.hiring.markdown import measure

CORPUS = Path(__file__).resolve().parents[4].parent / "shared" / "corpus"


class Command(BaseCommand):
    """`measure_extraction`: a Markdown table of exact matches a fact."""

    help = "Measure the reading of facts against labelled postings and print a table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--labels", type=Path, default=CORPUS / "labels.json", help="JSON of labels by file name")
        parser.add_argument("--postings", type=Path, default=CORPUS / "postings", help="folder of the postings")
        parser.add_argument("--misses", action="store_true", help="also list each fact read otherwise than labelled")

    def handle(self, *, labels: Path, postings: Path, misses: bool, **options: Any) -> None:
        for path in (labels, postings):
            if not path.exists():
                raise CommandError(f"There is no {path}. Say where it is with --labels and --postings.")
        try:
            rows = measure.measure(labels, postings)
        except (OSError, ValueError) as error:
            raise CommandError(f"The postings cannot be measured: {error}") from error
        self.stdout.write(measure.format_table(rows))
        if misses:
            for row in rows:
                for file_name, label, value in row.misses:
                    self.stdout.write(f"{row.name}: {file_name}: labelled {label!r}, read {value!r}")
