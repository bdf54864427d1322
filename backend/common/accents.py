"""Letters without their accents: the one place that takes them off."""

import unicodedata

LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""Letters that Unicode does not take apart, and that people write as these."""


def off(text: str) -> str:
    """Give a text without accents, its letters otherwise as they are: `œ` stays, and so does the case.

    What is kept in the database was made with this (keys of people, slugs): the same text gives the same letters.
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def plain(text: str) -> str:
    """Give a text as it is compared with what somebody else typed: small letters, no accents, `œ` as `oe`."""
    return off(text.casefold().translate(LETTERS))
