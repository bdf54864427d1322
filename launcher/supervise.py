"""The Procfile's processes, side by side: their lines with their names in front, up together and down together."""

import http.client
import os
import selectors
import shlex
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from launcher import ports, process, signals
from launcher.paths import ROOT
from launcher.process import Child, Ledger
from launcher.say import Failure, paint, show

READY_SECONDS = 120
TELLS = {"worker": " ready."}
"""What a process prints when it is up; the web answers on /readyz, the others are up while they live."""

SILENT_SECONDS = 15
"""After this long, one that lives and has not told is up too: its log level may keep it from telling."""

WIDTH = 6
UNSAID_LINES = 200
"""How many lines of a quiet start are kept for the case that it fails."""

COLOURS = ("green", "yellow", "magenta", "blue", "cyan")


@dataclass
class Line:
    """One process whose output we print."""

    child: Child
    colour: str
    rest: bytes = b""
    is_ready: bool = False


@dataclass
class Supervisor:
    """The processes, their output and their end."""

    ledger: Ledger
    quiet: bool = False
    lines: list[Line] = field(default_factory=list)
    unsaid: deque[str] = field(default_factory=lambda: deque(maxlen=UNSAID_LINES))
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    @property
    def children(self) -> list[Child]:
        """Return the processes."""
        return [line.child for line in self.lines]

    def start(self, name: str, command: str, env: Mapping[str, str]) -> None:
        """Start one process of the Procfile; the shell fills in `${…}` and gives way to the program."""
        reading, writing = os.pipe()
        try:
            words = ["/bin/sh", "-c", f"exec {command}"]
            child = self.ledger.add(process.spawn(name, words, env=env, cwd=ROOT, output=writing))
        finally:
            os.close(writing)
        os.set_blocking(reading, False)
        line = Line(child, COLOURS[len(self.lines) % len(COLOURS)], is_ready=name not in ("web", *TELLS))
        self.lines.append(line)
        self.selector.register(reading, selectors.EVENT_READ, line)

    def pump(self, timeout: float = 0.1) -> None:
        """Print what the processes said."""
        if not self.selector.get_map():
            time.sleep(timeout)
            return
        for key, _ in self.selector.select(timeout):
            with suppress(BlockingIOError):
                data = os.read(key.fd, 65536)
                self.take(key.data, data)
                if not data:
                    self.selector.unregister(key.fd)
                    os.close(key.fd)

    def take(self, line: Line, data: bytes) -> None:
        """Print whole lines and keep the rest; no data means that the process closed its end."""
        *whole, line.rest = (line.rest + (data or b"\n" * bool(line.rest))).split(b"\n")
        for part in whole:
            text = part.decode(errors="replace").rstrip("\r")
            tell = TELLS.get(line.child.name)
            line.is_ready = line.is_ready or (tell is not None and tell in text)
            said = f"{paint(f'{line.child.name:<{WIDTH}} |', line.colour, sys.stdout)} {text}"
            if self.quiet:
                self.unsaid.append(said)
            else:
                show(said)

    def wait_until_ready(self, port: int, others: list[Child]) -> None:
        """Wait until the web answers on the port and the others said that they are up.

        Raises Failure if one ends first, or if it takes too long.
        """
        began = time.monotonic()
        while not all(line.is_ready for line in self.lines):
            self.pump(0.1)
            self.fail_on_death(others)
            for line in self.lines:
                if line.child.name == "web" and not line.is_ready:
                    line.is_ready = web_is_ready(port)
                elif time.monotonic() > began + SILENT_SECONDS:
                    line.is_ready = True
            if time.monotonic() > began + READY_SECONDS:
                late = ", ".join(line.child.name for line in self.lines if not line.is_ready)
                raise Failure(f"Not ready after {READY_SECONDS} seconds: {late}. The lines above may say why.")

    def run(self, name: str, command: str, env: Mapping[str, str], others: list[Child]) -> int:
        """Run one more command to its end, with its output as it is, while the processes go on; return its exit code.

        Raises Failure if a process or one of the others ends first.
        """
        child = self.ledger.add(process.spawn(name, shlex.split(command), env=env, cwd=ROOT))
        try:
            while child.is_alive():
                self.pump(0.1)
                self.fail_on_death(others)
        finally:
            process.stop([child])
        return int(child.popen.returncode)

    def tell_unsaid(self) -> None:
        """Print the last lines of what was kept back."""
        while self.unsaid:
            show(self.unsaid.popleft())

    def watch(self, others: list[Child]) -> NoReturn:
        """Print for as long as they all live.

        Raises Failure when a process or one of the others ends.
        """
        while True:
            self.pump(0.5)
            self.fail_on_death(others)

    def fail_on_death(self, others: list[Child]) -> None:
        """Raise Failure if a process or one of the others ended, with its last words printed."""
        for child in [*self.children, *others]:
            if not child.is_alive():
                self.pump(0.2)
                raise Failure(f"{child.name} ended ({ending(child.popen.returncode)}); stopping the others.")

    def stop(self) -> None:
        """Stop every process, printing what they say meanwhile."""
        with signals.cleaning():
            process.stop(self.children, meanwhile=lambda: self.pump(0.05))
            self.pump(0)


def web_is_ready(port: int) -> bool:
    """Say whether the web process, with its database behind it, serves."""
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def ending(code: int) -> str:
    """Return how a process ended, in words."""
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
