"""Hostile files are opened in a process of their own, with little memory and time, that knows nothing of Jalon."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.db import models
from django.utils.translation import gettext_lazy as _

MEMORY = 512 * 2**20  # bytes of addresses
CPU_SECONDS, WALL_SECONDS = 20, 40
INMATE = Path(__file__).with_name("inmate.py")


class Trouble(models.TextChoices):
    """Why a file was not read."""

    LOCKED = "locked", _("It is locked by a password.")
    BROKEN = "broken", _("It is damaged.")
    TOO_MUCH = "too_much", _("It asks for too much memory or time.")
    CRASHED = "crashed", _("Reading it failed several times.")
    GONE = "gone", _("The file is no longer here.")


class Failed(Exception):
    """The inmate did not bring anything back; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


CODES = {3: Trouble.LOCKED, 4: Trouble.BROKEN, 5: Trouble.TOO_MUCH}


def run(
    job: str, file: IO[bytes], *, memory: int = MEMORY, seconds: int = CPU_SECONDS, wait: float = WALL_SECONDS
) -> bytes:
    """Give what the inmate made of the file: `job` is pdf, xml or pages. Raises Failed.

    `memory` in bytes, `seconds` of processor time, `wait` in seconds on the clock.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(file.read())
        given.seek(0)
        inmate = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", str(INMATE), job, str(memory), str(seconds)],
            stdin=given,
            stdout=made,
            stderr=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            env={"LANG": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            code = inmate.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            raise Failed(Trouble.TOO_MUCH) from None
        finally:
            _end(inmate)
        if code != 0:
            killed = code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ)
            raise Failed(CODES.get(code, Trouble.TOO_MUCH if killed else Trouble.BROKEN))
        made.seek(0)
        return made.read()


def _end(inmate: "subprocess.Popen[bytes]") -> None:
    """Leave nothing running, also when we are stopped ourselves in the middle."""
    if inmate.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(inmate.pid, signal.SIGKILL)
        inmate.wait()
