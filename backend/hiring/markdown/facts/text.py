"""The body of a posting as sentences, each with the heading and the line that introduce it."""

import re
from dataclasses import dataclass

from backend.common import accents
from backend.hiring.markdown.facts import links

MAX_SENTENCE = 1200
"""No sentence is longer: the readers' patterns look around a match, so this bounds their time."""

HEADING = re.compile(r"#{1,6}\s*(\S.*)")
ITEM = re.compile(r"(?:[-*+•·–⋅]{1,3}|\d{1,2}[.)])(?:\s+|(?<=-)(?=[A-ZÀ-Ý])|(?=\*\*))")
LABEL = re.compile(
    r"(?:les |nos |ta |votre )?(?:modalites?|conditions?|contrat|statut|remuneration|candidat(?:er|ures?)|contact"
    r"|postul(?:er|ez)|comment (?:postuler|candidater)|calendrier|dates? souhaitees?)(?: de travail| pratiques)?"
)
HIDDEN = re.compile(r"<!--(?:(?!-->).)*+(?:-->)?|<style\b(?:(?!</style>).)*+(?:</style>)?", re.DOTALL | re.I)
TAG = re.compile(r"</?(?!http|mailto)[a-z][^<>@\n]{0,200}>", re.I)
BREAK = re.compile(r"<br\s*/?>|\\$", re.I | re.M)
END = re.compile(r"(?<=[.!?;…])[\"»”)]?\s+(?=[\"«“(\[]?(?:[A-ZÀ-Ý\d]|[^\w\s\"'«»“”()\[\]<>.,;:!?/%€&+-]))")
ABBREVIATION = re.compile(r"(?:\b(?:env|ex|min|max|approx|cf|p|m|mme|dr|art|n)|\b[A-Z])\.$", re.I)
SPACES = re.compile(r"\s+")
RULE = re.compile(r"[-=*_ ]+")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!:>|~])")
EMPHASIS = re.compile(r"\*{1,3}|`+|~~|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
FOLDED = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "«": '"', "»": '"', "⁄": "/", "−": "-", "œ": "oe"}
    | dict.fromkeys("‐‑‒–—―", "-")
    | dict.fromkeys("•‧∙⋅", "·")
)


@dataclass(frozen=True)
class Sentence:
    """One sentence: `text` to show, `plain` to search; `heading` and `lead` are plain too.

    `heading` is the heading above, with the label under it if any; `lead` the line ending in a colon that
    stands above a list.
    """

    text: str
    plain: str
    heading: str = ""
    lead: str = ""


def fold(text: str) -> str:
    """Return `text` for searching: lower case, no accents, plain quotes, hyphens and blanks."""
    if text.isascii():
        return text.replace("`", "'").lower()
    return accents.off(text.translate(FOLDED)).translate(FOLDED).lower()


def sentences(body: str) -> list[Sentence]:
    """Return the sentences of a Markdown body in order, without markup; headings are not sentences."""
    result: list[Sentence] = []
    heading = label = lead = ""
    for kind, line in _lines(body):
        if kind == "heading":
            heading, label, lead = fold(line[:200]), "", ""
        elif kind == "label":
            label, lead = fold(line), ""
        else:
            above = f"{heading} / {label}" if label else heading
            result.extend(Sentence(part, fold(part), above, lead) for part in _split(line))
            if kind == "text" or line.endswith(":"):
                lead = fold(line[-200:]) if line.endswith(":") else ""
    return result


def _lines(body: str) -> list[tuple[str, str]]:
    """Return (kind, text) of the body's lines without markup; kinds are heading, label, item and text."""
    text = links.flatten(BREAK.sub("\n", HIDDEN.sub("\n", body)))
    lines: list[tuple[str, str]] = []
    wrapped = False
    for raw in text.split("\n"):
        line = raw.strip().lstrip("> ")
        heading, marker = HEADING.fullmatch(line), ITEM.match(line)
        clean = _inline(heading[1] if heading else line[marker.end() :] if marker else line)
        if not clean or RULE.fullmatch(clean):
            wrapped = False
            continue
        kind = "heading" if heading else "item" if marker else "text"
        if kind == "text" and _is_label(line, clean):
            kind = "label"
        if wrapped and kind == "text" and clean[0].islower() and len(lines[-1][1]) < MAX_SENTENCE:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {clean}")
        else:
            lines.append((kind, clean))
        wrapped = kind in ("item", "text") and clean[-1] not in ".!?:;"
    return lines


def _is_label(line: str, clean: str) -> bool:
    """Return whether a line of its own only names what follows: bold, ending like a label, or a usual word."""
    if len(clean) > 60 or "@" in clean or "://" in clean or re.search(r"\d", clean):
        return False
    bare = clean.rstrip(" :?")
    few = len(bare.split()) <= 7 and not re.search(r"[.;!:]", bare)
    emphasis = line.startswith(("*", "_")) and line.rstrip(": ").endswith(("*", "_"))
    return few and (emphasis or clean[-1] in ":?" or bool(LABEL.fullmatch(fold(bare))))


def _inline(line: str) -> str:
    """Return `line` without emphasis, code marks, tags and escapes."""
    line = INVISIBLE.sub("", TAG.sub("", line))
    line = EMPHASIS.sub("", ESCAPE.sub(r"\1", line))
    return SPACES.sub(" ", line).strip()


def _split(line: str) -> list[str]:
    """Return the sentences of a line, none longer than MAX_SENTENCE, abbreviations left whole."""
    parts: list[str] = []
    start = 0
    for match in END.finditer(line):
        piece = line[start : match.start()]
        # A label that is a question keeps its answer: “When? As soon as possible.”
        if ABBREVIATION.search(piece[-8:]) or (piece.endswith("?") and len(piece) < 40):
            continue
        parts.append(line[start : match.end()].strip())
        start = match.end()
    parts.append(line[start:].strip())
    return [part[at : at + MAX_SENTENCE] for part in parts for at in range(0, len(part), MAX_SENTENCE)]
