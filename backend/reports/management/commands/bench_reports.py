"""Time every report, for one team and for all, and every list as a file, over the data that is there."""

import csv
import os
import resource
import statistics
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any

import xlsxwriter
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from backend.accounts.actors import Actor
from backend.accounts.models import Role, Team
from backend.documents import engine
from backend.reports import listing, query, question, recruitment
from backend.reports.registry import REPORTS
from backend.reports.shape import Cell
from backend.reports.ways.registry import LISTS
from workflow.models import Application, Transition

RECEIVED = REPORTS["received"]
ALWAYS = {"from": "2015-01-01"}
DIFFERENT = 20_000
"""Rows that are held while writers are compared; they take turns, so that neither waits for the database."""
Rows = Iterable[Sequence[Cell]]


def bare_csv(rows: Rows) -> None:
    """Write rows as CSV with nothing around it."""
    with tempfile.TemporaryFile("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow(row)


def bare_xlsx(rows: Rows) -> None:
    """Write rows as XLSX with nothing around it."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                sheet.write_string(number, index, str(value))
        book.close()


BARE = {"csv": bare_csv, "xlsx": bare_xlsx}


def ours(form: str, rows: Rows) -> None:
    """Write rows as a list is written, to a file."""
    with tempfile.TemporaryFile() as file:
        for piece in LISTS[form].stream(listing.columns(RECEIVED, RECEIVED.figures[0]), rows, []):
            file.write(piece)


def ratio(form: str, rows: Sequence[Sequence[Cell]], number: int, rounds: int = 3) -> float:
    """Give how long `number` rows take, in times of the bare writer; the median of rounds in which both take turns."""
    found = []
    for _round in range(rounds):
        began = time.process_time()
        BARE[form](islice(cycle(rows), number))
        between = time.process_time()
        ours(form, islice(cycle(rows), number))
        found.append((time.process_time() - between) / (between - began))
    return statistics.median(found)


def coach() -> Actor:
    """Give somebody who coaches every team there is, and nothing more."""
    return Actor(kind="user", _roles=dict.fromkeys(Team.objects.values_list("pk", flat=True), Role.COACH.value))


def every_row() -> Iterator[tuple[Cell, ...]]:
    """Give every application that was ever received, as a list that is taken away holds it."""
    asked = question.ask(coach(), ALWAYS)
    return listing.rows(RECEIVED, asked, line=query.TOTAL, figure="received")


def memory() -> float:
    """Give the most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Command(BaseCommand):
    help = "Print how long each report takes over the whole log: for the largest team, and for all. Make data first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=20, metavar="N", help="how often each is asked (at least 2)")
        parser.add_argument("--lists", action="store_true", help="time the lists as files instead")
        parser.add_argument("--document", action="store_true", help="time the full report as PDF instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rounds"] < 2:
            raise CommandError("--rounds: at least 2.")
        teams = Team.objects.annotate(n=Count("postings__applications")).order_by("-n", "pk")
        largest = teams.first()
        if largest is None or not largest.n:
            raise CommandError("There is no application: run “manage.py make_data --applications 100000” first.")
        if options["lists"] or options["document"]:
            self.lists() if options["lists"] else self.document()
            return
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

    def lists(self) -> None:
        """Print how long a list of everything takes, and beside its bare writer."""
        self.stdout.write("| format | rows | s | peak MB | of the bare writer |\n|---|---:|---:|---:|---:|")
        sample = list(islice(every_row(), DIFFERENT))
        for form in LISTS:
            began, number = time.perf_counter(), 0

            def counted() -> Iterator[tuple[Cell, ...]]:
                nonlocal number
                for row in every_row():
                    number += 1
                    yield row

            ours(form, counted())
            taken, peak = time.perf_counter() - began, memory()
            beside = f"{ratio(form, sample, number):.2f}" if form in BARE else "–"
            self.stdout.write(f"| {form} | {number:,} | {taken:.1f} | {peak:.0f} | {beside} |")

    def document(self) -> None:
        """Print how long the full report of every team over the whole log takes, and over the usual period.

        The first line has in it what a worker loads once, with its first document.
        """
        first = Application.objects.earliest("created_at").created_at.date()
        self.stdout.write(f"{Application.objects.count():,} applications, {Team.objects.count()} teams\n\n")
        self.stdout.write("| period | figures s | pages s | together s | peak MB |\n|---|---:|---:|---:|---:|")
        for words, given in (
            ("whole log, first document", {"from": first.isoformat()}),
            ("whole log", {"from": first.isoformat()}),
            (f"last {question.USUAL_DAYS} days", {}),
        ):
            asked = question.ask(coach(), given)
            began = time.perf_counter()
            engine.prepare()
            tables = query.tables(REPORTS, asked)
            between = time.perf_counter()
            recruitment.render(tables)
            over = time.perf_counter()
            cells = " | ".join(f"{value:.1f}" for value in (between - began, over - between, over - began))
            self.stdout.write(f"| {words} | {cells} | {memory():.0f} |")

    def times(self, key: str, given: dict[str, str], rounds: int) -> tuple[float, float]:
        """Give median and 95th percentile, in seconds."""
        asked, taken = question.ask(coach(), given), []
        for _round in range(rounds):
            began = time.perf_counter()
            query.table(REPORTS[key], asked)
            taken.append(time.perf_counter() - began)
        return statistics.median(taken), statistics.quantiles(taken, n=20, method="inclusive")[-1]
