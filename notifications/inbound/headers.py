"""Header values as people meant them: 8-bit, encoded, folded, broken; never an exception.

Works on raw values (compat32's `raw_items`): `policy.default` raises IndexError, AttributeError and TypeError on
hostile headers, and there is no catching them without losing the other headers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

MAX_VALUE = 20_000
"""Characters of a header value that are read; a longer one is cut: some standard parsers are quadratic."""

_ENCODED = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|]{1,64}@[^\s<>()\[\],;:\"'|@]{1,253}")
# Codecs of the standard library that are no charset of any mail; some take quadratic time.
_NO_CHARSET = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}


@dataclass(frozen=True)
class Address:
    """A name, perhaps empty, and an address as it was written."""

    name: str
    email: str

    @property
    def key(self) -> str:
        """Give the form under which two spellings are one."""
        return self.email.lower()

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email


def tidy(text: str) -> str:
    """Give text that the database takes: no NUL, no lone surrogate, no control character but line ends and tabs."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def text_of(content: bytes, charset: str | None) -> str:
    """Give bytes as text. A charset that is unknown, wrong or too narrow is mended, never an error.

    What claims a Western 8-bit charset and is UTF-8 is UTF-8; Latin-1 means Windows-1252, as browsers hold it.
    """
    name = (charset or "").strip("\"' ").lower().replace("-", "_")
    western = not name or "8859_1" in name or name in {"us_ascii", "ascii", "latin1", "latin_1", "cp1252"}
    if western or name.startswith("windows_1252") or "unknown" in name:
        tries = ["utf-8", "cp1252"]
    else:
        tries = [name, "utf-8", "cp1252"]
    for codec in tries:
        if codec in _NO_CHARSET:
            continue
        try:
            return content.decode(codec).removeprefix("\ufeff")
        except (LookupError, ValueError, TypeError, AssertionError):
            continue
    return content.decode("cp1252", "replace")


def decode(raw: str) -> str:
    """Give one header value as people read it: unfolded, 8-bit and RFC 2047 decoded, on one line."""
    value = eight_bit(raw[:MAX_VALUE])
    if "=?" in value:
        value = _encoded_words(value)
    return " ".join(tidy(value.replace("\t", " ").replace("\n", " ").replace("\r", " ")).split())


def eight_bit(raw: str) -> str:
    """Give raw bytes, which the parser kept as surrogates, as the text they are."""
    if raw.isascii():
        return raw
    return text_of(raw.encode("utf-8", "surrogateescape"), None)


def _encoded_words(value: str) -> str:
    # Some mailers glue encoded words to text or break one character over two words: decode_header mends the second,
    # a space on both sides the first.
    spaced = re.sub(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)(?=\S)", r"\1 ", value)
    try:
        parts = decode_header(re.sub(r"[\r\n]+[ \t]*", " ", spaced))
    except (HeaderParseError, ValueError, LookupError, TypeError):
        return value
    texts = []
    for content, charset in parts:
        texts.append(content if isinstance(content, str) else text_of(content, charset))
    return "".join(texts)


def values(message: Message, name: str) -> list[str]:
    """Give the raw values of a header, at most 50."""
    wanted = name.lower()
    found = [str(value) for key, value in message.raw_items() if key.lower() == wanted]
    return found[:50]


def value(message: Message, name: str) -> str:
    """Give the first value of a header, decoded; `` if there is none."""
    found = values(message, name)
    return decode(found[0]) if found else ""


def addresses(raw_values: Iterable[str]) -> list[Address]:
    """Give the addresses of header values, in order, without those that are none."""
    found: list[Address] = []
    for raw in raw_values:
        text = " ".join(eight_bit(raw[:MAX_VALUE]).split())
        found += _pairs(text) or (_pairs(decode(raw)) if "=?" in text else [])
    return found[:200]


def _pairs(text: str) -> list[Address]:
    try:
        pairs = getaddresses([text])
    except (RecursionError, ValueError, IndexError, TypeError):
        pairs = []
    found = [Address(decode(name).strip("'\" "), tidy(decode(email)).strip()) for name, email in pairs]
    found = [address for address in found if _ADDRESS.fullmatch(address.email)]
    return found or [Address("", match) for match in _ADDRESS.findall(decode(text))[:50]]


def address_in(text: str) -> Address | None:
    """Give the name and address that a line of a forwarded header shows, in any of the usual spellings; else None.

    `Camille Martin <camille@x.example>`, `Camille Martin [mailto:camille@x.example]`, `"Camille" camille@x.example`.
    """
    text = re.sub(r"(?i)mailto:", "", text.replace("*", " "))[:1000]
    match = _ADDRESS.search(text)
    if match is None:
        return None
    name = text[: match.start()].strip(" \t<[(\"',;:")
    return Address(decode(name), tidy(match.group()).strip("."))


def message_ids(raw_values: Iterable[str]) -> list[str]:
    """Give the Message-IDs of header values, with their angle brackets, in order, each once."""
    found = [f"<{tidy(one)}>" for raw in raw_values for one in _MESSAGE_ID.findall(eight_bit(raw[:MAX_VALUE]))]
    return list(dict.fromkeys(found))[:100]
