"""How gunicorn serves Jalon: on 127.0.0.1 under the launcher, on every interface of a host."""

import gc
import os
from typing import Any

_host = "127.0.0.1" if os.environ.get("JALON_EMBEDDED") else "0.0.0.0"  # noqa: S104 - a host's router must reach it
bind = f"{_host}:{os.environ.get('PORT', '8000')}"

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"  # keeps connections alive, and a slow client holds a thread, not a process
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # the code is in memory once, and a setting that stops the start stops it once
timeout = 60
graceful_timeout = 8  # under the ten seconds that hosts and the launcher give
keepalive = 5
max_requests, max_requests_jitter = 5000, 500

accesslog = None
loglevel = "warning"
control_socket_disable = True
if os.access("/dev/shm", os.W_OK):  # noqa: S108 - the heartbeat must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(server: Any) -> None:
    """Set the loaded code aside for good before the workers start, so that nobody's page waits while it is sifted."""
    gc.collect()
    gc.freeze()
