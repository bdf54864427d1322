"""The stored plain text as an HTML letter: the same words, the path above them, the private link as a button.

Everything is escaped, and nothing but the private link becomes a link, whatever a name or a text contains.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import css_inline
from django.template.loader import render_to_string

from notifications.placeholders import LINK
from workflow.path import Step

END = re.compile(r"^-- ?$", re.MULTILINE)
HEADLINE_ENDS = re.compile(r"[ \u00a0\u202f]?: ")
ITEM = "- "
INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Piece:
    """A run of characters, or the private link."""

    text: str
    is_link: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph as lines of pieces, a list of them, or, with a `label`, the button that opens the private page."""

    lines: list[list[Piece]]
    label: str = ""
    is_list: bool = False


def html(*, subject: str, body: str, language: str, team: str, steps: Sequence[Step], link: str) -> str:
    """Give one HTML page with its styles inlined; only the media queries stay in a `style` element."""
    text, _sign, end = _parts(body)
    context = {
        "subject": subject,
        "headline": HEADLINE_ENDS.split(subject, maxsplit=1)[0],
        "language": language,
        "team": team,
        "steps": steps,
        "blocks": blocks(text),
        "end": blocks(end),
        "link": link,
    }
    return INLINER.inline(render_to_string("emails/base.html", context))


def blocks(text: str) -> list[Block]:
    """Give the paragraphs of a plain text. The link alone on a line, under its words, becomes a button."""
    made = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        *before, last = paragraph.split("\n")
        if last.strip() == LINK and before:
            label = " ".join(line.strip() for line in before).rstrip(": \u00a0\u202f")
            made.append(Block(lines=[], label=label))
        elif paragraph.strip():
            lines = paragraph.split("\n")
            is_list = all(line.startswith(ITEM) for line in lines)
            made.append(
                Block([_pieces(line.removeprefix(ITEM) if is_list else line) for line in lines], is_list=is_list)
            )
    return made


def _pieces(line: str) -> list[Piece]:
    return [Piece(part, is_link=part == LINK) for part in re.split(f"({re.escape(LINK)})", line) if part]


def _parts(body: str) -> tuple[str, str, str]:
    """Give what stands before the signature mark, the mark, and what follows."""
    found = END.search(body)
    return (body, "", "") if found is None else (body[: found.start()], found[0], body[found.end() :])
