"""A real SMTP server for tests, which keeps what it accepts and misbehaves as told, at any stage."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import Counter
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

STALL_SECONDS = 30


class Server:
    """Listens on a free port of 127.0.0.1. `script` says what to answer at a stage: a line, `drop` or `stall`.

    Stages: `connect`, `ehlo`, `mail`, `rcpt`, `data` (the command), `content` (after the mail is read and kept or not:
    with `drop` and `stall` it is kept, as by a server that dies before it can say so). `times` says how often it
    misbehaves before it is well again; None is always.
    """

    def __init__(self) -> None:
        self.script: dict[str, str] = {}
        self.times: int | None = None
        self.kept: list[Envelope] = []
        self.connections = 0
        self.thinking = 0.0  # seconds between the content and the answer to it
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()

    def __enter__(self) -> Server:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(self._loop.create_server(lambda: Conversation(self), "127.0.0.1", 0))
        self.port = listening.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        listening.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    def command(self, stage: str) -> str | None:
        """Give what to do at this stage, as long as there is any misbehaving left."""
        command = self.script.get(stage)
        if command is not None and self.times is not None:
            self.times -= 1
            if self.times < 0:
                return None
        return command

    @property
    def mails(self) -> list[EmailMessage]:
        """Give what was accepted, parsed, in the order of arrival."""
        return [email.message_from_bytes(bytes(kept.content or b""), policy=email.policy.default) for kept in self.kept]

    def ids(self) -> Counter[str]:
        """Give how often each Message-ID was accepted."""
        return Counter(mail["Message-ID"].strip() for mail in self.mails)


class Conversation(SMTP):
    """One connection."""

    def __init__(self, server: Server) -> None:
        super().__init__(Hooks(server), enable_SMTPUTF8=True, hostname="mail.example")
        self.server = server

    def connection_made(self, transport: Any) -> None:
        self.server.connections += 1
        self.greeting = self.server.command("connect")
        if self.greeting == "drop":
            transport.abort()
            return
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        if self.greeting and str(status).startswith("220 "):
            if self.greeting == "stall":
                return
            status = self.greeting
        await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:
        answer = await told(self.server, "ehlo", self)
        if answer is None:
            await super().smtp_EHLO(hostname)
        else:
            await self.push(answer)

    async def smtp_HELO(self, hostname: str) -> None:
        answer = await told(self.server, "ehlo", self)  # who does not get in by EHLO tries this one
        if answer is None:
            await super().smtp_HELO(hostname)
        else:
            await self.push(answer)

    async def smtp_DATA(self, arg: str) -> None:
        answer = await told(self.server, "data", self)
        if answer is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(answer)


class Hooks:
    """What aiosmtpd calls at each stage."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def handle_MAIL(self, smtp: Any, _s: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await told(self.server, "mail", smtp)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, smtp: Any, _s: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await told(self.server, "rcpt", smtp)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, smtp: Any, _s: Session, envelope: Envelope) -> str:
        command = self.server.command("content")
        if command in (None, "drop", "stall"):
            self.server.kept.append(envelope)
        await asyncio.sleep(self.server.thinking)
        return await done(command, smtp) or f"250 kept as {len(self.server.kept)}"


async def told(server: Server, stage: str, smtp: Any) -> str | None:
    """Do what the script says for this stage; give the answer it dictates, or None to go on."""
    return await done(server.command(stage), smtp)


async def done(command: str | None, smtp: Any) -> str | None:
    """Do what a script says; give the answer it dictates, or None to go on."""
    if command == "stall":
        await asyncio.sleep(STALL_SECONDS)
        return None
    if command == "drop":
        smtp.transport.abort()
        return "421 gone"
    return command
