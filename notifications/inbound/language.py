"""French or English: told by the small words of a text."""

from __future__ import annotations

import re

from notifications.inbound.word_lists import word_set

FRENCH = word_set(
    """
    le la les des une un je vous nous votre vos est et pour dans avec sur mon ma mes ce cette bonjour madame monsieur
    que qui au aux du en suis ai ci joint cordialement poste candidature merci ne pas plus
    """
)
ENGLISH = word_set(
    """
    the a an i you we your is and for in with on my this that of to am have hello hi dear please find attached regards
    thanks application position would are be as at from best not
    """
)


def guess(text: str, default: str) -> str:
    """Give `fr` or `en`; `default` where the text does not clearly tell."""
    words = re.findall(r"[a-zà-ÿœ]+", text[:20_000].lower())
    french, english = sum(word in FRENCH for word in words), sum(word in ENGLISH for word in words)
    if max(french, english) < 3 or max(french, english) < 1.5 * min(french, english):
        return default
    return "fr" if french > english else "en"
