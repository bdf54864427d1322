"""Time every report, for one team and for all, over the data that is there."""

import os
import statistics
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from backend.accounts.actors import SYSTEM
from backend.accounts.models import Team
from backend.reports import query, question
from backend.reports.registry import REPORTS
from workflow.models import Application, Transition

ALWAYS = {"from": "2015-01-01"}


class Command(BaseCommand):
    help = "Print how long each report takes over the whole log: for the largest team, and for all. Make data first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=20, metavar="N", help="how often each is asked (at least 2)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rounds"] < 2:
            raise CommandError("--rounds: at least 2.")
        teams = Team.objects.annotate(n=Count("postings__applications")).order_by("-n", "pk")
        largest = teams.first()
        if largest is None or not largest.n:
            raise CommandError("There is no application: run “manage.py make_data --applications 100000” first.")
        load = os.getloadavg()[0]
        self.stdout.write(
            f"{Application.objects.count():,} applications, {Transition.objects.count():,} transitions, "
            f"{teams.count()} teams, the largest with {largest.n:,}; load average before: {load:.1f}\n\n"
        )
        self.stdout.write("| report | one team p50 s | p95 s | all p50 s | p95 s |\n|---|---:|---:|---:|---:|")
        for key in REPORTS:
            one = self.times(key, {"team": largest.slug} | ALWAYS, options["rounds"])
            everything = self.times(key, ALWAYS, options["rounds"])
            cells = " | ".join(f"{value:.2f}" for value in (*one, *everything))
            self.stdout.write(f"| `{key}` | {cells} |")

    def times(self, key: str, given: dict[str, str], rounds: int) -> tuple[float, float]:
        """Give median and 95th percentile, in seconds."""
        asked, taken = question.ask(SYSTEM, given), []
        for _round in range(rounds):
            began = time.perf_counter()
            query.table(REPORTS[key], asked)
            taken.append(time.perf_counter() - began)
        return statistics.median(taken), statistics.quantiles(taken, n=20, method="inclusive")[-1]
