"""500 lives of an application, 50 steps each, beside a pure model: the product never differs from it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from backend.accounts import actors
from backend.accounts.models import Role
from backend.common.errors import Conflict, GuardFailed, Invalid, NotAllowed, NotPossible, NotVisible
from backend.hiring.models import Posting
from notifications.models import Message, Status
from tests import factories
from workflow import machine, services
from workflow.models import Application, Contract, Interview, OnboardingTask, Transition

OPEN = ("received", "interviewed", "contracted")
ACTIONS = ("interview", "contract", "onboard", "reject", "withdraw", "reopen", "undo")
ROAD = {"received": [], "interviewed": ["interview"], "contracted": ["interview", "contract"]}
FACTS = ("interview", "terms", "task", "done", "posting", "mail")
RATES = st.sampled_from([None, 500, 700])
ACTORS = ("member", "coach", "stranger", "reader", "candidate", "other_candidate", "system")

shared: dict[str, Any] = {}


class Life(RuleBasedStateMachine):
    """One application, moved by everybody in every order."""

    def __init__(self) -> None:
        super().__init__()
        self.posting = Posting.objects.create(
            team=shared["team"], slug=f"p{next(shared['count'])}", title="P", status="open", day_rate_max=Decimal(600)
        )
        self.pk = factories.application(self.posting).pk
        # The pure model: a state, the facts that the guards ask for, and what an undo would restore.
        self.state, self.left, self.rejection = "received", "", ""
        self.held, self.open, self.rows = False, True, 1
        self.terms: dict[str, Any] | None = None
        self.explained, self.tasks = False, 0
        self.last: tuple[str, str, str, bool] | None = None  # state, left, rejection before; by a candidate

    # ── the facts ────────────────────────────────────────────────────────────────────────────────
    @rule(fact=st.sampled_from(FACTS), yes=st.booleans(), rate=RATES, days_away=st.sampled_from([None, -1, 0, 1]))
    def fact_changes(self, fact: str, yes: bool, rate: int | None, days_away: int | None) -> None:
        """Change one thing that a guard looks at (one rule for all: most steps of a life should be moves)."""
        if fact == "interview":
            self.interview_recorded(held=yes)
        elif fact == "terms":
            self.terms_written(rate=rate, days_away=days_away, explained=yes)
        elif fact == "task":
            self.task_added(required=yes)
        elif fact == "done":
            self.tasks_done()
        elif fact == "posting":
            Posting.objects.filter(pk=self.posting.pk).update(status="open" if yes else "closed")
            self.open = yes
        elif self.last:
            self.mail_leaves()

    def interview_recorded(self, held: bool) -> None:
        Interview.objects.filter(application_id=self.pk).delete()
        Interview.objects.create(application_id=self.pk, at=timezone.now(), status="held" if held else "missed")
        self.held = held

    def terms_written(self, rate: int | None, days_away: int | None, explained: bool) -> None:
        Contract.objects.filter(application_id=self.pk).delete()
        start = None if days_away is None else timezone.localdate() + dt.timedelta(days=days_away)
        Contract.objects.create(
            application_id=self.pk,
            kind="freelance",
            day_rate=rate,
            days_per_week=4,
            start=start,
            months=3,
            rate_reason="rare skill" if explained else "",
        )
        self.terms, self.explained = {"rate": rate, "away": days_away}, explained

    def task_added(self, required: bool) -> None:
        OnboardingTask.objects.create(application_id=self.pk, title="Badge", required=required)
        self.tasks += required

    def tasks_done(self) -> None:
        OnboardingTask.objects.filter(application_id=self.pk).update(done_at=timezone.now())
        self.tasks = 0

    def mail_leaves(self) -> None:
        last = Transition.objects.filter(application_id=self.pk).latest("number")
        if Message.objects.filter(transition=last).update(status=Status.SENT):
            self.last = None

    # ── the moves ────────────────────────────────────────────────────────────────────────────────
    @rule(action=st.sampled_from(ACTIONS), by=st.sampled_from(("member", "member", "candidate")))
    def legal_move(self, action: str, by: str) -> None:
        """Make what the action asks for, and do it: most steps of a life should lead somewhere."""
        if self.expect_move(action, "skills") is NotPossible if action != "undo" else not self.last:
            action = {"received": "interview", "interviewed": "contract", "contracted": "onboard"}.get(
                self.state, "reopen"
            )
        if action == "interview":
            self.interview_recorded(held=True)
        elif action == "contract":
            self.terms_written(rate=500, days_away=0, explained=False)
        elif action == "onboard":
            self.tasks_done()
        self.act(action=action, by=by, reason="skills", seen=None, late=False)

    @precondition(lambda self: self.last)
    @rule()
    def taken_back(self) -> None:
        self.act(action="undo", by="member", reason="", seen=None, late=False)

    @rule(
        action=st.sampled_from(ACTIONS),
        by=st.sampled_from(("member",) * 8 + ACTORS),
        reason=st.sampled_from(["", "skills", "nonsense"]),
        seen=st.sampled_from([None, None, None, "received", "interviewed"]),
        late=st.sampled_from([False, False, False, True]),
    )
    def act(self, action: str, by: str, reason: str, seen: str | None, late: bool) -> None:
        expected = self.expect(action, by, reason, seen, late)
        actor = {
            "candidate": actors.of_candidate(self.pk),
            "other_candidate": actors.of_candidate(shared["other"]),
            "system": actors.SYSTEM,
        }.get(by) or shared[by]
        try:
            with override_settings(HOLD_SECONDS=0 if late and action == "undo" else 3600):
                log = services.move(pk=self.pk, action=action, actor=actor, reason=reason, seen=seen)
        except (NotVisible, NotAllowed, Conflict, NotPossible, GuardFailed, Invalid) as error:
            assert expected is type(error), (expected, error)
            return
        assert expected == log.to_state, (expected, log)
        self.become(action, log.to_state, reason, by)

    def expect(self, action: str, by: str, reason: str, seen: str | None, late: bool) -> Any:
        """Say what must come of it: a state, or the kind of refusal."""
        if by in ("stranger", "other_candidate"):
            return NotVisible
        if by != "member" and not (by == "candidate" and action == "withdraw"):
            return NotAllowed
        if seen is not None and seen != self.state:
            return Conflict
        if action == "undo":
            return self.last[0] if self.last and not self.last[3] and not late else GuardFailed
        return self.expect_move(action, reason)

    def expect_move(self, action: str, reason: str) -> Any:
        """Say where a member's move leads."""
        if action in ("reject", "withdraw"):
            if self.state not in OPEN:
                return NotPossible
            if action == "reject":
                return "rejected" if reason == "skills" else Invalid
            return "withdrawn"
        if action == "reopen":
            if self.state not in ("rejected", "withdrawn"):
                return NotPossible
            return self.left if self.open or reason else GuardFailed
        source, target, holds = {
            "interview": ("received", "interviewed", self.held),
            "contract": ("interviewed", "contracted", self.terms_hold()),
            "onboard": ("contracted", "onboarded", self.start_holds()),
        }[action]
        if self.state != source:
            return NotPossible
        return target if holds else GuardFailed

    def terms_hold(self) -> bool:
        """Say whether the terms are complete and the rate within 600 or explained."""
        terms = self.terms
        complete = terms is not None and terms["rate"] is not None and terms["away"] is not None
        return complete and (terms["rate"] <= 600 or self.explained)

    def start_holds(self) -> bool:
        """Say whether the start has come and no required task is open."""
        return self.terms is not None and self.terms["away"] is not None and self.terms["away"] <= 0 and not self.tasks

    def become(self, action: str, state: str, reason: str, by: str) -> None:
        """Carry the model along."""
        shared["seen"][(action, str(self.state), str(state))] += 1
        self.rows += 1
        before = (self.state, self.left, self.rejection, by == "candidate")
        if action == "undo":
            assert self.last
            self.state, self.left, self.rejection, _ = self.last
            self.last = None
            return
        self.left = self.state if action in ("reject", "withdraw") else ""
        self.rejection = reason if action == "reject" else ""
        self.state, self.last = state, before

    @invariant()
    def product_is_the_model(self) -> None:
        row = Application.objects.filter(pk=self.pk).values_list("state", "left_state", "rejection").get()
        assert row == (self.state, self.left, self.rejection)
        log = list(
            Transition.objects.filter(application_id=self.pk).order_by("number").values_list("number", "to_state")
        )
        assert [number for number, _ in log] == list(range(1, self.rows + 1))
        assert log[-1][1] == self.state


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_five_hundred_lives_never_differ_from_the_model() -> None:
    team = factories.team()
    shared.update(
        team=team,
        count=itertools.count(),
        seen=Counter(),
        member=factories.member(team),
        coach=factories.coach(team),
        stranger=factories.member(factories.team()),
        reader=actors.Actor(kind="user", user=factories.user(team, role=Role.MEMBER), may_write=False),
        other=factories.application(factories.posting(team)).pk,
    )
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=500,
            stateful_step_count=50,
            deadline=None,
            derandomize=False,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for left, ending in itertools.product(OPEN, ("reject", "withdraw")):
        walk(left, ending)
    # A proof that never went along an arrow would prove nothing about it.
    assert set(shared["seen"]) == {tuple(map(str, edge)) for edge in machine.edges() if edge.source}


def walk(left: str, ending: str) -> None:
    """Live one life by hand, along the arrows that chance may miss: end from `left`, undo, end, reopen, undo."""
    life = Life()
    for step in [*ROAD[left], ending, "undo", ending, "reopen", "undo"]:
        life.legal_move(action=step, by="member")
        life.product_is_the_model()
