"""Asking a worker to look at once, without waiting for a broker that is gone: what it does not do, the relay does."""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from kombu import Connection
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 10.0
# A publisher gives up at once. Celery's own connections, made for workers, would try again for six seconds.
IMPATIENT = {"max_retries": 0, "socket_timeout": 0.5, "socket_connect_timeout": 0.5}

_silent_until = 0.0
_own = threading.local()  # kombu's connections are not to be shared between threads


def nudge(task: Any) -> None:
    """Ask a worker to do this task now. A broker that is gone costs nothing: the relay will see to it.

    Waits half a second at most, and for ten seconds after that not at all.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        task.apply_async(connection=_connection(task), retry=False, expires=60)
    except (OperationalError, OSError) as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        _own.connection = None
        log.warning("broker_unreachable", error=str(error))


def _connection(task: Any) -> Connection:
    """Give this thread's connection to the broker."""
    if getattr(_own, "connection", None) is None:
        _own.connection = Connection(task.app.conf.broker_url, transport_options=IMPATIENT)
    connection: Connection = _own.connection
    return connection
