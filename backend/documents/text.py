"""What strangers write, made fit for paper: nothing invisible, nothing that turns a line around or piles up."""

import re
import unicodedata

JOINERS = "\u200c\u200d"
_PICTURES = re.compile("[\ufe00-\ufe0f\u20e3\U0001f000-\U0001fbff]")  # emoji, their selectors and keycaps
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_PILE = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def plain(text: str) -> str:
    """Give `text` without control, direction, zero-width and private characters, and with at most two marks a letter.

    Emoji go too: few machines have a font for them, and a box in the middle of a name says nothing.
    Zero-width joiners stay after letters of the scripts that spell with them (Arabic, the Indic ones).
    """
    text = _PICTURES.sub("", unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)))
    kept: list[str] = []
    for character in text:
        if character in JOINERS:
            if kept and joins(kept[-1]):
                kept.append(character)
        elif character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            kept.append(character)
    return _PILE.sub(r"\1", "".join(kept))


def joins(character: str) -> bool:
    """Say whether a joiner means something after this character."""
    return "\u0600" <= character <= "\u0dff" or "\u1780" <= character <= "\u17ff"


def direction(text: str) -> str:
    """Give `rtl` if the first letter of `text` is written from right to left, else `ltr`."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def short(text: str, length: int) -> str:
    """Give `text` on one line and cut to `length` characters with “…”: for running headers, never for content."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
