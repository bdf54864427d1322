"""Of two picks, or a pick and the withdrawal of its time, exactly one wins, and the mails say the same."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts import actors
from backend.common.errors import Conflict
from notifications.models import Message
from tests import factories
from workflow import scheduling
from workflow.models import Interview, InterviewSlot

ROUNDS = 12


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all of it at the same moment; give who won and who heard a conflict, in their order."""
    start, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(order: int) -> None:
        try:
            start.wait()
            acts[order]()
            results[order] = "won"
        except Conflict:
            results[order] = "conflict"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(order,)) for order in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def proposal():
    application = factories.application()
    lou = factories.member(application.team)
    times = [timezone.now() + dt.timedelta(days=day) for day in (2, 3, 4)]
    made = scheduling.propose(application_id=application.pk, actor=lou, times=times)
    return made, lou, actors.of_candidate(application.pk), list(made.slots.all())


@pytest.mark.django_db(transaction=True)
def test_of_two_picks_one_wins() -> None:
    for _ in range(ROUNDS):
        made, _lou, me, slots = proposal()
        acts = [partial(scheduling.pick, actor=me, interview=made.pk, slot=slot.pk) for slot in slots]
        results = at_once(*acts)
        assert Counter(results) == {"won": 1, "conflict": 2}
        assert Interview.objects.get(pk=made.pk).at == slots[results.index("won")].at
        invitations = Message.objects.filter(interview=made, kind="interview_planned_candidate")
        assert invitations.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_pick_and_the_withdrawal_of_its_time_one_wins() -> None:
    for _ in range(ROUNDS):
        made, lou, me, (slot, *_others) = proposal()
        results = at_once(
            partial(scheduling.pick, actor=me, interview=made.pk, slot=slot.pk),
            partial(scheduling.withdraw_slot, actor=lou, pk=slot.pk),
        )
        assert Counter(results) == {"won": 1, "conflict": 1}
        picked = results[0] == "won"
        assert (Interview.objects.get(pk=made.pk).at is not None) == picked
        assert InterviewSlot.objects.filter(pk=slot.pk).exists() == picked
