"""Advisory locks: held by an open file, so that they end with the process, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.say import Failure, say


def acquire(path: Path, *, shared: bool = False) -> int | None:
    """Take the lock at once and return its descriptor (close it to release), or None if another has it."""
    try:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Failure(
            f"Cannot write {path} ({error.strerror}). Run as the user who owns it, or delete the folder "
            f"{path.parent} if nothing in it is needed."
        ) from error
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def waiting(path: Path, message: str) -> Iterator[None]:
    """Hold the lock, after waiting for it as long as it takes; say the message once if there is a wait."""
    descriptor = acquire(path)
    if descriptor is None:
        say(message)
        while descriptor is None:
            time.sleep(0.1)
            descriptor = acquire(path)
    try:
        yield
    finally:
        os.close(descriptor)
