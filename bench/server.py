"""A gunicorn of two workers, as in production, on a free port; and what its workers weigh."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> float | None:
        """Give the resident memory of the workers together, in MB; None where /proc does not tell."""
        try:
            workers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in workers)
        except OSError:
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def running(settings_module: str, workers: int = 2) -> Iterator[Server]:
    """Serve the product's WSGI application under `settings_module` until the block ends."""
    port = _free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings_module,
        "JALON_EMBEDDED": "1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "LOG_LEVEL": "ERROR",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "gunicorn", "backend.config.wsgi:application"]
    command += ["--config", "backend/config/gunicorn.py", "--max-requests", "0"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=said, stderr=said)
        try:
            _wait(process, port, said)
            yield Server(port, process)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int, said: IO[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            said.seek(0)
            raise RuntimeError("gunicorn did not start:\n" + said.read().decode(errors="replace"))
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not answer within a minute")
