"""A folder of hostile and odd messages: each ends in the outcome that stands beside it, recorded with its reason."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from backend.accounts.models import Team
from backend.hiring.models import Posting
from notifications.inbound.receive import receive
from notifications.models import IncomingMail
from tests import factories
from tests.notifications.inbound.folder import CLOSED, FOLDER
from workflow.models import Application


@pytest.fixture
def world(team: Team, posting: Posting) -> None:
    factories.posting(team, slug="graphiste-fermee", title="Graphiste", status="closed", apply_to=[CLOSED])


def test_folder_is_large_and_of_every_kind() -> None:
    assert len(FOLDER) >= 150
    assert set(Counter(outcome for _raw, outcome in FOLDER.values())) == {
        "application",
        "automatic",
        "bounce",
        "refused",
        "triage",
    }


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", FOLDER)
def test_message_ends_in_its_outcome(name: str) -> None:
    raw, expected = FOLDER[name]
    start = time.process_time()
    receipt = receive(raw)
    assert receipt.outcome == expected, receipt.reason
    assert time.process_time() - start < 5
    assert len(receipt.reason) > 5
    assert "Jalon" not in receipt.reason  # no fault of ours
    assert IncomingMail.objects.count() == (expected != "refused")
    assert Application.objects.count() == (expected == "application")
    if expected != "refused":
        row = IncomingMail.objects.get()
        assert (row.outcome, row.reason, bytes(row.raw)) == (expected, receipt.reason, raw)
        again = receive(raw)
        assert again.outcome in ("duplicate", "automatic")  # ours that came back is known before
        assert IncomingMail.objects.count() == 1
