"""Database and broker of one folder: those that the environment names, else our own, kept to one owner at a time.

`var/` itself holds the data of `run` and `manage`; each `test`, `demo` and `bench` has a folder of its own under
`var/scratch`, deleted at the end.
"""

import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from launcher import environment, files, locks, postgres, process, signals, valkey
from launcher.paths import VAR
from launcher.process import Child, Ledger
from launcher.say import Failure, say, warn

HOSTS = "127.0.0.1,localhost,[::1]"
STARTING_SECONDS = 120
ENTER = 0o711
"""Mode of data folders: the database's user passes through, nobody else lists what is there."""


@dataclass
class Services:
    """What is up for one folder, and the environment that leads to it."""

    folder: Path
    ledger: Ledger
    children: list[Child] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    address: str = ""
    """Where pages are served, for links in mails; empty where none are."""

    @property
    def has_broker(self) -> bool:
        """Say whether there is a broker."""
        return "REDIS_URL" in self.urls

    @property
    def log_folder(self) -> Path:
        """Return the folder of the logs."""
        return self.folder / "log"

    def environment(self) -> dict[str, str]:
        """Return the environment for Jalon's own processes."""
        env = environment.child_environment()
        for name in [name for name in env if name.startswith("PG") or name in ("DATABASE_URL", "REDIS_URL")]:
            del env[name]
        if not env.get("SECRET_KEY"):
            env["SECRET_KEY"] = files.secret(self.folder / "secret_key")
        env.setdefault("MEDIA_ROOT", str(self.folder / "media"))
        env.setdefault("STATIC_ROOT", str(self.folder / "static"))
        if self.address:
            env.setdefault("SITE_URL", self.address)
        env |= self.urls | {"JALON_EMBEDDED": "1", "JALON_VAR": str(self.folder), "ALLOWED_HOSTS": HOSTS}
        env["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"
        return env

    def stop(self) -> None:
        """Stop what we started, and forget it."""
        with signals.cleaning():
            (self.folder / "state.json").unlink(missing_ok=True)
            process.stop(self.children)
            self.ledger.clear()

    def announce(self, command: str, address: str = "") -> None:
        """Write down, for other launchers of this folder, what is up, who keeps it and, once it serves, where."""
        file = self.folder / "state.json"
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        facts = {"command": command, "pid": os.getpid(), "urls": self.urls, "address": address}
        new.write_text(json.dumps(facts))
        new.replace(file)


@contextmanager
def own() -> Iterator[Services]:
    """Start the services of `var/`, and stop them at the end.

    Raises Busy if another launcher keeps them.
    """
    descriptor = locks.acquire(VAR / "lock")
    if descriptor is None:
        raise Busy
    try:
        services = start(VAR, given=dict(os.environ))
        try:
            yield services
        finally:
            services.stop()
    finally:
        os.close(descriptor)


@contextmanager
def shared(command: str) -> Iterator[Services]:
    """Use the services of `var/`: those of a running launcher, else our own, for as long as anybody uses them."""
    while True:
        with suppress(Busy), own() as services:
            services.announce(command)
            try:
                yield services
            finally:
                wait_for_users()
            return
        with closing_descriptor(locks.acquire(VAR / "users.lock", shared=True)) as descriptor:
            state = read_state() if descriptor is not None else {}
            if state:
                yield of(state)
                return
        wait_for_state()


@contextmanager
def scratch(command: str, *, durable: bool = False) -> Iterator[Services]:
    """Start services of our own with no data, and delete them at the end; anything given is left alone."""
    place = VAR / "scratch"
    with locks.waiting(VAR / "scratch.lock", "another launcher clears old scratch folders; waiting"):
        place.mkdir(mode=ENTER, exist_ok=True)
        clear_abandoned(place)
        folder = Path(tempfile.mkdtemp(prefix=f"{command}-", dir=place))
        folder.chmod(ENTER)
        descriptor = locks.acquire(folder / "lock")
    try:
        services = start(folder, given={}, settings=postgres.SAFE if durable else postgres.FAST)
        try:
            yield services
        finally:
            services.stop()
    finally:
        with signals.cleaning():
            delete(folder)
            if descriptor is not None:
                os.close(descriptor)


class Busy(Exception):
    """Another launcher keeps the services of this folder."""


def start(folder: Path, *, given: dict[str, str], settings: dict[str, str] = postgres.SAFE) -> Services:
    """Bring up database and broker; the caller holds the folder's lock."""
    folder.mkdir(mode=ENTER, parents=True, exist_ok=True)
    (folder / "static").mkdir(exist_ok=True)  # stays empty: pages take their files from where they are written
    services = Services(folder, Ledger(folder / "processes.json"))
    left = services.ledger.sweep()
    if left:
        say(f"stopped what an earlier run left behind when it was killed: {', '.join(left)}")
    try:
        start_database(services, given.get("DATABASE_URL", ""), settings)
        start_broker(services, given.get("REDIS_URL", ""))
    except BaseException:
        services.stop()
        raise
    return services


def start_database(services: Services, url: str, settings: dict[str, str]) -> None:
    """Use the database at the URL, or our own."""
    if url:
        check_reachable("DATABASE_URL", url, 5432)
    else:
        log = services.log_folder / "postgres.log"
        child, url = postgres.start(services.folder, services.ledger, settings=settings, log=log)
        services.children.append(child)
    services.urls["DATABASE_URL"] = url


def start_broker(services: Services, url: str) -> None:
    """Use the broker at the URL, or our own, or none."""
    if url:
        check_reachable("REDIS_URL", url, 6379)
    else:
        binary = valkey.find_binary()
        if binary is None:
            warn("no Valkey or Redis for this machine; going on without: the relay delivers, a little later")
            return
        log = services.log_folder / "valkey.log"
        child, url = valkey.start(services.folder, services.ledger, binary=binary, log=log)
        services.children.append(child)
    services.urls["REDIS_URL"] = url


def check_reachable(name: str, url: str, port: int) -> None:
    """Raise Failure if nothing listens where a URL leads; sockets in the file system are left to the client."""
    try:
        parts = urlsplit(url)
        where = (parts.hostname, parts.port or port)
    except ValueError as error:
        raise Failure(f"{name} cannot be read ({error}).") from None
    if where[0]:
        try:
            socket.create_connection(where, timeout=5).close()
        except OSError as error:
            raise Failure(f"{name} leads to {where[0]}:{where[1]}, which does not answer ({error}).") from None


def read_state() -> dict[str, Any]:
    """Return what the launcher that keeps `var/` has announced; empty while there is nothing."""
    try:
        state = json.loads((VAR / "state.json").read_text())
    except (OSError, ValueError):
        return {}
    return state if process.start_time(state["pid"]) else {}


def of(state: dict[str, Any]) -> Services:
    """Return the services that another launcher announced."""
    return Services(VAR, Ledger(VAR / "processes.json"), urls=state["urls"], address=state["address"])


def wait_for_state(wanted: str = "pid", seconds: float = STARTING_SECONDS) -> None:
    """Wait until the launcher that keeps the services has announced the wanted fact, or is gone.

    Raises Failure if it takes too long.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        descriptor = locks.acquire(VAR / "lock")
        if descriptor is not None:
            os.close(descriptor)
            return
        state = read_state()
        if state.get(wanted) or state.get("command", "run") != "run":
            return
        time.sleep(0.1)
    raise Failure(f"Another launcher has been starting for {seconds:.0f} seconds in {VAR}. Stop it and try again.")


def wait_for_users() -> None:
    """Wait until no other launcher uses our services."""
    with locks.waiting(VAR / "users.lock", "another ./jalon manage still uses the database; waiting for it to end"):
        (VAR / "state.json").unlink(missing_ok=True)


@contextmanager
def closing_descriptor(descriptor: int | None) -> Iterator[int | None]:
    """Close a lock's descriptor, if there is one, at the end."""
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def clear_abandoned(place: Path) -> None:
    """Delete the scratch folders of launchers that were killed."""
    for folder in place.iterdir():
        descriptor = locks.acquire(folder / "lock") if folder.is_dir() else None
        if descriptor is not None:
            Ledger(folder / "processes.json").sweep()
            delete(folder)
            os.close(descriptor)


def delete(folder: Path) -> None:
    """Delete a scratch folder and its database, wherever it lives."""
    postgres.remove(folder)
    shutil.rmtree(folder, ignore_errors=True)
