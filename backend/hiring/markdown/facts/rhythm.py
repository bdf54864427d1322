"""Days worked a week; days of presence, of telework or of meetings are not days worked."""

import re

from backend.hiring.markdown.facts import numbers
from backend.hiring.markdown.facts.numbers import SMALL
from backend.hiring.markdown.facts.patterns import any_of, label
from backend.hiring.markdown.facts.reading import Candidate, Found, Reading, best, under_terms
from backend.hiring.markdown.facts.text import Sentence

DAY = r"(?:jours?|jrs?|j\b|days?)(?: ouvres| travailles)?"
A_WEEK = r"\s*\.?\s*(?:(?:/|par|de travail par|a|per|each)\s*(?:la )?\s*(?:semaines?|sem\b|week)|hebdo\w*)"
DAYS = any_of(
    rf"\b({SMALL})\s*(?:{DAY})?(?:{A_WEEK})?\s*(?:a|ou|et|-|/|to|or)\s*({SMALL})\s*{DAY}{A_WEEK}",
    rf"\b({SMALL})\s*{DAY}{A_WEEK}",
    rf"\b({SMALL})\s*(?:j\b|jours?)\s*(?:/|sur)\s*(?:5|cinq)\b",
)
FIFTHS = any_of(
    r"(?<![\d/.,])([1-5](?:[.,]5)?)\s*(?:/\s*5|sur 5)(?:\s*(?:e|emes?)\b)?(?![\d/])(?!\s*(?:etoiles|stars))",
    r"\b(un|deux|trois|quatre)\s+cinquiemes?\b",
)
PERCENT = re.compile(r"(?<![\d.,])(\d{2,3})\s?%")
PERCENT_CUE = any_of(
    r"temps (?:partiel|plein|de travail)", r"quotite", r"\bcharge\b", r"rythme", r"taux d'(?:activite|emploi)",
    r"part[- ]time"
)  # fmt: skip
FULL = any_of(
    r"temps plein", r"plein[- ]temps", r"temps complet", r"full[- ]?time",
    r"\b3[59] ?h(?:eures)?\s*(?:hebdo|/ ?sem|par sem)"
)  # fmt: skip
HALF = any_of(r"\bmi[- ]temps\b", r"half[- ]time")
FULL_OR_PART = re.compile(r"temps (?:plein|complet) ou (?:a temps )?partiel|full[- ]or part[- ]time")
PART_ACCEPTED = any_of(
    r"temps partiel (?:\S+ ){0,3}?(?:accept|possible|bienvenu|envisage|ok\b|negociable|discut)",
    r"part[- ]time (?:\S+ ){0,3}?(?:accept|possible|welcome|ok\b)",
    r"possibilite (?:d'un |de )?(?:travailler a )?temps partiel",
)
AT_LEAST = any_of(
    r"minimum", r"au moins", r"a minima", r"\bmini?\b", r"minimal", r"at least", r"ou plus\b", r"et plus\b"
)
AT_MOST = any_of(r"maximum", r"\bmaxi?\b", r"jusqu'a", r"au plus", r"up to", r"at most")
WORK = any_of(
    r"contrat", r"mission", r"\bcharge\b", r"rythme", r"temps de travail", r"freelance", r"independant", r"cdd",
    r"stage", r"\bpostes?\b", r"quotite", r"pourvoir",
)  # fmt: skip
CUE = any_of(
    WORK.pattern, r"temps p(?:lein|artiel)", r"plein[- ]temps", r"duree", r"frequence", r"disponib",
    r"travail(?:ler)?\b", r"engagement", r"financement", r"\bwork(?:ing|load)?\b", r"full[- ]?time",
)  # fmt: skip
LABEL = label(
    "charge", "rythme", "temps de travail", "temps", "quotite", "frequence", "duree", "a quelle frequence", "workload"
)  # fmt: skip
ELSEWHERE = any_of(
    r"tele-?travail\w*", r"presen(?:ce|tiel)\w*", r"sur place", r"sur site", r"a distance", r"remote",
    r"bureaux?\b", r"locaux", r"reunion\w*", r"restera", r"rituels?", r"deplac\w*", r"distanciel",
    r"se (?:crois|retrouv|rencontr)\w*", r"astreinte\w*", r"a paris", r"office", r"\bven(?:ir|ez)\b",
    r"atelier\w*", r"seminaire\w*",
)  # fmt: skip
AFTER = any_of(
    r"\W*(?:(?:de|en|a|au|sur|dans|pour)\s+)?(?:la |les |nos |l')?(?:tele-?travail|presence|presentiel|paris\b"
    r"|bureau|place\b)",
    r"\W*(?:(?:de|en|a|au|sur|dans|pour)\s+)?(?:la |les |nos |l')?(?:site\b|distan|locaux|remote|home|retrouver"
    r"|espace|office)",
    r"\W*(?:est|sont)\s+(?:souhait|demand|requis|obligatoire|prev)",
)
# Whose time it is, if not the candidate's.
OTHERS = any_of(
    r"intra?e?preneu\w*", r"coach\w*", r"\bequipes?\b", r"\bagents?\b", r"\bmembres?\b", r"\bdeux\b", r"\btrois\b",
    r"\d+ \w+",
)  # fmt: skip


