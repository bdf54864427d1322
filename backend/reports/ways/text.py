"""What is written into cells of a sheet, where a text that begins like a formula would be taken for one."""

import re
from collections.abc import Sequence

_RISKY = frozenset("=+-@|%＝＋－＠")
_SIGN = f"[{re.escape(''.join(sorted(_RISKY)))}]"
_FORMULA = re.compile(rf"^\s*{_SIGN}|^[\t\r\n]")
_WITHIN = re.compile(rf'([;,\t\n]["\s]*)(?={_SIGN})')
"""What a sheet takes for the beginning of a cell if it is told another separator than that of the file."""
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LINE = re.compile("\r\n?")

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n")


def harmless(rows: Sequence[Sequence[object]]) -> bool:
    """Say whether every cell is a text that begins with a letter or the like, so that none needs to be looked at."""
    try:
        return not any(_odd({cell[:1] for cell in column}) for column in zip(*rows, strict=True))
    except TypeError:  # not only texts
        return False


def _odd(firsts: set[str]) -> bool:
    return any(first in _RISKY or first.isspace() for first in firsts)


def readable(content: bytes) -> bool:
    """Say whether there is no character that XML and sheets cannot hold."""
    return len(content.translate(None, _CONTROLS)) == len(content)


def whole(content: str, separator: str) -> bool:
    """Say whether no part of a file would be taken for a formula by a sheet that is told another separator than its."""
    odd = any(mark in content for mark in ';,\t"' if mark != separator)  # seldom, and looking closer takes long
    return not odd or _WITHIN.search(content) is None


def defused(text: str) -> str:
    """Give `text` so that no program of sheets computes it (CSV injection, OWASP): an apostrophe in front.

    Also in front of what begins like a formula after a separator, which need not be the one a sheet is told.
    """
    text = _WITHIN.sub(r"\1'", clean(text))
    return "'" + text if _FORMULA.match(text) else text


def clean(text: str) -> str:
    """Give `text` without the characters that XML 1.0 cannot hold, each of its lines ended as sheets end them."""
    return text if text.isprintable() else _INVISIBLE.sub("", _LINE.sub("\n", text))
