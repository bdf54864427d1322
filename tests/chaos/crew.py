"""The processes that are killed and stopped: those of the Procfile, the broker, the database and the mail server."""

from __future__ import annotations

import os
import signal
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from launcher import files, postgres, process, valkey
from launcher.paths import ROOT
from launcher.process import Child, Ledger
from tests.chaos.disks import Disk

SETTINGS = postgres.SAFE | {"max_wal_size": "64MB", "min_wal_size": "32MB"}
"""So that the log of the database has its place on a small disk."""


class Part(ABC):
    """Something that runs, and runs again after a kill."""

    name: str
    child: Child | None = None

    @abstractmethod
    def start(self) -> None:
        """Start it; it need not be ready yet."""

    @abstractmethod
    def pids(self) -> list[int]:
        """Give its processes."""

    def send(self, signum: int) -> None:
        """Send a signal to every process of it."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signum)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send(signal.SIGKILL)
        if self.child is not None:
            self.child.kill()
            self.child = None

    def pause(self) -> None:
        """Stop it in the middle of whatever it does."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.send(signal.SIGCONT)

    def is_alive(self) -> bool:
        """Say whether it runs."""
        return self.child is not None and self.child.is_alive()


class Program(Part):
    """A command, the first of its own group."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.env, self.log = name, command, env, log

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.child = process.spawn(self.name, self.command, env=self.env, cwd=ROOT, output=output)

    def pids(self) -> list[int]:
        return [] if self.child is None else [-self.child.popen.pid]  # a negative number means the group


class Database(Part):
    """The cluster of the scratch folder, on the port that it had at first."""

    name = "database"

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.account, home, self.binaries = postgres.prepare(folder)
        self.data = home / "data"
        self.ledger = Ledger(folder / "chaos-database.json")

    def pids(self) -> list[int]:
        return process.working_in(self.data)

    def kill(self) -> None:
        super().kill()
        while self.pids():  # they end by themselves, but not at once
            time.sleep(0.02)

    def settle_on(self, disk: Disk) -> None:
        """Move the cluster to another disk. Raises NotPossible; the database runs in either case."""
        postgres.take_over(self.data)
        try:
            disk.mount()
        finally:
            self.start()

    def start(self) -> None:
        postgres.take_over(self.data)
        log = self.folder / "log" / "postgres-chaos.log"
        self.child = postgres.launch(self.binaries, self.data, self.port, SETTINGS, self.account, log)
        assert postgres.wait_until_ready(self.child, self.data), files.tail(log)


class Broker(Part):
    """The broker of the scratch folder, on the port that it had at first."""

    name = "broker"

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.data = folder / "valkey"
        self.password = files.secret(folder / "valkey.password")

    def pids(self) -> list[int]:
        return process.working_in(self.data)

    def start(self) -> None:
        binary = valkey.find_binary()
        assert binary is not None, "no Valkey or Redis for this machine"
        log = self.folder / "log" / "valkey-chaos.log"
        self.child = valkey.launch(binary, self.data, self.port, self.password, log)

    def flush(self) -> None:
        """Let it forget everything; nothing happens where it is down."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            line.sendall(f"AUTH {self.password}\r\nFLUSHALL\r\n".encode())
            line.recv(1024)
