"""The day rate in euros; salaries, internship pay and budgets are not day rates."""

import re

from backend.hiring.markdown.facts import numbers
from backend.hiring.markdown.facts.patterns import any_of
from backend.hiring.markdown.facts.reading import Candidate, Found, Reading, best
from backend.hiring.markdown.facts.text import Sentence

LOWEST, HIGHEST = 100, 1900
"""Outside of these, an amount next to “day” is a meal, an hour, a month or a year."""

RATE = any_of(
    r"\btjm\b",
    r"\btj\b",
    r"(?:taux|tarif|remuneration|prix|montant|cout|honoraires?)\s+(?:\w+\s+)?(?:journalie?re?s?|/ ?jour|par jour)",
    r"\b(?:day|daily)\s+rate",
    r"a la journee",
)
EURO = r"(?:€|euros?\b|eur\b)"
TAX = r"(?:\s*(?:hors[- ]taxes?|h\.?t\.?|ttc)(?![a-z]))?"
A_DAY = rf"\s*{TAX}\s*(?:/|par|la|per|a)\s*(?:jour|j\b|journee|day)"
AMOUNT = r"(?<![\d.,/-])(\d{1,5}(?:[.,]\d{1,2})?)(?![\d%])"
SECOND = r"(\d{1,5}(?:[.,]\d{1,2})?)(?![\d%])"
TO = rf"\s*(?:k\s?)?{EURO}?{TAX}\s*(?:a|et|-|/|ou|to|and)\s*(?:de\s+)?"
AMOUNTS = any_of(
    rf"{AMOUNT}{TO}{SECOND}\s*(k?)\s?(?:{EURO}|ht\b)",
    rf"{AMOUNT}\s*(k?)\s?(?:{EURO}|ht\b)",
    rf"€\s?{AMOUNT}(?:\s*(?:a|et|-|to|and)\s*€?\s?{SECOND})?",
)
# Without a currency, only what directly follows the word counts, and a year never does.
BARE = re.compile(
    rf"\W{{0,4}}(?:(?:est|moyen|vise|envisage|prevu|propose|indicatif|de|entre|compris)\W{{1,3}}){{0,4}}"
    rf"{AMOUNT}(?:\s*(?:a|et|-|/)\s*{SECOND})?(?!\s*(?:jours?|mois|ans?|j\b))"
)
AT_MOST = re.compile(
    r"(?:jusqu'?\s?a|max(?:imum|imal)?|plafon\w*|au plus|up to|inferieur\w* a|moins de|[<≤])\W{0,3}(?:de|a"
    r"|est)?\W{0,3}$"
)
AT_LEAST = re.compile(
    r"(?:a partir d[eu']|minimum|\bmin|au moins|\bdes|\bfrom|superieur\w* a|plus de|a minima"
    r"|[>≥])\W{0,3}(?:de)?\W{0,3}$"
)
AFTERWARDS = rf"{TAX}\W{{0,3}}(?:(?:/|par) ?j(?:our)?\W{{0,3}})?"
AT_MOST_AFTER = re.compile(rf"{AFTERWARDS}(?:max|au plus)")
AT_LEAST_AFTER = re.compile(rf"{AFTERWARDS}(?:min\b|mini\b|minimum|et plus|ou plus|au moins|a minima)")
NOT_A_RATE = any_of(
    r"\bpar (?:an|mois|heure|semaine)\b",
    r"\bannuel\w*",
    r"\bmensuel\w*",
    r"/ ?(?:an|mois|h)\b",
    r"\bbudget\b",
    r"\b(?:brut|nets?)\b",
    r"\bsalaire",
    r"\bgratification",
    r"\ba year\b",
    r"\b(?:heure|repas)\b",
)

Bounds = tuple[float | None, float | None]


