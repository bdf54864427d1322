"""Numbers as people write them, in digits or in French and English words."""

import re

WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "quinze": 15, "seize": 16, "dix-huit": 18, "vingt-quatre": 24,
    "trente-six": 36, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "eighteen": 18, "twenty-four": 24,
}  # fmt: skip

SMALL = r"(?:\d{1,3}(?:[.,]\d)?(?!\d)|" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")"
"""A regular expression for a number below a thousand, one decimal allowed, on folded text."""


def value(text: str) -> float:
    """Return the number that `text`, matched by SMALL, says."""
    return float(WORDS[text]) if text in WORDS else float(text.replace(",", "."))


def whole(number: float) -> float | int:
    """Return `number` as an int if it is one: 4.0 is 4, 2.5 stays."""
    return int(number) if number == int(number) else number


def joined(text: str) -> str:
    """Return `text` with the blanks inside its numbers taken out: “1 200 €” is “1200 €”."""
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
