"""A small TCP proxy that can cut every connection through it, or let nothing pass for a while."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

HOST = "127.0.0.1"


class Proxy:
    """Listens on a free port and carries bytes to `target` and back."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"proxy to {target}")
        self._thread.start()
        assert self._up.wait(10)

    def cut(self) -> None:
        """Break off every connection, without a farewell."""
        self._loop.call_soon_threadsafe(self._abort)

    def stall(self) -> None:
        """Let nothing pass, and break nothing off."""
        self._loop.call_soon_threadsafe(self._gate.clear)

    def flow(self) -> None:
        """Let everything pass again."""
        self._loop.call_soon_threadsafe(self._gate.set)

    def close(self) -> None:
        """End it all."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._gate = asyncio.Event()
        self._gate.set()
        listening = self._loop.run_until_complete(asyncio.start_server(self._connected, HOST, 0))
        self.port = listening.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()

    def _abort(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            beyond_reader, beyond = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, beyond}
        ways: list[Awaitable[Any]] = [self._carry(reader, beyond), self._carry(beyond_reader, writer)]
        await asyncio.gather(*ways)
        self._open -= {writer, beyond}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._gate.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
