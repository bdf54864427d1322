"""What becomes of a mail whose server misbehaves: the table of `docs/outbox.md`, cell by cell, on a real server."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from notifications import delivery
from notifications.models import Message, Status
from tests import factories

pytestmark = pytest.mark.django_db

DOCUMENT = Path(django_settings.BASE_DIR) / "docs" / "outbox.md"
STAGES = {
    "connect": "connect",
    "EHLO": "ehlo",
    "MAIL": "mail",
    "RCPT": "rcpt",
    "DATA": "data",
    "end of data": "content",
}
COMMANDS = {"4xx": "451 not now", "5xx": "554 never", "close": "drop", "stall": "stall", "partial": "554 never"}

OUTCOMES = {
    "waits": [(Status.HELD, 0), (Status.HELD, 0)],
    "again": [(Status.HELD, 1), (Status.SENT, 1)],
    "dead": [(Status.DEAD, 1), (Status.SENT, 1)],
    "one dead": [(Status.DEAD, 1), (Status.SENT, 1)],
    "uncertain": [(Status.UNCERTAIN, 1), (Status.SENT, 1)],
}
"""Status and counted attempts of two mails of a batch, of which the server misbehaves for the first one."""


def table() -> list[tuple[str, str, str]]:
    """Give stage, misbehaviour and outcome of each cell of the document's table."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    heads = next(row[1:] for row in rows if row[0] == "stage")
    return [(row[0], head, cell) for row in rows if row[0] in STAGES for head, cell in zip(heads, row[1:], strict=True)]


def test_document_has_thirty_cells():
    cells = table()
    assert {(stage, head) for stage, head, _outcome in cells} == {(s, c) for s in STAGES for c in COMMANDS}
    assert len(cells) == 30


@pytest.mark.parametrize(("stage", "misbehaviour", "outcome"), table())
def test_server_that_misbehaves_leads_to_what_the_document_says(server, stage, misbehaviour, outcome):
    first, second = (factories.application().messages.get() for _ in range(2))
    Message.objects.filter(pk=first.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    # Who is refused by EHLO tries HELO, so that stage is two answers.
    server.script, server.times = {STAGES[stage]: COMMANDS[misbehaviour]}, 2 if stage == "EHLO" else 1
    delivery.deliver_due()
    for message in (first, second):
        message.refresh_from_db()
    assert [(message.status, message.attempts) for message in (first, second)] == OUTCOMES[outcome]
    assert first.lease_until is None
    assert first.answer
    if COMMANDS[misbehaviour][:1].isdigit():
        assert COMMANDS[misbehaviour][4:] in first.answer
    assert (first.due_at > timezone.now()) == (first.status == Status.HELD)
    # Afterwards the server is well: what is held arrives, once; what is uncertain or refused is left to a person.
    server.times = 0
    Message.objects.filter(status=Status.HELD).update(due_at=timezone.now())
    delivery.deliver_due()
    kept = {Status.UNCERTAIN, Status.DEAD} & {first.status}
    arrived = {message.message_id: 1 for message in (first, second)}
    if first.status == Status.DEAD:
        del arrived[first.message_id]
    assert server.ids() == arrived
    assert set(Message.objects.values_list("status", flat=True)) == {Status.SENT} | kept
