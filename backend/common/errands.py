"""What the relay does beside sending mail: whoever has something to send registers it, and needs not know the relay.

So two parts that must not import each other (mail, webhooks) are carried by the same process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Stop = Callable[[], bool]
Errand = Callable[[Stop], Mapping[str, int]]
"""Do what is due, until it is done or `stop` says so; give a count of what became of it. Raises django.db.Error."""

REGISTERED: dict[str, Errand] = {}


def register(name: str, do: Errand) -> None:
    """Have `do` called every second, by a thread of its own."""
    REGISTERED[name] = do
