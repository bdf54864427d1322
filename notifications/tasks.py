"""The Celery side of delivery: thin. What it does not do, the relay does."""

from __future__ import annotations

import time

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from notifications import delivery

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 5.0
_silent_until = 0.0


@shared_task(name="notifications.tasks.deliver_due", ignore_result=True)
def deliver_due() -> None:
    """Send what is due; called every two seconds by beat, and by a nudge."""
    results = delivery.deliver_due()
    if results:
        log.info("delivered", **results)


def nudge() -> None:
    """Ask a worker to look at once. A broker that is gone costs the caller nothing: the relay will see to it."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        deliver_due.apply_async(retry=False, expires=60)
    except (OperationalError, OSError) as error:
        # For a while nobody tries again: a request must not wait for a dead broker more than once in a few seconds.
        _silent_until = time.monotonic() + SILENCE_SECONDS
        log.warning("broker_unreachable", error=str(error))
