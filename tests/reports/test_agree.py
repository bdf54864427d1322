"""Random lives, made by the services at odd hours: every way out says the same, and what a plain reference says.

`LIVES=300 ./jalon test tests/reports/test_agree.py` lives more of them than a test may take time for.
"""

import datetime as dt
import os
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Role
from backend.common import clock
from backend.common.errors import JalonError
from backend.hiring import editing
from backend.hiring.models import StatusChange
from backend.reports import query, question, wording
from backend.reports.registry import REPORTS
from backend.reports.shape import Kind
from backend.reports.ways.registry import written
from tests import factories
from tests.reports import reading, reference
from workflow import services
from workflow.models import Application, Contract, OnboardingTask
from workflow.states import State, Via

START = {
    "winter": dt.datetime(2026, 3, 28, 21, 30, tzinfo=dt.UTC),  # the night of 23 hours follows
    "summer": dt.datetime(2026, 10, 24, 20, 30, tzinfo=dt.UTC),  # the night of 25 hours follows
}
OPS = st.sampled_from(
    [
        *["submit", "submit", "forward", "forward", "forward", "reject", "withdraw", "withdraw", "reopen"],
        *["undo", "undo", "open", "open", "close", "draft"],
    ]
)
STEPS = st.lists(
    st.tuples(OPS, st.integers(0, 5), st.sampled_from([0, 1, 2, 5, 7, 24, 31, 200, 750, -1])), min_size=12, max_size=30
)
LIVES = int(os.environ.get("LIVES", "15"))
STATUS = {"open": "open", "close": "closed", "draft": "draft"}
FORWARD = {"received": "interview", "interviewed": "contract", "contracted": "onboard"}


FULL = [
    *[("submit", n, 1) for n in range(4)],
    *[("forward", n, 24) for n in (0, 1, 2, 0, 1, 2)],
    *[("undo", 2, 1), ("forward", 2, 5), ("reject", 3, 7), ("reopen", 3, 24), ("withdraw", 3, 1), ("close", 1, 1)],
]
"""A history in which everything that is rare happens: chance may leave it out."""


class World:
    """Two teams of one coach, three postings, and the applications to them."""

    def __init__(self) -> None:
        self.teams = sorted((factories.team(answer_days=n) for n in (1, 6)), key=lambda team: team.slug)
        self.postings = [
            factories.posting(team, domains=domains)
            for team, domains in (
                (self.teams[0], ["Sécurité des données", "Eau"]),
                (self.teams[0], []),
                (self.teams[1], ["SECURITE   des-données"]),
            )
        ]
        self.member = factories.member(*self.teams)
        self.coach = factories.user(*self.teams, role=Role.COACH)
        # Contracts in one domain, spelled in two ways, from the beginning: random lives come that far too seldom.
        signed = [factories.application(self.postings[at], state=State.CONTRACTED) for at in (0, 2)]
        for number, row in enumerate(signed):
            row.contracts.update(start=clock.today(), day_rate=Decimal("480.50") + 100 * number)
        self.applications: list = [row.pk for row in signed]

    def live(self, op: str, which: int, now: dt.datetime) -> None:
        """Do one thing; what the lifecycle refuses does not happen."""
        if op in STATUS:
            editing.set_status(pk=self.postings[which % 3].pk, actor=self.member, status=STATUS[op])
            return
        if op == "submit" or not self.applications:
            via, posting = list(Via)[which % len(Via)], self.postings[which % 3]
            posting.refresh_from_db()
            if posting.is_open:
                self.applications.append(factories.application(posting, via=via).pk)
            return
        pk = self.applications[which % len(self.applications)]
        row = Application.objects.get(pk=pk)
        action, reason = op, "skills" if op == "reject" else "x"
        if op == "forward":
            action = FORWARD.get(row.state, "reopen")
            self.prepare(row, action, now, which)
        try:
            with transaction.atomic():
                services.move(pk=pk, action=action, actor=self.member, reason=reason)
        except JalonError:
            pass

    def prepare(self, row: Application, action: str, now: dt.datetime, which: int) -> None:
        """Make what the guard asks for."""
        if action == "interview":
            held = factories.held_interview(row, at=now, minutes=25 + 10 * which)
            if which % 2:
                held.participants.add(self.member.user, self.coach)
        elif action == "contract" and not Contract.objects.filter(application=row).exists():
            factories.contract(
                row,
                kind="agency" if which % 2 else "freelance",
                start=now.date() - dt.timedelta(days=1),
                day_rate=Decimal("450.25") + 33 * which,
                months=1 + which,
                created_at=now - dt.timedelta(days=which % 3),  # terms are noted before they are signed
            )
        elif action == "onboard" and which % 2 and row.contracts.count() == 1:
            factories.contract(row, number=2, day_rate=None if which == 1 else 510, start=now.date(), created_at=now)
        OnboardingTask.objects.filter(application=row).update(done_at=now)


