"""Measure how fast the board of a big team answers."""

import gc
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Role, Team, User
from backend.web.views import board


class Command(BaseCommand):
    help = "Measure the board of the team with the most applications (or of --team), and the question of open boards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--team", metavar="SLUG", help="the team; else the one with the most applications")
        parser.add_argument("--rounds", type=int, default=100, metavar="N", help="how often each page is asked for")

    def handle(self, *args: Any, rounds: int, team: str | None = None, **options: Any) -> None:
        if not 1 <= rounds <= 10_000:
            raise CommandError("--rounds: a number from 1 to 10000.")
        rows = Team.objects.annotate(n=Count("postings__applications", distinct=True)).filter(
            memberships__role=Role.MEMBER
        )
        rows = rows.filter(slug=team) if team else rows.order_by("-n", "slug")
        found = rows.distinct().first()
        if found is None:
            raise CommandError(
                "There is no such team with a member. Make one: make_data --applications 10000 --teams 1."
            )
        with transaction.atomic():  # the session that is made for this goes with it
            self._measure(found, rounds)
            transaction.set_rollback(True)

    def _measure(self, team: Team, rounds: int) -> None:
        member = User.objects.filter(memberships__team=team, memberships__role=Role.MEMBER).order_by("id")[0]
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(member)
        page, live = (reverse(name, args=[team.slug]) for name in ("board", "board_live"))
        client.get(page)  # the first also compiles the templates
        mark = board.mark_of(team)
        gc.collect()
        gc.freeze()  # as gunicorn does before it starts its workers
        self.stdout.write(f"{team.slug}: {team.n} applications, {rounds} rounds")  # type: ignore[attr-defined]
        for name, ask in (("board", lambda: client.get(page)), ("nothing new", lambda: client.get(live, {"v": mark}))):
            walls, processor, queries = _times(ask, rounds)
            p95 = walls[min(len(walls) - 1, int(len(walls) * 0.95))]
            median, own = statistics.median(walls), statistics.median(processor)
            self.stdout.write(
                f"{name}: p50 {median:.0f} ms, p95 {p95:.0f} ms, {own:.0f} ms of processor, {queries} queries"
            )


def _times(ask: Callable[[], Any], rounds: int) -> tuple[list[float], list[float], int]:
    """Give the times of one request in milliseconds, shortest first, those of our own process, and its queries."""
    counted = 0

    def one(execute: Callable[..., object], *words: object) -> object:
        nonlocal counted
        counted += 1
        return execute(*words)

    walls, processor = [], []
    for _round in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
    with connection.execute_wrapper(one):
        ask()
    return sorted(walls), processor, counted