def read(reading: Reading) -> Found:
    """Return days_per_week_min and days_per_week_max where a sentence states how much one works."""
    candidates = [found for sentence in reading.sentences if (found := _candidate(sentence))]
    for title in reading.titles:
        if found := _candidate(title):
            candidates.append(Candidate(0, found.value, found.sentence))
    chosen = best(candidates)
    if chosen is None:
        return {}
    names = zip(("days_per_week_min", "days_per_week_max"), chosen.value, strict=True)
    return {name: (numbers.whole(days), chosen.sentence) for name, days in names if days is not None}


def _candidate(sentence: Sentence) -> Candidate | None:
    plain = sentence.plain
    if not (under_terms(sentence) or CUE.search(plain) or CUE.search(sentence.lead)):
        return None
    days, spans = _days(plain)
    full, half = (
        [match for match in words.finditer(plain) if under_terms(sentence) or not _of_others(plain, match)]
        for words in (FULL, HALF)
    )
    said = days + [5.0] * bool(full) + [2.5] * bool(half)
    if not said:
        return None
    low, high = min(said), max(said)
    bounds: tuple[float | None, float | None] = (low, high)
    if FULL_OR_PART.search(plain) and not days:
        bounds = (None, high)
    elif PART_ACCEPTED.search(plain):
        bounds = (low, 5.0)  # Part time is accepted: full time is what is offered.
    elif low == high != 5 and spans:
        near = plain[max(0, spans[0].start() - 18) : spans[0].end() + 14]
        bounds = (low, None) if AT_LEAST.search(near) else (None, high) if AT_MOST.search(near) else bounds
    score = 2 * under_terms(sentence) + 2 * bool(LABEL.match(plain)) + bool(WORK.search(plain)) + bool(spans)
    return Candidate(score, bounds, sentence.text)


def _of_others(plain: str, match: re.Match[str]) -> bool:
    """Return whether the full or half time of `match` is that of people already there."""
    before = plain[max(0, match.start() - 45) : match.start()]
    return bool(OTHERS.search(before)) and not re.search(r"poste|cdd|contrat|mission|mois|\bseul", before)


def _days(plain: str) -> tuple[list[float], list[re.Match[str]]]:
    """Return the numbers of days worked a week that `plain` says, and where."""
    days: list[float] = []
    spans: list[re.Match[str]] = []
    patterns = [(DAYS, 1.0), (FIFTHS, 1.0)] + [(PERCENT, 0.05)] * bool(PERCENT_CUE.search(plain))
    for pattern, factor in patterns:
        for match in pattern.finditer(plain):
            said = [round(numbers.value(text) * factor, 2) for text in match.groups() if text]
            if all(0.5 <= number <= 5 for number in said) and _worked(plain, match):
                days += said
                spans.append(match)
    return days, spans


def _worked(plain: str, match: re.Match[str]) -> bool:
    """Return whether the days of `match` are worked, by the words around them in their clause."""
    before, opening, inside = re.split(r"[.;!?]", plain[max(0, match.start() - 70) : match.start()])[-1].rpartition("(")
    # What stands between brackets speaks of the words just before them.
    clause = f"{before[-30:]}({inside}" if opening and ")" not in inside else inside.rpartition(")")[2]
    away = [found.end() for found in ELSEWHERE.finditer(clause)]
    work = [found.end() for found in WORK.finditer(clause)]
    if away and (not work or max(work) < max(away)):
        return False
    return bool(work) or not AFTER.match(plain, match.end(), match.end() + 40)
