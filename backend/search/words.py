"""Words as they are compared: without accents, in small letters; and the spellings near a name."""

import re

from backend.common import accents

WORD = re.compile(r"[a-z0-9]+")
LONGEST = 40
SHORTEST_WITH_A_TYPO = 4
"""Below this many letters, one letter fewer is another name."""


def split(text: str) -> list[str]:
    """Give the words of a text, each cut at `LONGEST` letters."""
    return [word[:LONGEST] for word in WORD.findall(accents.plain(text))]


def near(word: str) -> set[str]:
    """Give a word and what it is without each of its letters.

    Two words that share one of these differ by a letter left out, put in or changed, or by two that changed places.
    """
    if len(word) < SHORTEST_WITH_A_TYPO:
        return {word}
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
