"""Requests that Jalon itself sends, to addresses that people typed: bounded in time and size, and followed nowhere.

No cookies, no redirects, no proxy of the environment, no decompression. The host's name is in `Host`, in SNI and in
the check of the certificate; the connection goes to an address that was checked (`destinations`).
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from backend.common import destinations
from backend.common.destinations import Destination, Resolve

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
MOST_BYTES = 64 * 1024
"""What is read of an answer; the rest is not waited for."""


class Failed(Exception):
    """No whole answer came: nobody there, a certificate that is not theirs, too slow; the text says which."""


@dataclass(frozen=True)
class Answer:
    """What the other side said. `text` is cut, and stands in no encoding that could be trusted."""

    status: int
    text: str
    seconds: float

    @property
    def is_success(self) -> bool:
        """Say whether it was taken."""
        return 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Resolve = destinations.look_up,
    seconds: float = WHOLE_SECONDS,
) -> Answer:
    """Send `body`; give the answer, whatever its status. Raises Forbidden before anything is sent, or Failed."""
    destination, began = destinations.read(url), time.monotonic()
    deadline = began + seconds
    try:
        for last, address in _marked(destinations.addresses(destination, resolve)):
            with _until(deadline, _pinned(destination, address)) as connection:
                try:
                    connection.connect()
                except (OSError, urllib3.exceptions.HTTPError):
                    if last or time.monotonic() >= deadline:
                        raise
                    continue
                connection.request(
                    "POST", destination.target, body, {"User-Agent": "Jalon", **headers}, preload_content=False
                )
                response = connection.getresponse()
                read = response.read(MOST_BYTES, decode_content=False)
                return Answer(response.status, read.decode("utf-8", "replace"), time.monotonic() - began)
    except (OSError, urllib3.exceptions.HTTPError, HTTPException, ValueError) as error:
        late = time.monotonic() >= deadline
        raise Failed(f"no whole answer within {seconds:g} s" if late else _words(error)) from error
    raise Failed("no address")


class Pinned(HTTPConnection):
    """A connection that keeps the host's name and dials one address. `handle`: the same socket, to hang up with."""

    pinned: str = ""
    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        """Dial; urllib3 asks here, and would look the name up once more."""
        made = socket.create_connection((self.pinned, self.port or 0), timeout=CONNECT_SECONDS)
        self.handle = made.dup()
        return made

    def hang_up(self) -> None:
        """End the conversation, also for a thread that waits in it."""
        if self.handle is not None:
            with contextlib.suppress(OSError):
                self.handle.shutdown(socket.SHUT_RDWR)


class PinnedTLS(Pinned, HTTPSConnection):
    """The same, with TLS: the certificate has to be the host name's."""


def _pinned(destination: Destination, address: str) -> Pinned:
    kind = PinnedTLS if destination.scheme == "https" else Pinned
    connection = kind(destination.host.strip("[]"), destination.port, timeout=CONNECT_SECONDS)
    connection.pinned = address
    return connection


@contextlib.contextmanager
def _until(deadline: float, connection: Pinned) -> Iterator[Pinned]:
    """Hang up at the deadline whatever is going on: a socket's own timeout starts again with every byte."""
    alarm = threading.Timer(max(0.0, deadline - time.monotonic()), connection.hang_up)
    alarm.daemon = True
    alarm.start()
    try:
        yield connection
    finally:
        alarm.cancel()
        connection.close()
        if connection.handle is not None:
            connection.handle.close()


def _marked(addresses: Sequence[str]) -> list[tuple[bool, str]]:
    """Give each address with whether it is the last."""
    return [(number == len(addresses), address) for number, address in enumerate(addresses, start=1)]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
