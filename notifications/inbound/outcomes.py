"""What a step of receiving decides about a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.hiring.models import Posting
from notifications.inbound.headers import Address
from notifications.models import Outcome
from workflow.models import Application


@dataclass(frozen=True)
class Result:
    """An outcome and why; `notes` are further sentences (refused files), `among` the postings it may be for."""

    outcome: Outcome
    reason: str
    application: Application | None = None
    posting: Posting | None = None
    among: Sequence[Posting] = ()
    person: Address | None = None
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
