"""Patterns kept as lists of phrases, one alternative a line, instead of one long regular expression."""

import re


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern that matches any of `alternatives`, each a regular expression on folded text."""
    return re.compile("|".join(alternatives))


def label(*names: str) -> re.Pattern[str]:
    """Return a pattern for a line that begins with one of `names`, such as “Start date: …”."""
    return re.compile(rf"\W*(?:la |le |les )?(?:{'|'.join(names)})\b")