@pytest.mark.slow
@pytest.mark.timeout(60 * max(15, LIVES))
@pytest.mark.django_db
def test_every_way_out_agrees_with_a_plain_reference():
    seen = {"undo": 0, "reopen": 0, "withdraw": 0, "rows": 0, "closed": 0, "domains": 0, "before": 0}

    @given(
        steps=STEPS,
        begin=st.sampled_from(sorted(START)),
        zone=st.sampled_from(["Europe/Paris", "Pacific/Auckland", "America/St_Johns"]),
        by=st.sampled_from(["month", "week"]),
        length=st.integers(0, 12),
        later=st.integers(0, 9),
    )
    @example(steps=FULL, begin="winter", zone="Pacific/Auckland", by="week", length=3, later=4)
    @example(steps=FULL, begin="winter", zone="Pacific/Auckland", by="week", length=12, later=0)
    @settings(max_examples=LIVES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def lives(steps, begin, zone, by, length, later):
        with transaction.atomic(), override_settings(HOLD_SECONDS=10**7):
            now = START[begin]
            with clock.at(now):
                world = World()
            for op, which, hours in steps:
                now += dt.timedelta(hours=hours)
                with clock.at(now):
                    world.live(op, which, now)
            first = START[begin].date() + dt.timedelta(days=later)
            asked = {
                "from": first.isoformat(),
                "to": (first + dt.timedelta(days=length)).isoformat(),
                "zone": zone,
                "by": by,
                "compare": "1" if later else "",
            }
            with clock.at(now):
                agree(world, asked, seen)
            for row in Application.objects.all():
                for name in ("undo", "reopen", "withdraw"):
                    seen[name] += row.transitions.filter(action=name).count()
            seen["closed"] += StatusChange.objects.filter(status="closed").count()
            transaction.set_rollback(True)

    lives()
    # A proof over lives in which nothing was taken back or reopened would prove little.
    assert min(seen.values()) > 0, seen


def agree(world: World, asked: dict, seen: dict) -> None:
    """Ask everything in every way."""
    browser = Client()
    browser.force_login(world.coach, backend="django.contrib.auth.backends.ModelBackend")
    put = question.ask(reference_actor(world), asked)
    for key in REPORTS:
        table = query.table(REPORTS[key], put)
        told = {line.key: [plain(line.cells[place]) for place, _col in table.asked()[1:]] for line in table.lines}
        wanted = reference.figures(key, world.teams, put.start, put.end, put.zone, put.by, clock.today())
        assert told == {line: [plain(c) for c in cells] for line, cells in wanted.items()}, key
        if put.compare:
            seen["before"] += agree_before(world, table)
        seen["rows"] += len(told)
        seen["domains"] += len(told) - 1 if key == "domains" else 0
        cells = reading.cells(table)
        assert reading.from_json(table, b"".join(written(table, "json").pieces)) == cells
        assert reading.from_csv(table, b"".join(written(table, "csv").pieces)) == cells
        assert reading.from_xlsx(table, b"".join(written(table, "xlsx").pieces)) == cells
        page = browser.get(f"/coach/{key}/", asked, headers={"Accept-Language": "fr"}).content.decode()
        assert reading.from_page(table, page, f"report-{key}") == cells, key


def agree_before(world: World, table) -> int:
    """Ask the reference about the period before; give how many of its figures are more than nothing."""
    report, put = table.report, table.question.before()
    wanted = reference.figures(report.key, world.teams, put.start, put.end, put.zone, put.by, clock.today())
    some = 0
    for line in table.lines:
        told = [line.cells[place + 1] for place, _column in table.asked()[1:]]
        if report.dated and line.key:
            assert told == [None] * len(report.figures)
            continue
        cells = wanted.get(line.key, [0 if figure.kind == Kind.COUNT else None for figure in report.figures])
        for figure, here, there in zip(report.figures, told, cells, strict=True):
            assert plain(here) == (None if figure.now else plain(there)), (report.key, line.key, figure.key)
            some += bool(here)
    return some


def reference_actor(world: World):
    """Give the coach as an actor."""
    from backend.accounts import actors

    return actors.of_user(world.coach)


def plain(value):
    """Give a figure without its type."""
    return None if value is None else Decimal(value).quantize(Decimal("0.01"))


@pytest.mark.slow
@pytest.mark.timeout(60 * max(15, LIVES))
@pytest.mark.django_db
def test_pdf_agrees_with_the_cells():
    """The same lives on paper: fewer, since setting pages takes long."""

    @given(steps=STEPS, begin=st.sampled_from(sorted(START)), compare=st.booleans())
    @settings(max_examples=max(3, LIVES // 5), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def lives(steps, begin, compare):
        with transaction.atomic(), override_settings(HOLD_SECONDS=10**7):
            world, now = World(), START[begin]
            for op, which, hours in steps:
                now += dt.timedelta(hours=abs(hours))
                with clock.at(now):
                    world.live(op, which, now)
            asked = {"from": START[begin].date().isoformat(), "to": "2026-12-31", "compare": "1" if compare else ""}
            put = question.ask(reference_actor(world), asked)
            for key in ("reached", "stays"):
                table = query.table(REPORTS[key], put)
                assert reading.is_in_pdf(table, b"".join(written(table, "pdf").pieces), wording.cell), key
                assert {column.kind for column in table.columns} > {Kind.TEXT}
            transaction.set_rollback(True)

    lives()
