"""What a person wrote in this mail: without quoted history, signature, footers.

Own rules, line by line and linear: mail-parser-reply takes any line that begins with a hyphen for a signature, drops
what comes after “Cordialement” even if it is a postscript, and its patterns take minutes on hostile lines.
When in doubt a line stays: the raw message is kept, but a reader looks here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications.inbound import forward_marks as marks

ATTRIBUTION = re.compile(
    r"^(?:(?:le|on|am|el|il)\b.{4,400}?(?:a écrit|écrivait|wrote|schrieb(?: .{1,80})?|escribió|ha scritto)|"
    r".{2,200}(?:a écrit le|wrote on|a écrit|wrote)\b.{0,80}?)\s*:$",
    re.IGNORECASE,
)
MOBILE = re.compile(
    r"^(?:envoyé (?:de mon|de ma|depuis|à partir de)\b|provenance\s*:|télécharge[zr] outlook|obtenir outlook|"
    r"sent from|sent via|sent with|get outlook|envoyé avec|von meinem .{1,40} gesendet)\b.{0,120}$",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"^(?:garanti sans virus|sans virus\.|virus-free|ce (?:message|courriel|mail|courrier).{0,120}confidentiel|"
    r"(?:this|the information in this) (?:e-?mail|message).{0,120}confidential|"
    r"(?:you received this message because you are subscribed|vous recevez ce message,? car vous êtes abonné)|"
    r"pensez à l.environnement|please consider the environment|l'absence de virus|cet e-mail a été vérifié)",
    re.IGNORECASE,
)
LIST_RULE = re.compile(r"^[_=]{20,}$")
CLOSING = re.compile(
    r"^(?:bien |très |avec mes |je vous prie |dans l.attente|en vous |veuillez )?.{0,60}?"
    r"(?:cordialement|cdlt|salutations|respectueusement|sincèrement|bonne (?:journée|soirée|réception)|"
    r"(?:best|kind|warm|kindest) regards|regards|sincerely|cheers|all the best|best wishes|yours faithfully|thanks|"
    r"merci d.avance|bien à (?:vous|toi)|à bientôt|amicalement)\b.{0,20}$",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"@|https?://|www\.|linkedin|github|gitlab|\+?\d[\d .()-]{7,}|^(?:t[ée]l|mobile|phone|mob)\b", re.I
)
POSTSCRIPT = re.compile(r"^(?:p\.?\s?s\.?|n\.?b\.?)\s*[:.\-–]", re.IGNORECASE)
REPLY_PREFIX = re.compile(r"(?i)^\s*(?:\[[^\]]{0,60}\]\s*)?(?:re|ré|rép|réf|aw|sv|antw)\s?(?:\[\d+\]|\(\d+\))?\s?:")
MAX_SIGNATURE_LINES = 12


@dataclass(frozen=True)
class Written:
    """`own` is what the person wrote, with their signature; `body` is that without it; `quoted` the rest."""

    own: str
    body: str
    quoted: str


def split(text: str) -> Written:
    """Part the text of a mail. `body` is never empty where the text is not."""
    lines = text.split("\n")
    own, quoted = _without_history(lines)
    own_text = "\n".join(own).strip()
    if not own_text:  # all of it was quoted: better everything than nothing
        return Written(text.strip(), text.strip(), "")
    body = _squeeze("\n".join(_without_signature(own)))
    return Written(_squeeze(own_text), body or _squeeze(own_text), "\n".join(quoted).strip())


def is_reply_subject(subject: str) -> bool:
    """Say whether a subject begins as that of an answer does (Re, RE, Rép, AW, SV, …)."""
    return REPLY_PREFIX.match(subject) is not None


def bare_subject(subject: str) -> str:
    """Give a subject without prefixes of answers, forwards and lists."""
    prefix = re.compile(r"^\s*(?:\[[^\]]{0,60}\]|(?:re|ré|rép|aw|sv|fwd?|tr|wg|i)\s?(?:\[\d+\]|\(\d+\))?\s?:)\s*", re.I)
    for _step in range(10):
        shorter = prefix.sub("", subject, count=1)
        if shorter == subject or not shorter.strip():
            break
        subject = shorter
    return subject.strip()


def _without_history(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the lines into own and quoted ones."""
    for index, line in enumerate(lines):
        bare = line.strip()
        if marks.is_separator(bare) or marks.header_block(lines, index) is not None:
            return lines[:index], lines[index:]
        taken = _attribution(lines, index)
        if taken:
            after = lines[index + taken :]
            own_after = _answers_between(after)
            if own_after is None:
                return lines[:index], lines[index:]
            return lines[:index] + own_after, lines[index : index + taken]
    own = [line for line in lines if not line.lstrip().startswith(">")]
    return own, [line for line in lines if line.lstrip().startswith(">")]


