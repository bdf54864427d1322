"""What an export is about, once it is known that it may be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Plan:
    """`asked`: the words that ask for the same again; `teams`: whose rows are in it; `rows`: which applications.

    `total`: how many pieces there are to make.
    """

    title: str
    asked: Mapping[str, str]
    teams: list[UUID]
    total: int
    rows: list[UUID] = field(default_factory=list)