def read(reading: Reading) -> Found:
    """Return day_rate_min and day_rate_max where a sentence states a rate a day."""
    candidates = [found for sentence in reading.sentences if (found := _candidate(sentence))]
    chosen = best(candidates + _headed(reading.sentences))
    if chosen is None:
        return {}
    names = zip(("day_rate_min", "day_rate_max"), chosen.value, strict=True)
    return {name: (amount, chosen.sentence) for name, amount in names if amount is not None}


def _candidate(sentence: Sentence) -> Candidate | None:
    plain = numbers.joined(sentence.plain)
    cue = RATE.search(plain)
    a_day = bool(re.search(rf"{EURO}{A_DAY}", plain))
    if not (cue or a_day):
        return None
    bounds = _bounds(plain, cue.end() if cue and not a_day else 0)
    return Candidate(1 + bool(cue) + a_day, bounds, sentence.text) if bounds else None


def _headed(sentences: list[Sentence]) -> list[Candidate]:
    """Return the rates said under a heading or a line such as “Day rate:”, one a level, as one band."""
    groups: dict[tuple[str, str], list[tuple[Bounds, str]]] = {}
    for sentence in sentences:
        headed = RATE.search(sentence.heading) or RATE.search(sentence.lead)
        if headed and (bounds := _bounds(numbers.joined(sentence.plain), 0)):
            groups.setdefault((sentence.heading, sentence.lead), []).append((bounds, sentence.text))
    return [
        Candidate(1, _widest([bounds for bounds, _ in group]), " … ".join(text for _, text in group))
        for group in groups.values()
    ]


def _bounds(plain: str, start: int) -> Bounds | None:
    """Return the lowest and the highest rate said after `start`, None for a side that is left open."""
    ranges: list[Bounds] = []
    for match in AMOUNTS.finditer(plain, start):
        a_day = re.match(A_DAY, plain[match.end() : match.end() + 30])
        if not a_day and NOT_A_RATE.search(plain, max(start, match.start() - 25), match.end() + 15):
            continue
        if found := _range(plain, match):
            ranges.append(found)
    if not ranges and start and (bare := BARE.match(plain, start)):
        texts = [text for text in bare.groups() if text]
        if not any(1990 <= float(text.replace(",", ".")) <= 2050 for text in texts):
            amounts = [amount for text in texts if (amount := _amount(text, ""))]
            if len(amounts) == len(texts):
                ranges.append(_sided(plain, bare.start(1), bare.end(), amounts))
    return _widest(ranges)


def _range(plain: str, match: re.Match[str]) -> Bounds | None:
    low, high, range_k, one, one_k, sign_low, sign_high = match.groups()
    texts = [text for text in (low, high, one, sign_low, sign_high) if text]
    amounts = [amount for text in texts if (amount := _amount(text, range_k or one_k or "")) is not None]
    if len(amounts) < len(texts):
        return None
    first = next(match.start(group) for group in (1, 4, 6) if match[group])
    return _sided(plain, first, match.end(), amounts)


def _sided(plain: str, start: int, end: int, amounts: list[float]) -> Bounds:
    """Return the amounts as bounds; “at most” and “at least” leave the other side open."""
    if len(amounts) == 1:
        before, after = plain[max(0, start - 30) : start], plain[end : end + 25]
        if AT_MOST.search(before) or AT_MOST_AFTER.match(after):
            return None, amounts[0]
        if AT_LEAST.search(before) or AT_LEAST_AFTER.match(after):
            return amounts[0], None
    return min(amounts), max(amounts)


def _amount(text: str, unit: str) -> float | None:
    """Return the amount in euros if a day can cost that, else None."""
    amount = float(text.replace(",", ".")) * (1000 if unit else 1)
    return numbers.whole(amount) if LOWEST <= amount <= HIGHEST else None


def _widest(ranges: list[Bounds]) -> Bounds | None:
    """Return the bounds around all of `ranges`."""
    if not ranges:
        return None
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    return (min(lows) if lows else None), (max(highs) if highs else None)
