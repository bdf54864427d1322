"""Mentions: “@name” in a note means somebody of the team, and nobody else can be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from backend.accounts.models import User

AT = re.compile(r"(?<![\w@.])@(?=\w)")


@dataclass(frozen=True)
class Mention:
    """Where a text names somebody: from the @ up to, and without, `end`."""

    start: int
    end: int
    user: User


def find(text: str, people: Sequence[User]) -> list[Mention]:
    """Give the mentions in a text: a whole name, or a first name or the beginning of an address that only one has."""
    known: dict[str, set[User]] = {}
    for user in people:
        for name in {user.name, user.name.partition(" ")[0], user.email.partition("@")[0]} - {""}:
            known.setdefault(_plain(name), set()).add(user)
    names = sorted((name for name, users in known.items() if len(users) == 1), key=len, reverse=True)
    plain, found = _plain(text), []
    for at in AT.finditer(plain):
        for name in names:
            end = at.end() + len(name)
            if plain.startswith(name, at.end()) and not plain[end : end + 1].isalnum():
                found.append(Mention(at.start(), end, next(iter(known[name]))))
                break
    return found


def _plain(text: str) -> str:
    """Give a text of the same length in small letters without accents, so that places in it are places in the text."""
    return "".join(unicodedata.normalize("NFD", letter.lower())[:1] or letter for letter in text)
