"""What is written into cells of a sheet, where a text that begins like a formula would be taken for one."""

import re

_FORMULA = re.compile(r"^[\s]*[=+\-@|%]|^[\t\r\n]")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def defused(text: str) -> str:
    """Give `text` so that no program of sheets computes it (CSV injection, OWASP): an apostrophe in front."""
    text = clean(text)
    return "'" + text if _FORMULA.match(text) else text


def clean(text: str) -> str:
    """Give `text` without the characters that XML 1.0 cannot hold."""
    return _INVISIBLE.sub("", text)
