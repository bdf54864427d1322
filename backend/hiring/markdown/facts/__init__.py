"""Facts that a posting states in prose, each with the sentence it was read from; nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from backend.hiring.markdown.facts import addresses, contract, dates, deadline, duration, rate, remote, rhythm, start
from backend.hiring.markdown.facts.reading import Found, Reading
from backend.hiring.markdown.facts.text import sentences

if TYPE_CHECKING:
    # Fields itself reads dates and contracts with this package: at run time the import would turn round.
    from backend.hiring.markdown.fields import Fields

READERS = (addresses, rate, rhythm, duration, start, deadline, remote, contract)

LISTS = ("apply_to", "apply_cc", "questions_to", "contract")
NAMES = (
    "apply_to",
    "apply_cc",
    "apply_url",
    "questions_to",
    "day_rate_min",
    "day_rate_max",
    "days_per_week_min",
    "days_per_week_max",
    "duration_months",
    "renewable",
    "start",
    "apply_before",
    "remote",
    "contract",
)


@dataclass(frozen=True)
class Facts:
    """The facts of one posting.

    `values` holds every name of NAMES: None, False or [] is “not stated”. `sentences` holds, for the facts
    that are stated, the sentence of the posting (or the line of its front matter) that states them.
    """

    values: dict[str, Any]
    sentences: dict[str, str]


def nothing(name: str) -> Any:
    """Return the value that says that the fact `name` is not stated."""
    return [] if name in LISTS else False if name == "renewable" else None


def read_facts(fields: Fields, body: str, name: str = "") -> Facts:
    """Return what the posting of these `fields` and this Markdown `body` states.

    `name` is the file's name, which may hold the date from which a missing year is inferred.
    """
    published = fields.published or dates.in_name(name)
    reading = Reading(sentences(body), fields, date.fromisoformat(published) if published else None)
    found: Found = {}
    for reader in READERS:
        found.update(reader.read(reading))
    return Facts(
        values={key: found[key][0] if key in found else nothing(key) for key in NAMES},
        sentences={key: _shown(key, found[key][1]) for key in NAMES if key in found},
    )


def _shown(key: str, sentence: str) -> str:
    """Return `sentence` without the targets of its links, unless one of them is the fact."""
    return sentence if key == "apply_url" else re.sub(r" <https?://[^<>]*>", "", sentence)