def _attribution(lines: list[str], index: int) -> int:
    """Give how many lines, from `index`, say “On …, … wrote:”; 0 if none do. It may be wrapped over three."""
    if not lines[index].strip() or lines[index].lstrip().startswith(">"):
        return 0
    joined = ""
    for count in range(1, 4):
        if index + count > len(lines) or not lines[index + count - 1].strip():
            return 0
        joined = f"{joined} {lines[index + count - 1].strip()}".strip()[:600]
        if ATTRIBUTION.match(joined) and (count == 1 or re.match(r"(?i)(le|on|am|el|il)\b", joined)):
            quoted_next = next((line for line in lines[index + count :] if line.strip()), "")
            dated = re.search(r"\d", joined) is not None
            if dated or quoted_next.lstrip().startswith(">"):
                return count
        if not re.match(r"(?i)(le|on|am|el|il)\b", joined):
            return 0
    return 0


def _answers_between(after: list[str]) -> list[str] | None:
    """Give the lines if the person answers between or below the quoted ones, None if only history follows."""
    marked = [index for index, line in enumerate(after) if line.lstrip().startswith(">")]
    if not marked:
        return None
    rest = [line for line in after[marked[0] :] if line.strip() and not line.lstrip().startswith(">")]
    rest = _without_signature(rest)
    if not rest:
        return None
    below = all(not line.strip() for line in after[: marked[0]]) and _one_block(after, marked)
    return [line for line in after if not line.lstrip().startswith(">")] if below else after


def _one_block(after: list[str], marked: list[int]) -> bool:
    """Say whether the quoted lines are one block, with nothing of the person's own between."""
    between = after[marked[0] : marked[-1] + 1]
    return all(not line.strip() or line.lstrip().startswith(">") for line in between)


def _without_signature(lines: list[str]) -> list[str]:
    """Give the lines up to the signature, footer or the mark of a telephone."""
    kept = list(lines)
    last_postscript = max((index for index, line in enumerate(kept) if POSTSCRIPT.match(line.strip())), default=-1)
    for index, line in enumerate(kept):
        bare = line.strip()
        footer = FOOTER.match(bare) or (LIST_RULE.match(bare) and index >= len(kept) - 6)
        if footer and last_postscript < index:
            kept = kept[:index]
            break
    below = 0  # lines with words below this one; counted, not looked for again: a mail may be 100,000 empty lines
    for index in range(len(kept) - 1, -1, -1):
        if below > MAX_SIGNATURE_LINES:
            break
        if kept[index].rstrip("\r") in ("-- ", "--") or MOBILE.match(kept[index].strip()):
            kept, below = kept[:index], 0
        elif kept[index].strip():
            below += 1
    return _without_contacts(kept)


def _without_contacts(lines: list[str]) -> list[str]:
    """Cut the block of telephone, addresses and links below “Cordialement, Name”; a postscript stays."""
    closings = [index for index, line in enumerate(lines) if len(line) < 120 and CLOSING.match(line.strip(" ,.!"))]
    if not closings:
        return lines
    after = [index for index in range(closings[-1] + 1, len(lines)) if lines[index].strip()]
    if not after or len(after) > MAX_SIGNATURE_LINES or any(len(lines[index]) > 100 for index in after):
        return lines
    if any(POSTSCRIPT.match(lines[index].strip()) for index in after):
        return lines
    first = next((index for index in after if CONTACT.search(lines[index])), None)
    if first is None:
        return lines
    named = after[0] if after[0] != first else None
    return lines[: (named if named is not None else closings[-1]) + 1]


def _squeeze(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
