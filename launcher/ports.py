"""TCP ports of 127.0.0.1."""

import errno
import os
import socket
from contextlib import closing, suppress
from pathlib import Path

from launcher.say import Failure

HOST = "127.0.0.1"
LISTENS = "0A"
"""A listening socket's state in the kernel's table."""


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port now.

    Raises Failure if this user may not, whoever has it.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that just ended do not count
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Failure(f"Port {port} is reserved to root. Choose one above 1023 with --port.") from None
            return False
    return True


def free() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def first_free(start: int, tries: int = 100) -> int:
    """Return the first free port from a number on.

    Raises Failure if all are taken.
    """
    for port in range(start, min(start + tries, 65536)):
        if is_free(port):
            return port
    raise Failure(f"No port from {start} to {start + tries - 1} is free. Choose another with --port.")


def holder(port: int) -> str:
    """Return " (program, process N)" for who listens on the port, where the system lets us see it; else nothing."""
    listening = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for row in Path(table).read_text().splitlines()[1:]:
                words = row.split()
                if words[3] == LISTENS and int(words[1].rpartition(":")[2], 16) == port:
                    listening.add(f"socket:[{words[9]}]")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*") if listening else ():
        with suppress(OSError):
            if os.readlink(descriptor) in listening:
                process = descriptor.parent.parent
                return f" ({(process / 'comm').read_text().strip()}, process {process.name})"
    return ""
