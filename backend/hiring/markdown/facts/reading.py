"""What every fact's reader is given and gives back."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from backend.hiring.markdown.facts.text import Sentence, fold

if TYPE_CHECKING:
    # Fields itself reads dates and contracts with this package: at run time the import would turn round.
    from backend.hiring.markdown.fields import Fields

Found = dict[str, tuple[Any, str]]
"""The facts that are stated, each with the sentence it was read from."""

TERMS = re.compile(
    r"modalite|condition|contrat|statut|environnement|informations?|details?|remuneration|salaire|duree|dates?\b"
    r"|cadre|embauche|calendrier|rythme|quotite|teletravail|lieu|poste propose|offre|terms|practical|organisation"
)
"""A heading under which a posting states its terms."""

HIRING = re.compile(
    r"\bpostes?\b|contrat|\bcdd\b|\bcdi\b|mission|recherch|cherch|recrut|statut|freelance|independant|modalite"
    r"|we are (?:looking|hiring)|position|embauche"
)
"""A sentence that speaks of the job rather than of the product."""


@dataclass(frozen=True)
class Reading:
    """One posting ready to be searched: its sentences, its fields and the day it was published."""

    sentences: list[Sentence]
    fields: Fields
    published: date | None

    @property
    def titles(self) -> list[Sentence]:
        """Return the role and the headline as sentences, for the terms that they hold."""
        titles = dict.fromkeys(title for title in (self.fields.title, self.fields.headline) if title)
        return [Sentence(title, fold(title), heading="titre / contrat") for title in titles]


@dataclass(frozen=True)
class Candidate:
    """A possible reading of one fact; the highest `score` wins, the first of equals."""

    score: int
    value: Any
    sentence: str


def best(candidates: list[Candidate]) -> Candidate | None:
    """Return the candidate with the highest score, the first of equals, or None."""
    return max(candidates, key=lambda candidate: candidate.score, default=None)


def under_terms(sentence: Sentence) -> bool:
    """Return whether the heading or the lead says that terms follow."""
    return _terms(sentence.heading, sentence.lead)


@functools.lru_cache(maxsize=256)
def _terms(heading: str, lead: str) -> bool:
    """Return whether either says so; a heading is asked about for each of its sentences by each reader."""
    return bool(TERMS.search(heading) or TERMS.search(lead))
