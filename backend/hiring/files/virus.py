"""ClamAV, asked by its own protocol (clamd(8), INSTREAM): the file goes as pieces, the answer is one line."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import urlsplit

PIECE = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
ANSWER = 4096  # bytes


class Unreachable(Exception):
    """Nobody answers, or not in words of this protocol: ask again later."""


class Refused(Exception):
    """The scanner answers that it cannot judge this file: too large for it, or an error of its own."""


def infection(url: str, file: IO[bytes]) -> str:
    """Give the name of what the scanner found in the file; empty for nothing. Raises Unreachable, Refused.

    `url` is `tcp://host:port` or `unix:/path`.
    """
    try:
        with _connected(url) as line:
            answer = _ask(line, file)
    except (OSError, ValueError) as error:
        raise Unreachable(str(error)) from error
    words = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if words == "stream: OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removeprefix("stream: ").removesuffix(" FOUND")[:200]
    if words.endswith("ERROR"):
        raise Refused(words[:200])
    raise Unreachable(f"unexpected answer {words[:100]!r}")


def _ask(line: socket.socket, file: IO[bytes]) -> bytes:
    """Send the file; give the answer. A scanner that has had enough answers and hangs up before the end."""
    try:
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass
    answer = b""
    while not answer.endswith((b"\0", b"\n")) and len(answer) < ANSWER and (more := line.recv(ANSWER)):
        answer += more
    return answer


@contextmanager
def _connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
    elif parts.scheme == "tcp" and parts.hostname:
        line = socket.create_connection((parts.hostname, parts.port or 3310), timeout=CONNECT_SECONDS)
    else:
        raise ValueError("CLAMD_URL is tcp://host:port or unix:/path")
    with line:
        if parts.scheme == "unix":
            line.connect(parts.path)
        line.settimeout(ANSWER_SECONDS)
        yield line
