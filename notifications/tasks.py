"""The Celery side of delivery: thin. What it does not do, the relay does."""

from __future__ import annotations

import threading
import time

import structlog
from celery import shared_task
from kombu import Connection
from kombu.exceptions import OperationalError

from notifications import delivery, digests, renewals
from notifications.inbound import rounds
from workflow import reminders

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 10.0
# A publisher gives up at once. Celery's own connections, made for workers, would try again for six seconds.
IMPATIENT = {"max_retries": 0, "socket_timeout": 0.5, "socket_connect_timeout": 0.5}

_silent_until = 0.0
_own = threading.local()  # kombu's connections are not to be shared between threads


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
    """Ask a worker to look at once. A broker that is gone costs nothing: the relay will see to it.

    Waits half a second at most, and for ten seconds after that not at all.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        deliver_due.apply_async(connection=_connection(), retry=False, expires=60)  # type: ignore[call-arg]
    except (OperationalError, OSError) as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        _own.connection = None
        log.warning("broker_unreachable", error=str(error))


def _connection() -> Connection:
    """Give this thread's connection to the broker."""
    if getattr(_own, "connection", None) is None:
        _own.connection = Connection(deliver_due.app.conf.broker_url, transport_options=IMPATIENT)
    connection: Connection = _own.connection
    return connection
