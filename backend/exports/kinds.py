"""What there is to be made: one module a kind, how it is asked for and how it is made. A new one is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.accounts.actors import Actor
from backend.exports import posting, recruitment, summaries
from backend.exports.models import Kind
from backend.exports.plan import Plan

if TYPE_CHECKING:
    from backend.exports.making import Job


@dataclass(frozen=True)
class Maker:
    """How one kind is asked for (raises NotVisible, Invalid), and how it is made."""

    plan: Callable[[Actor, Mapping[str, str]], Plan]
    make: Callable[[Job], None]


MAKERS: dict[str, Maker] = {
    Kind.REPORT: Maker(recruitment.plan, recruitment.make),
    Kind.SHEETS: Maker(recruitment.plan_sheets, recruitment.make_sheets),
    Kind.POSTING: Maker(posting.plan, posting.make),
    Kind.SUMMARIES: Maker(summaries.plan, summaries.make),
}


def plan(kind: str, actor: Actor, asked: Mapping[str, str]) -> Plan:
    """Give what is asked for, checked. Raises NotVisible, Invalid."""
    return MAKERS[kind].plan(actor, asked)


def make(job: Job) -> None:
    """Make one export."""
    MAKERS[job.export.kind].make(job)
