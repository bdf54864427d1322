"""The Celery side of delivery: thin. What it does not do, the relay does."""

from __future__ import annotations

import structlog
from celery import shared_task

from backend.common import nudge as nudging
from notifications import delivery, digests, renewals
from notifications.inbound import rounds
from workflow import reminders

log = structlog.get_logger(__name__)


@shared_task(name="notifications.tasks.deliver_due", ignore_result=True)
def deliver_due() -> None:
    """Send what is due; called every two seconds by beat, and by a nudge."""
    results = delivery.deliver_due()
    if results:
        log.info("delivered", **results)


@shared_task(name="notifications.tasks.poll_mailboxes", ignore_result=True)
def poll_mailboxes() -> None:
    """Read every mailbox once; called every minute by beat."""
    rounds.poll_all()


@shared_task(name="notifications.tasks.write_digests", ignore_result=True)
def write_digests() -> None:
    """Write the alerts before a contract ends, and the digests of the day; called every five minutes by beat."""
    renewals.write_due()
    digests.write_due()


@shared_task(name="notifications.tasks.remind", ignore_result=True)
def remind() -> None:
    """Write the reminders of tomorrow's interviews; called every few minutes by beat, and by the relay's own sweep."""
    if written := reminders.write():
        log.info("reminded", interviews=written)


def nudge() -> None:
    """Ask a worker to send at once."""
    nudging.nudge(deliver_due)
