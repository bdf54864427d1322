"""Nothing is lost and nothing is sent twice, whoever is killed."""

import random
import threading
import time

import pytest
from django.db import connection

from notifications import delivery
from notifications.models import Message, Status
from tests import factories
from tests.chaos.harness import house
from tests.notifications.smtp import Server
from workflow import services
from workflow.services import MailOptions
from workflow.states import Action

TRANSITIONS = 1000
APPLICATIONS = 250  # received, rejected, reopened, rejected again
SECONDS_OF_CHAOS = 25


def moves() -> None:
    """Carry applications through 1,000 transitions, each with a mail that is due at once."""
    posting = factories.posting()
    actor = factories.member(posting.team)
    now = MailOptions(hold=0)
    for _ in range(APPLICATIONS):
        made = factories.application(posting)
        for action, reason in ((Action.REJECT, "skills"), (Action.REOPEN, ""), (Action.REJECT, "terms")):
            services.move(pk=made.pk, action=action, actor=actor, reason=reason, mail=now)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_delivery_under_kills_and_flushes_sends_each_message_once(tmp_path):
    dice = random.Random(20261121)
    done = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            moves()
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()
            done.set()

    with Server() as sink, house(tmp_path, smtp_port=sink.port) as running:
        sink.thinking = 0.01  # so that the moment in which nobody can know is not too short to be hit
        mover = threading.Thread(target=work)
        mover.start()
        kills = flushes = 0
        end = time.monotonic() + SECONDS_OF_CHAOS
        while time.monotonic() < end or not done.is_set():
            time.sleep(dice.uniform(0.02, 0.3))
            if dice.random() < 0.2:
                running.broker.say("FLUSHALL")
                flushes += 1
            victim = dice.choice([*running.workers, running.relay])
            # Whoever has just been born has nothing to lose yet.
            if time.monotonic() - victim.started > dice.uniform(4, 8):
                victim.kill()
                kills += 1
                victim.start()
        mover.join()
        assert not failures
        assert (kills > 5, flushes > 5) == (True, True), (kills, flushes)
        settle(seconds=90)
        arrived = sink.ids()
        by_celery, by_relay = running.words("delivered"), running.words("relayed")

    rows = dict(Message.objects.values_list("message_id", "status"))
    assert len(rows) == TRANSITIONS
    assert set(rows.values()) <= {Status.SENT, Status.UNCERTAIN}
    sent = {message_id for message_id, status in rows.items() if status == Status.SENT}
    uncertain = {message_id for message_id, status in rows.items() if status == Status.UNCERTAIN}
    assert {message_id: count for message_id, count in arrived.items() if count > 1} == {}
    assert sent <= set(arrived)
    assert set(arrived) - sent <= uncertain
    assert all(row.answer for row in Message.objects.filter(status=Status.UNCERTAIN))
    print(f"{kills} kills, {flushes} flushes: {len(sent)} sent, {len(uncertain)} uncertain")  # noqa: T201
    assert (by_celery > 0, by_relay > 0) == (True, True)
    assert len(sent) >= TRANSITIONS * 0.9  # uncertain is the exception: a few a kill


def settle(seconds: float) -> None:
    """Wait until every message has come to an end; leases included."""
    end = time.monotonic() + seconds
    under_way = Message.objects.filter(status__in=[Status.HELD, Status.CLAIMED, Status.HANDED])
    while under_way.exists():
        assert time.monotonic() < end, dict(Message.objects.values_list("message_id", "answer"))
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_delivery_without_any_broker_is_the_relays(tmp_path):
    """A dead broker delays and does not lose."""
    with Server() as sink, house(tmp_path, smtp_port=sink.port, workers=1) as running:
        running.broker.kill()
        made = {factories.application().messages.get().message_id for _ in range(20)}
        settle(seconds=90)
        assert sink.ids() == dict.fromkeys(made, 1)
        assert delivery.claim() is None
