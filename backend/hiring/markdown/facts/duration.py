"""How long the first contract lasts, in months, and whether a renewal is stated."""

import re

from backend.hiring.markdown.facts import numbers
from backend.hiring.markdown.facts.numbers import SMALL
from backend.hiring.markdown.facts.patterns import any_of, label
from backend.hiring.markdown.facts.reading import Candidate, Found, Reading, best, under_terms
from backend.hiring.markdown.facts.text import Sentence, fold

LENGTH = re.compile(
    rf"\b({SMALL})(?:\s*\(\d+\))?(?:\s*(?:mois|ans?)?\s*(?:a|-|ou|/|to)\s*({SMALL}))?[\s-]*"
    r"(mois|ans?|annees?|months?|years?)\b( et demi)?"
)
RENEWAL = any_of(
    r"renouvel+(?:ement|ab\w*|er|ee?)\b",
    r"reconduct\w*",
    r"reconduit\w*",
    r"prolong(?:e|ee|es|er|eable|ation)\b",
    r"renew(?:al|able|ed)\b",
    r"extend(?:able|ed)\b",
    r"extension possible",
)
NO_RENEWAL = re.compile(r"(?:\bnon|\bpas|\bni|\bsans|\bnot)[ -](?:\S+ )?(?:renouvel|reconduc|prolong|renew)")
# Renewable energies and the renewal of cities are what a product is about.
NOT_A_CONTRACT = any_of(
    r"(?:energies?|electricite|sources?|production|ressources?)\s+(?:\S+\s+)?renouvelables?(?: electriques?)?",
    r"renouvellement (?:urbain|des|du|de l)",
)
NOT_BEFORE = re.compile(
    r"(?:depuis|apres|d'ici|tou(?:s|tes) les|chaque|il y a|\bsous|moins d[e']|plus d[e']"
    r"|essai (?:initiale? )?(?:de |d')?"
    r"|\bdans(?: les)?|\bages? de|jusqu'a|au bout d[e']|\ben|indicateurs\D{0,20}|objectif\D{0,20}|service civique"
    r"|within|after|every|for the (?:last|past|next))\s*(?:environ |(?:d')?au moins |les )?$"
)
NOT_AFTER = re.compile(
    r"\s*(?:minimum )?(?:d'(?:exp|exist|ancien|activite|anteriorite|etudes|essai)|de (?:fonctionn|pratique)"
    r"|of exp|old\b"
    r"|plus tard|apres|ago\b|passes)"
)
CONTRACT = any_of(
    r"\bcdd\b", r"contrat", r"\bmission\b", r"\bstage", r"\bdurees?\b", r"vacat", r"alternance", r"apprentissage",
    r"combien de temps", r"freelance", r"internship", r"engagement (?:minim\w+ )?(?:de|d')", r"disponib",
    r"contract\b", r"duration", r"detachement", r"mise a disposition",
)  # fmt: skip
LABEL = label("duree", "pour combien de temps", "duration")
HIRES = re.compile(r"contrat|cdd|\bpostes?\b|stage|mission")
YEARS_OF = re.compile(r"experience|anciennete|existence|financ|etudes|diplome|investi")


def read(reading: Reading) -> Found:
    """Return duration_months and renewable where they are stated."""
    found: Found = {}
    sentences = [*reading.sentences, *reading.titles]
    chosen = best([candidate for sentence in sentences for candidate in _candidates(sentence)])
    if chosen:
        found["duration_months"] = (chosen.value, chosen.sentence)
        if _renewed(fold(chosen.sentence)):
            found["renewable"] = (True, chosen.sentence)
            return found
    for sentence in reading.sentences:
        contract = CONTRACT.search(sentence.plain)
        ends = under_terms(sentence) and re.search(r"date de fin|fin de mission|\bmois\b|\bposte", sentence.plain)
        if (contract or ends) and _renewed(sentence.plain):
            found["renewable"] = (True, sentence.text)
            break
    return found


def _renewed(plain: str) -> bool:
    """Return whether a contract's renewal is stated as possible."""
    return bool(RENEWAL.search(NOT_A_CONTRACT.sub("", plain))) and not NO_RENEWAL.search(plain)


def _candidates(sentence: Sentence) -> list[Candidate]:
    return [
        Candidate(score, months, sentence.text)
        for match in LENGTH.finditer(sentence.plain)
        if (months := _months(match)) and (score := _score(sentence, match))
    ]


def _months(match: re.Match[str]) -> float | None:
    """Return the lower bound in months, at most ten years."""
    in_years = match[3].startswith(("a", "y"))
    months = (numbers.value(match[1]) + (0.5 if match[4] else 0)) * (12 if in_years else 1)
    return numbers.whole(months) if 0 < months <= 120 else None


def _score(sentence: Sentence, match: re.Match[str]) -> int:
    """Return how surely `match` is the length of the contract; 0 if it is not."""
    plain = sentence.plain
    before, after = plain[max(0, match.start() - 80) : match.start()], plain[match.end() : match.end() + 50]
    if NOT_BEFORE.search(before) or NOT_AFTER.match(after) or "engagement volontaire" in before:
        return 0
    contract = CONTRACT.search(before) or re.match(r" (?:\w+ )?de (?:stage|mission|contrat|cdd)\b", after)
    if match[3].startswith(("a", "y")) and (YEARS_OF.search(plain) or not CONTRACT.search(before[-30:])):
        return 0
    renewed = _renewed(re.split(r"[.;]|\bmais\b", after)[0])
    labelled = bool(LABEL.match(plain)) or "duree" in sentence.lead
    if not (contract or renewed or labelled or "duree" in sentence.heading):
        return 0
    if not labelled and re.search(r"\bdurees?\b", before) and not (under_terms(sentence) or HIRES.search(plain)):
        return 0
    return 1 + 3 * renewed + 3 * labelled + 2 * bool(contract) + under_terms(sentence)
