"""Children: started so that they cannot outlive us, noted so that a later start can clear what did."""

import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from launcher import signals

PATIENCE = 10.0
"""Seconds between the polite signal and SIGKILL."""

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """The user that a child runs as; the database refuses root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> "Account":
        """Return the account with this number, named or not."""
        with suppress(KeyError):
            entry = pwd.getpwuid(uid)
            return cls(entry.pw_name, uid, entry.pw_gid)
        return cls(str(uid), uid, uid)


@dataclass
class Child:
    """One process that we started, the first of its own group."""

    name: str
    popen: subprocess.Popen[bytes]
    stop_with: int = signal.SIGTERM
    own_group: bool = True
    started: str = field(init=False)

    def __post_init__(self) -> None:
        self.started = start_time(self.popen.pid)

    def is_alive(self) -> bool:
        """Say whether it still runs."""
        return self.popen.poll() is None

    def ask_to_stop(self) -> None:
        """Send the polite signal, to the first process only: it knows how to stop its own."""
        if self.is_alive():
            self.popen.send_signal(self.stop_with)

    def kill(self) -> None:
        """End whatever is left of it and of its group."""
        if self.own_group:
            kill_group(self.popen.pid)
        else:
            self.popen.kill()
        self.popen.wait()


def spawn(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes] | None = None,
    stdin: int | None = subprocess.DEVNULL,
    account: Account | None = None,
    stop_with: int = signal.SIGTERM,
    own_group: bool = True,
) -> Child:
    """Start a child that gets `stop_with` when we die, however we die (Linux; elsewhere the next start clears).

    `output` takes both its streams; None leaves it ours.
    """
    popen = subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=own_group,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=die_with_parent(stop_with),  # after the change of user, which would clear it
    )
    return Child(name, popen, stop_with, own_group)


def die_with_parent(signum: int) -> Callable[[], None]:
    """Return what a child calls before exec to be sent this signal when its parent is gone."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def arrange() -> None:
        if libc is None:
            return
        libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
        if os.getppid() != parent:  # died between fork and prctl
            os._exit(1)

    return arrange


def stop(children: Iterable[Child], *, patience: float = PATIENCE, meanwhile: Callable[[], None] | None = None) -> None:
    """Stop them all: politely, then for good; nothing of their groups is left. `meanwhile` is called in between."""
    children = list(children)
    with signals.cleaning():
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + patience
        while any(child.is_alive() for child in children) and time.monotonic() < deadline:
            if signals.in_a_hurry():
                break
            if meanwhile:
                meanwhile()
            else:
                time.sleep(0.02)
        for child in children:
            child.kill()


class Ledger:
    """A file that says which processes belong to a folder, for the start after a crash."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.children: list[Child] = []

    def add(self, child: Child) -> Child:
        """Note a child that was just started."""
        self.children.append(child)
        entries = [
            {"name": child.name, "pid": child.popen.pid, "started": child.started, "stop_with": int(child.stop_with)}
            for child in self.children
        ]
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(entries, indent=1))
        new.replace(self.path)
        return child

    def clear(self) -> None:
        """Forget all: everything was stopped."""
        self.children.clear()
        self.path.unlink(missing_ok=True)

    def sweep(self) -> list[str]:
        """Stop what an earlier launcher left behind when it was killed; return the names of what was found."""
        try:
            entries = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return []
        left = [entry for entry in entries if still_ours(entry["pid"], entry["started"])]
        for entry in left:
            with suppress(OSError):
                os.kill(entry["pid"], entry["stop_with"])
        deadline = time.monotonic() + PATIENCE
        while any(start_time(entry["pid"]) == entry["started"] for entry in left) and time.monotonic() < deadline:
            time.sleep(0.05)
        for entry in left:
            kill_group(entry["pid"])
        self.clear()
        return [entry["name"] for entry in left]


def still_ours(pid: int, started: str) -> bool:
    """Say whether a noted process, or one of its group, is still there: the same, not a later one of its number."""
    now = start_time(pid)
    if now:
        return now == started
    same_boot = started.split(":")[0] == boot()
    return same_boot and group_exists(pid)  # a number is not given again while its group lives


def start_time(pid: int) -> str:
    """Return what tells this process from any other that had or will have its number; empty if there is none."""
    if sys.platform == "linux":
        stat = linux_stat(pid)
        return f"{boot()}:{stat[19]}" if stat else ""
    ps = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return f"{boot()}:{ps.stdout.strip()}" if ps.stdout.strip() else ""


def boot() -> str:
    """Return a name for this run of the machine, where it has one."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def command_line(pid: int) -> str:
    """Return the words that a process was started with; empty if there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        ps = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return ps.stdout.strip()


def linux_stat(pid: int | str) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the state on (field 3); empty if the process is gone or dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return [] if fields[0] in "ZX" else fields


def working_in(folder: Path) -> list[int]:
    """Return the processes whose current folder this is, as far as the system lets us see."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").samefile(folder):
                found.append(int(entry.name))
    return found


def group_exists(pid: int) -> bool:
    """Say whether a process group has a living member left."""
    if sys.platform == "linux":
        others = (linux_stat(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return any(stat and stat[2] == str(pid) for stat in others)
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill_group(pid: int) -> None:
    """Send SIGKILL to a process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
