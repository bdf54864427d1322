"""How mail programs mark what they forward or quote: separators and blocks of headers, in French, English, German."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORWARD_LINE = re.compile(
    r"(?i)^-{2,}\s*(?:forwarded message|message transf[ée]r[ée]|mail transf[ée]r[ée]|message transmis|"
    r"message r[ée]exp[ée]di[ée]|courriel transf[ée]r[ée]|weitergeleitete nachricht|mensaje reenviado)"
    r"(?:\s+(?:from|de|von)\b.{0,100})?\s*-{2,}$|"
    r"^(?:begin forwarded message|d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|"
    r"anfang der weitergeleiteten nachricht)\s*:$"
)
ORIGINAL_LINE = re.compile(
    r"^-{2,}\s*(?:original message|message d.origine|message original|urspr[üu]ngliche nachricht|mail original|"
    r"original appointment)\s*-{2,}$",
    re.IGNORECASE,
)
FIELDS = {
    "from": ("de", "from", "von", "expéditeur", "expediteur"),
    "date": ("envoyé", "envoye", "sent", "date", "gesendet", "datum", "envoyé le", "date d'envoi"),
    "to": ("à", "a", "to", "an", "pour", "destinataire"),
    "cc": ("cc", "copie", "copie à", "kopie"),
    "subject": ("objet", "subject", "betreff", "sujet"),
    "reply-to": ("répondre à", "reply-to", "reply to"),
}
_BY_WORD = {word: name for name, words in FIELDS.items() for word in words}
_FIELD = re.compile(r"^[*_\s]{0,4}([A-Za-zÀ-ÿ' -]{1,20}?)\s{0,2}[*_]{0,2}\s{0,2}:[*_]{0,2}\s*(.*)$")
FORWARD_SUBJECT = re.compile(r"(?i)^\s*(?:\[[^\]]{0,60}\]\s*)?(?:fwd?|tr|wg|rv|i)\s?:")


@dataclass(frozen=True)
class Block:
    """The headers a mail program wrote above a quoted message, and where the message itself begins."""

    fields: dict[str, str]
    start: int
    end: int


def is_separator(line: str) -> bool:
    """Say whether this line alone announces a quoted or forwarded message."""
    return len(line) < 200 and (FORWARD_LINE.match(line) is not None or ORIGINAL_LINE.match(line) is not None)


def field_of(line: str) -> tuple[str, str] | None:
    """Give the name (English) and value of a line such as `Objet : Candidature`, or None."""
    match = _FIELD.match(line[:1000].replace("\u00a0", " ").replace("\u202f", " "))
    if match is None:
        return None
    name = _BY_WORD.get(match.group(1).strip().lower())
    return (name, match.group(2).strip(" *")) if name else None


def header_block(lines: list[str], index: int) -> Block | None:
    """Give the block of headers that begins at this line: a sender and at least two more of date, to, subject."""
    first = field_of(lines[index])
    if first is None or first[0] not in ("from", "date", "subject", "to"):
        return None
    fields: dict[str, str] = {}
    position, last, empty = index, "", 0
    while position < len(lines) and position < index + 30:
        found = field_of(lines[position])
        if found and found[0] not in fields:
            last, empty = found[0], 0
            fields[last] = found[1]
        elif not lines[position].strip():
            empty += 1
            # Some programs leave a line between two headers: the block ends at the first that none follows.
            if empty > 1 or not _field_follows(lines, position, fields):
                break
        elif last and not empty and (lines[position][:1] in " \t<" or last in ("to", "cc") or not fields[last]):
            fields[last] = f"{fields[last]} {lines[position].strip()}".strip()
        else:
            break
        position += 1
    if "from" not in fields or len(fields.keys() & {"date", "to", "subject"}) < 2:
        return None
    return Block(fields, index, position)


def _field_follows(lines: list[str], position: int, fields: dict[str, str]) -> bool:
    if position + 1 >= len(lines):
        return False
    found = field_of(lines[position + 1])
    return found is not None and found[0] not in fields
