"""What happens when somebody asks us to stop: the first request unwinds, a second one hurries."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, SIGHUP), or nobody reads what we print."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
received: list[int] = []
_cleaning = 0


def install() -> None:
    """Turn Ctrl-C, SIGTERM and SIGHUP into Stopped; SIGHUP stays ignored under nohup."""
    for signum in HANDLED:
        if signum == signal.SIGHUP and signal.getsignal(signum) == signal.SIG_IGN:
            continue
        signal.signal(signum, handle)


def handle(signum: int, frame: FrameType | None = None) -> None:
    """Unwind the first time; while we clean up, only take note."""
    received.append(signum)
    if not _cleaning:
        raise Stopped(signum)


@contextmanager
def cleaning() -> Iterator[None]:
    """Let nothing interrupt the block: it stops what we started."""
    global _cleaning
    _cleaning += 1
    try:
        yield
    finally:
        _cleaning -= 1


def is_cleaning() -> bool:
    """Say whether we are stopping what we started."""
    return _cleaning > 0


def in_a_hurry() -> bool:
    """Say whether somebody asked twice."""
    return len(received) > 1


def reach_our_children() -> bool:
    """Say whether Ctrl-C reaches the children of our process group by itself: we are a terminal's foreground job."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False
