"""What the API acknowledged, the log, the outbox and the mail server: do they say the same?"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from backend.hiring.models import Document
from notifications import catalog, outbox
from notifications.models import Direction, Message, Status
from tests.chaos import sink
from tests.chaos.faults import Happened
from tests.chaos.moves import Acknowledged
from workflow import verification
from workflow.models import Transition
from workflow.states import Action

RECOVERY_SECONDS = 60
HEALTHY_SECONDS = 5
LONG_HOLD = timedelta(seconds=590)
"""A mail held for longer than this is of a move that may still be taken back."""


@dataclass(frozen=True)
class Row:
    """One line of the table: what was found, and the most that is allowed."""

    what: str
    found: float
    allowed: float
    note: str = ""

    @property
    def good(self) -> bool:
        """Say whether it holds."""
        return self.found <= self.allowed


def moves(acknowledged: Sequence[Acknowledged]) -> list[Row]:
    """Compare what the API acknowledged with the log, and the log with the state of each application."""
    log = {
        pk: (str(application), action)
        for pk, application, action in Transition.objects.values_list("pk", "application_id", "action")
    }
    submitted = {application for application, action in log.values() if action == Action.SUBMIT}
    missing = sum(
        ack.application not in submitted
        if ack.transition is None
        else log.get(ack.transition) != (ack.application, ack.action)
        for ack in acknowledged
    )
    disagree = sum(bool(problem) for _pk, problem in verification.replay())
    again = sum(ack.tries > 1 for ack in acknowledged)
    return [
        Row("acknowledged and missing", missing, 0, f"of {len(acknowledged)} moves, {again} of them asked for again"),
        Row("made and never acknowledged, or made twice", len(log) - len(acknowledged), 0),
        Row("log and state disagree", disagree, 0),
    ]


def files(acknowledged: Sequence[Acknowledged], uploads: Path) -> Row:
    """Compare the files that the API said it took with what lies on the disk, byte for byte."""
    taken = {ack.application for ack in acknowledged if ack.transition is None}
    digests = dict(Document.objects.values_list("applications", "digest"))
    names = dict(Document.objects.values_list("applications", "file"))
    lost = 0
    for application in map(UUID, taken):
        path = uploads / names.get(application, "missing")
        there = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digests[application]
        lost += not there
    return Row("files acknowledged and lost", lost, 0, f"of {len(taken)}")


def mails(file: Path) -> list[Row]:
    """Compare the log with the outbox, and the outbox with the mail server."""
    rows = Message.objects.filter(direction=Direction.OUT)
    status = dict(rows.values_list("message_id", "status"))
    arrived = sink.counts(file)
    written = set(rows.values_list("transition_id", flat=True))
    wanted = set(_telling().values_list("pk", flat=True))
    sent = {message_id for message_id, what in status.items() if what == Status.SENT}
    uncertain = {message_id for message_id, what in status.items() if what == Status.UNCERTAIN}
    doubled = {message_id for message_id, times in arrived.items() if times > 1}
    there = len(uncertain & set(arrived))
    return [
        Row("moves without their mail in the outbox", len(wanted - written), 0, f"of {len(wanted)}"),
        Row("mails said to be sent and lost", len(sent - set(arrived)), 0, f"of {len(sent)}"),
        Row("mails refused, or still waiting", under_way().count() + rows.filter(status=Status.DEAD).count(), 0),
        Row("mails taken twice and not listed as uncertain", len(doubled - uncertain), 0),
        Row("mails taken that should not have left", len(set(arrived) - sent - uncertain), 0),
        Row(
            "mails listed as uncertain",
            len(uncertain),
            max(5, len(sent) // 10),
            f"{there} of them had arrived, {len(doubled & uncertain)} twice",
        ),
    ]


def _telling() -> QuerySet[Transition]:
    """Give the moves that had to write a mail: not a reopening that called back a refusal which had not left."""
    called_back = Message.objects.filter(
        transition__application=OuterRef("application"),
        transition__number=OuterRef("number") - 1,
        status=Status.DISCARDED,
        answer=outbox.REOPENED,
    )
    telling = [action for action in Action if catalog.for_action(action)]
    moves = Transition.objects.filter(notify=True, action__in=telling)
    return moves.exclude(Exists(called_back), action=Action.REOPEN)


def under_way() -> QuerySet[Message]:
    """Give the mails that have not come to an end; not those of a move that may still be taken back."""
    held = Q(status=Status.HELD) & (Q(attempts__gt=0) | Q(due_at__lt=F("created_at") + LONG_HOLD))
    return Message.objects.filter(held | Q(status__in=[Status.CLAIMED, Status.HANDED]), direction=Direction.OUT)


def uncertain() -> list[str]:
    """Give the Message-IDs of which nobody can know."""
    rows = Message.objects.filter(direction=Direction.OUT, status=Status.UNCERTAIN)
    return list(rows.values_list("message_id", flat=True))


def recoveries(happened: Sequence[Happened], acknowledged: Sequence[Acknowledged], file: Path) -> list[Row]:
    """Give for each fault the worst time from its end until a move was acknowledged and a later mail was taken."""
    due = _due()
    answered = [ack.at for ack in acknowledged]
    taken = [(at, due[message_id]) for at, message_id in sink.arrivals(file) if message_id in due]
    worst: dict[str, list[float]] = {}
    for fault in happened:
        end = fault.ended
        answer = min((at for at in answered if at > end), default=math.inf)
        mail = min((at for at, since in taken if since > end), default=math.inf)
        worst.setdefault(fault.name, []).append(max(answer, mail) - end)
    return [
        Row(f"seconds to recover: {name}", round(max(times), 1), RECOVERY_SECONDS, f"worst of {len(times)}")
        for name, times in sorted(worst.items())
    ]


def delays(windows: Sequence[tuple[str, float, float, float]], file: Path) -> list[Row]:
    """Give the 95th percentile from due to taken of the mails due in each window of time: name, from, to, allowed."""
    due, rows = _due(), []
    first = {message_id: at for at, message_id in reversed(sink.arrivals(file))}
    for name, start, end, allowed in windows:
        times = [first[message_id] - at for message_id, at in due.items() if start <= at < end and message_id in first]
        found = round(percentile(times), 1) if times else math.inf  # a window without mail proves nothing
        rows.append(Row(f"seconds from due to taken, p95: {name}", found, allowed, f"of {len(times)} mails"))
    return rows


def _due() -> dict[str, float]:
    """Give when each mail was first due: when its move was made, as the held ones are never sent here."""
    rows = Message.objects.filter(direction=Direction.OUT).values_list("message_id", "created_at")
    return {message_id: at.timestamp() for message_id, at in rows}


def percentile(values: Iterable[float], share: float = 0.95) -> float:
    """Give the value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]
