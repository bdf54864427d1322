"""What a move means for other programs: a row for each endpoint, in the move's own transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backend.integrations import events, tasks
from backend.integrations.models import Delivery, Endpoint
from workflow import signals
from workflow.models import Application, Transition
from workflow.states import Action


def connect() -> None:
    """Listen to the lifecycle."""
    signals.application_moved.connect(tell, dispatch_uid="integrations.tell")


def tell(*, application: Application, transition: Transition, **_signal: Any) -> None:
    """Write what is to leave. An endpoint that is off gets nothing: `transitions/` of the API closes the gap."""
    event = events.OF_ACTION[Action(transition.action)]
    endpoints = Endpoint.objects.filter(
        team=application.posting.team_id, off_at__isnull=True, events__contains=[event]
    ).order_by("id")
    rows = []
    for endpoint in endpoints:
        row = Delivery(
            endpoint=endpoint,
            event=event,
            application=application,
            transition=transition,
            number=transition.number,
            created_at=transition.at,
            due_at=transition.at,
        )
        row.body = events.body(endpoint.kind, row.pk, application, transition)
        rows.append(row)
    if rows:
        Delivery.objects.bulk_create(rows)
        transaction.on_commit(tasks.nudge, robust=True)
