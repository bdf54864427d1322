"""The Celery side of webhooks: thin. What it does not do, the relay does."""

from __future__ import annotations

import structlog
from celery import shared_task

from backend.common import nudge as nudging
from backend.integrations import delivery

log = structlog.get_logger(__name__)


@shared_task(name="backend.integrations.tasks.deliver_due", ignore_result=True)
def deliver_due() -> None:
    """Send the events that are due; called every two seconds by beat, and by a nudge."""
    results = delivery.deliver_due()
    if results:
        log.info("webhooks_delivered", **results)


def nudge() -> None:
    """Ask a worker to send at once."""
    nudging.nudge(deliver_due)
