"""The relay: a plain process that polls the outbox and sends what Celery did not.

It needs no broker. It leaves Celery a head start, so that in good days it finds nothing to do.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from backend.common import errands
from backend.hiring import kept
from backend.search import index
from notifications import delivery, digests, renewals
from notifications.inbound import rounds
from workflow import reminders

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
MAILBOX_SECONDS = 10.0
MAILBOX_GRACE = timedelta(seconds=90)
"""How long a mailbox may go unread before the relay reads it: Celery's beat does so each minute."""
FAREWELL_SECONDS = 5.0
"""How long a relay that stops waits for each thread beside the sending to put down what it holds."""
SWEEP_SECONDS = 600.0
"""How often what refused forms left is swept, and digests and reminders are written, also where there is no broker."""


def run(stop: threading.Event) -> None:
    """Send until `stop` is set; a database that goes away is waited for."""
    sweep_at = 0.0
    log.info("relay_started", grace=settings.RELAY_GRACE_SECONDS)
    beside = [
        threading.Thread(target=run_errand, args=(name, stop), daemon=True, name=name) for name in errands.REGISTERED
    ]
    if settings.INBOUND_IMAP_URLS:
        beside.append(threading.Thread(target=read_mailboxes, args=(stop,), daemon=True, name="mailboxes"))
    for thread in beside:
        thread.start()
    while not stop.is_set():
        try:
            busy = sweep(stop) | (index.sweep() == index.BATCH)
            if time.monotonic() > sweep_at:
                kept.sweep()
                renewals.write_due()
                digests.write_due()
                reminders.write()
                sweep_at = time.monotonic() + SWEEP_SECONDS
        except DatabaseError as error:
            log.warning("relay_waits_for_database", error=str(error).strip())
            stop.wait(PATIENCE_SECONDS)
            continue
        if not busy:
            stop.wait(POLL_SECONDS)
    for thread in beside:
        thread.join(FAREWELL_SECONDS)
    log.info("relay_stopped")


def read_mailboxes(stop: threading.Event) -> None:
    """Read the mailboxes that no worker has read for a while, beside the sending: a slow server holds up no mail."""
    while not stop.wait(MAILBOX_SECONDS):
        try:
            close_old_connections()
            rounds.poll_all(unread_for=MAILBOX_GRACE, stop=stop.is_set)
        except DatabaseError as error:
            log.warning("relay_waits_for_database", error=str(error).strip())
        except Exception:
            log.exception("mailboxes_not_read")
    connections.close_all()


def run_errand(name: str, stop: threading.Event) -> None:
    """Do, beside the sending, what another part has registered; a slow server holds up no mail."""
    while not stop.is_set():
        try:
            close_old_connections()
            results = errands.REGISTERED[name](stop.is_set)
        except DatabaseError as error:
            log.warning("relay_waits_for_database", error=str(error).strip())
            stop.wait(PATIENCE_SECONDS)
        except Exception:
            log.exception("relay_errand_failed", errand=name)
            stop.wait(PATIENCE_SECONDS)
        else:
            if results:
                log.info("relayed", errand=name, **results)
            else:
                stop.wait(POLL_SECONDS)
    connections.close_all()


def sweep(stop: threading.Event) -> bool:
    """Send what is due longer than the head start; say whether there was anything. Raises django.db.Error."""
    close_old_connections()
    results = delivery.deliver_due(grace=timedelta(seconds=settings.RELAY_GRACE_SECONDS), stop=stop.is_set)
    if results:
        log.info("relayed", **results)
    return bool(results)
