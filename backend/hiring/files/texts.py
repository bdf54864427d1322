"""Plain text: in the encodings that people have, and nothing that a browser draws or a system runs."""

import codecs
import re

from backend.hiring.files import mixed
from backend.hiring.files.refusal import NOT_TAKEN, Unsafe

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
START = 4096  # characters in which browsers look for a page
# Controls that no text has; a page break, a tabulator and the ends of lines are none of them.
CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f]")
OTHERS = re.compile(
    r"\s*(?:<[!?/a-z]|\{\\rtf|#!|%!PS|@echo\b|begin \d{3} |MIME-Version:|BEGIN:VCALENDAR|\[InternetShortcut\]|"
    r"\[Desktop Entry\]|\[autorun\]|Windows Registry Editor|REGEDIT4)",
    re.IGNORECASE,
)


def decode(content: bytes) -> str | None:
    """Give the text: UTF-8, UTF-16 with its mark, else Windows-1252. None if it is no text."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for attempt in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if attempt == "cp1252" and not _reads_like_words(text):
            return None
        return None if CONTROLS.search(text) else text
    return None


def judge(content: bytes, *, runnable: bool = False) -> None:
    """Raise Unsafe for what is no plain text, is another language's source to run or draw, or is named as one."""
    text = decode(content)
    if text is None or not text.strip() or runnable:
        raise Unsafe(NOT_TAKEN)
    if OTHERS.match(text) or mixed.MARKUP.search(text[:START].encode()):
        raise Unsafe(NOT_TAKEN)
    mixed.refuse(content)


def _reads_like_words(text: str) -> bool:
    """Say whether letters and spaces prevail: every string of bytes without five rare ones is Windows-1252."""
    sample = text[:20_000]
    return sum(c.isalnum() or c.isspace() or c in ".,;:!?'’«»()-–•/@" for c in sample) > 0.85 * len(sample)
