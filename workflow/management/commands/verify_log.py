"""Compare every application with its log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflow import verification


class Command(BaseCommand):
    help = "Replay the log of every application and compare it with the row. Exits 1 and names each that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = 0
        wrong = []
        for pk, problem in verification.replay():
            checked += 1
            if problem:
                wrong.append(f"{pk}: {problem}")
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} of {checked} applications differ from their log.")
        self.stdout.write(f"{checked} applications agree with their log.")
