"""A mail server as a process of its own: notes the time and the Message-ID of what it takes, before it says yes.

python -m tests.chaos.sink PORT FILE
"""

from __future__ import annotations

import asyncio
import email
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

THINKING = 0.02
"""Seconds between the mail and the answer, so that the moment in which nobody can know is not too short to be hit."""


class Hooks:
    """What aiosmtpd calls."""

    def __init__(self, file: Path) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle_DATA(self, smtp: Any, session: Session, envelope: Envelope) -> str:
        mail = email.message_from_bytes(bytes(envelope.content or b""))
        os.write(self.file, f"{time.time()} {mail['Message-ID'].strip()}\n".encode())  # one write: whole or not at all
        await asyncio.sleep(THINKING)
        return "250 taken"


async def serve(port: int, file: Path) -> None:
    """Listen until killed."""
    hooks = Hooks(file)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(hooks, enable_SMTPUTF8=True, hostname="puits.example"), "127.0.0.1", port
    )
    await server.serve_forever()


def arrivals(file: Path) -> list[tuple[float, str]]:
    """Give when which Message-ID was taken, in order."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [(float(at), message_id) for at, message_id in (line.split(" ", 1) for line in lines)]


def counts(file: Path) -> Counter[str]:
    """Give how often each Message-ID was taken."""
    return Counter(message_id for _at, message_id in arrivals(file))


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
