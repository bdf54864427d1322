"""Places where a word without end may break: browsers need half a minute to set one of 100,000 signs in our font."""

import re

from django.utils.safestring import SafeString, mark_safe

LONGEST = 200
"""Signs after which a word may break; no word that people write has as many, and few addresses."""
TAG = re.compile(r"(<[^>]*>)")
SIGN = re.compile(r"&#?\w{1,10};|[^\s<>]")
WORD = re.compile(rf"[^\s<>]{{{LONGEST},}}")


def breakable(html: str) -> SafeString:
    """Give HTML of ours, what people wrote escaped in it, whose long words may break; what is copied stays whole."""
    pieces = [piece if piece.startswith("<") else WORD.sub(_broken, piece) for piece in TAG.split(html)]
    return mark_safe("".join(pieces))  # noqa: S308 - adds <wbr> to what was safe before


def _broken(word: re.Match[str]) -> str:
    signs = SIGN.findall(word[0])
    return "<wbr>".join("".join(signs[start : start + LONGEST]) for start in range(0, len(signs), LONGEST))
