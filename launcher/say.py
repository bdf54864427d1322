"""What the launcher tells the person: on standard error, so that a command's own output stays clean; results apart."""

import contextlib
import os
import signal
import sys
from io import TextIOWrapper
from typing import TextIO

from launcher import signals

COLOURS = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}


class Failure(Exception):
    """Something expected went wrong; the message says what, and what to do about it."""


def prepare() -> None:
    """Let no terminal's alphabet stop us: what it cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def paint(text: str, colour: str, stream: TextIO) -> str:
    """Return the text in a colour where the stream is a terminal that wants colours."""
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return f"\033[{COLOURS[colour]}m{text}\033[0m"


def say(text: str, colour: str = "cyan") -> None:
    """Tell the person one line about what the launcher does."""
    with contextlib.suppress(BrokenPipeError):
        print(paint("jalon:", colour, sys.stderr), text, file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """Tell the person about something that is missing and can be done without."""
    say(text, "yellow")


def show(text: str) -> None:
    """Print a line on standard output; if nobody reads it any more, that is a request to stop."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        signals.handle(signal.SIGPIPE)
