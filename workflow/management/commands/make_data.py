"""Make fictional applications in bulk, for trials of speed."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflow import bulk


class Command(BaseCommand):
    help = "Make fictional applications in bulk, in every state, each with a legal log: for trials of speed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--applications", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same data")
        parser.add_argument("--teams", type=int, metavar="T", help="to how many teams (else one a hundred, at most 12)")
        parser.add_argument("--long", action="store_true", help="lives of four moves in the middle, many taken back")

    def handle(
        self,
        *args: Any,
        applications: int,
        seed: int,
        teams: int | None = None,
        long: bool = False,
        **options: Any,
    ) -> None:
        if not 1 <= applications <= 1_000_000:
            raise CommandError("--applications: a number from 1 to 1000000.")
        if not 0 <= seed < 2**32:
            raise CommandError("--seed: a number from 0 to 4294967295.")
        if teams is not None and not 1 <= teams <= 1000:
            raise CommandError("--teams: a number from 1 to 1000.")
        start = time.monotonic()
        try:
            made = bulk.make(applications=applications, seed=seed, teams=teams, long=long)
        except ValueError as error:
            raise CommandError(f"--seed: {error}. Choose another.") from error
        seconds = time.monotonic() - start
        self.stdout.write(f"{applications} applications to {len(made)} teams in {seconds:.1f} s (seed {seed}).")
