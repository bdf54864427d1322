"""When the work begins: a day, a month, or as soon as possible."""

import itertools
import re

from backend.hiring.markdown.facts import dates
from backend.hiring.markdown.facts.patterns import any_of, label
from backend.hiring.markdown.facts.reading import HIRING, Candidate, Found, Reading, best, under_terms
from backend.hiring.markdown.facts.text import Sentence

ASAP = any_of(
    r"des que possible", r"(?:au|le) plus (?:vite|tot|rapidement)", r"plus (?:vite|tot|rapidement) possible",
    r"\basap\b",
    r"\bimmediat(?:e|ement|e?s)?\b", r"des maintenant", r"sans delai", r"des a present", r"as soon as possible",
    r"right away", r"immediately", r"tout de suite", r"aussi(?:tot| vite) que possible",
)  # fmt: skip
CUE = any_of(
    r"\bdemarrage", r"\bdemarr(?:e|era|er|ant)\b",
    r"\bdebut(?:e|ant|er|era)?\b(?! d[eu']s? (?:la production|l'annee|votre|ta))",
    r"dates? d[e']\s?(?:entree|arrivee|prise|debut|demarrage)", r"prise de (?:poste|fonctions?)",
    r"entree en fonctions?", r"\bcommenc(?:e|er|era|ement)\b", r"a pourvoir", r"\bquand\b",
    r"\bdisponib(?:le|ilite)s?\b", r"\barrivee\b", r"\bstart(?:s|ing)?\b", r"\bbegin\w*",
)  # fmt: skip
LABEL = label(
    r"dates? (?:de |d')?(?:debut|demarrage|entree|prise|arrivee|souhaitee)", "debut", "demarrage", "quand",
    "prise de poste", "prise de fonctions?", "start",
)  # fmt: skip
HEADING = any_of(
    r"dates? (?:de|d'|souhait)", r"\bdebut\b", r"demarrage", r"\bquand\b", r"start date", r"prise de poste"
)
NOT_A_START = any_of(
    r"entretien", r"interview", r"candidature", r"(?:poste|offre) ouverte? le", r"\blancee?s?\b",
    r"\ba (?:demarre|debute|commence)\b", r"repon[ds]", r"recontact", r"postul(?:er|ez) (?:avant|jusqu)",
    r"en vigueur",
)  # fmt: skip
UNTIL = any_of(
    r"depuis", r"jusqu", r"\bavant\b", r"d'ici", r"\bfin (?:de|du) (?:mission|contrat)", r"date de fin", r"entretien"
)
OPENS = r"\b(?:a partir (?:de|du|d')|des|a compter (?:de|du)|pour|from)\s*(?:le |la |fin |debut |mi-?|courant )*"
FROM = re.compile(rf"{OPENS}$")
SPAN = re.compile(r"\s*(?:a|-|au)\s+\S+")


def read(reading: Reading) -> Found:
    """Return `start` as YYYY-MM-DD, YYYY-MM or “asap”."""
    candidates = []
    for sentence in reading.sentences:
        if NOT_A_START.search(sentence.plain) and not LABEL.match(sentence.plain):
            continue
        if candidate := _after_cue(reading, sentence) or _hiring(reading, sentence):
            candidates.append(candidate)
    chosen = best(candidates)
    return {"start": (chosen.value, chosen.sentence)} if chosen else {}


def _after_cue(reading: Reading, sentence: Sentence) -> Candidate | None:
    """Return the first date or “as soon as possible” that follows a word for the beginning."""
    plain = sentence.plain
    if not (LABEL.match(plain) or HIRING.search(f"{sentence.lead} {plain}") or under_terms(sentence)):
        return None
    labelled = bool(LABEL.match(plain) or HEADING.search(sentence.heading) or HEADING.search(sentence.lead))
    cues = [match.end() for match in itertools.islice(CUE.finditer(plain), 5)]
    for start in cues or [0] * labelled:
        if value := _value(reading, plain, start):
            return Candidate(2 + 2 * labelled + 2 * under_terms(sentence), value, sentence.text)
    return None


def _hiring(reading: Reading, sentence: Sentence) -> Candidate | None:
    """Return a date or “as soon as possible” in a sentence that says whom the team looks for."""
    plain = sentence.plain
    # Under the terms, a line may be nothing but its date.
    bare = under_terms(sentence) and (ASAP.match(plain) or re.match(OPENS, plain))
    hires = re.search(r"cherch|recrut|looking|\bpostes?\b|contrat|stage|renfort|pourvoir|rejoi", plain)
    if not (bare or hires or HIRING.search(plain)):
        return None
    if (bare or hires) and ASAP.search(plain):
        return Candidate(1, "asap", sentence.text)
    found = dates.find(plain)
    if not found or re.search(r"\bdepuis\b", plain):
        return None
    before = plain[max(0, found.start - 25) : found.start]
    spans = (
        SPAN.match(plain, found.end)
        and re.search(r"\b(?:cdd|stage|contrat|mission)\b", plain)
        and "jusqu" not in before
    )
    opens = FROM.search(before) and (bare or hires)
    value = found.text(reading.published) if spans or opens else None
    return Candidate(1, value, sentence.text) if value else None


def _value(reading: Reading, plain: str, start: int) -> str | None:
    """Return what comes first within a few words of `start`: “asap” or a date."""
    asap, found = ASAP.search(plain, start, start + 70), dates.find(plain, start, start + 80)
    if found and UNTIL.search(plain, start, found.start):
        found = None
    if asap and (not found or asap.start() < found.start):
        return "asap"
    return found.text(reading.published) if found else None
