"""`./jalon chaos`: its short form, and that its table can fail."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from notifications.models import Message, Status
from tests import factories
from tests.chaos import verdict
from tests.chaos.faults import Happened
from tests.chaos.moves import Acknowledged
from workflow import services
from workflow.models import Transition


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_chaos_loses_nothing_doubles_nothing_and_recovers():
    """150 moves, each of the 21 faults at least once, on processes and a database of its own."""
    done = subprocess.run(
        [sys.executable, str(Path(settings.BASE_DIR) / "jalon"), "chaos", "--transitions", "150", "--seed", "3"],
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "FAILED" not in said
    recovered = re.findall(r"^seconds to recover: (.+?)  +", done.stdout, re.MULTILINE)
    assert len(recovered) + said.count("not possible here") == 21, said
    assert int(re.search(r"^(\d+) moves", done.stdout, re.MULTILINE)[1]) >= 150


def found(rows: list[verdict.Row]) -> dict[str, float]:
    """Give what the rows that do not hold have found."""
    return {row.what: row.found for row in rows if not row.good}


@pytest.mark.django_db
def test_verdict_sees_moves_that_are_missing_and_moves_that_nobody_made():
    made = factories.application(state="interviewed")
    log = [
        Acknowledged(time.time(), str(made.pk), row.action, None if row.action == "submit" else row.pk, 1)
        for row in Transition.objects.all()
    ]
    assert found(verdict.moves(log)) == {}
    assert found(verdict.moves(log[:1])) == {"made and never acknowledged, or made twice": 1}
    stranger = Acknowledged(time.time(), str(made.pk), "reject", 10**9, 1)
    assert found(verdict.moves([*log, stranger])) == {"acknowledged and missing": 1}
    other = Acknowledged(time.time(), "00000000-0000-0000-0000-000000000000", "submit", None, 1)
    assert found(verdict.moves([*log[1:], other])) == {"acknowledged and missing": 1}


@pytest.mark.django_db
def test_verdict_sees_mails_that_are_lost_doubled_or_should_not_have_left(tmp_path):
    file = tmp_path / "arrivals"
    messages = [factories.application().messages.get() for _ in range(20)]
    Message.objects.update(status=Status.SENT)
    lines = [f"{time.time()} {message.message_id}\n" for message in messages]
    file.write_text("".join(lines))
    assert found(verdict.mails(file)) == {}
    file.write_text("".join(lines[1:]))
    assert found(verdict.mails(file)) == {"mails said to be sent and lost": 1}
    file.write_text("".join([*lines, lines[0]]))
    assert found(verdict.mails(file)) == {"mails taken twice and not listed as uncertain": 1}
    Message.objects.filter(pk=messages[0].pk).update(status=Status.UNCERTAIN)
    assert found(verdict.mails(file)) == {}
    assert verdict.uncertain() == [messages[0].message_id]
    Message.objects.filter(pk=messages[0].pk).update(status=Status.HELD)
    assert found(verdict.mails(file)) == {
        "mails refused, or still waiting": 1,
        "mails taken twice and not listed as uncertain": 1,
        "mails taken that should not have left": 1,
    }
    Message.objects.filter(pk=messages[0].pk).delete()
    file.write_text("".join(lines[1:]))
    assert found(verdict.mails(file)) == {"moves without their mail in the outbox": 1}


@pytest.mark.django_db
def test_verdict_asks_for_no_mail_of_a_reopening_that_called_the_refusal_back(tmp_path):
    made = factories.application(state="rejected")
    services.move(pk=made.pk, action="reopen", actor=factories.member(made.team))
    Message.objects.filter(status=Status.HELD).update(status=Status.SENT)
    file = tmp_path / "arrivals"
    file.write_text("".join(f"1 {m.message_id}\n" for m in Message.objects.filter(status=Status.SENT)))
    assert found(verdict.mails(file)) == {}
    Message.objects.filter(status=Status.DISCARDED).update(answer="")
    assert found(verdict.mails(file)) == {"moves without their mail in the outbox": 1}


@pytest.mark.django_db
def test_verdict_sees_a_fault_after_which_nothing_moves(tmp_path):
    file = tmp_path / "arrivals"
    message = factories.application().messages.get()
    due = message.created_at.timestamp()
    file.write_text(f"{due + 4} {message.message_id}\n")
    acknowledged = [Acknowledged(due + 2, "", "submit", None, 1)]
    (row,) = verdict.recoveries([Happened("stop web", due - 2, due - 1)], acknowledged, file)
    assert (row.found, row.good) == (5, True)
    (row,) = verdict.recoveries([Happened("stop web", due - 200, due - 100)], acknowledged, file)
    assert (row.found, row.good) == (104, False)
    (row,) = verdict.recoveries([Happened("stop web", due, due + 10)], acknowledged, file)
    assert not row.good
    (row,) = verdict.delays([("well", due - 1, due + 1, 3)], file)
    assert (row.found, row.good) == (4, False)
