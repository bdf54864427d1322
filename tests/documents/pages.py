"""Reading PDFs back: their text, their structure, and where the lines stand."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdf
import pypdfium2

MM = 72 / 25.4
SPACES = re.compile(r"\s+")  # includes U+00A0 and U+202F


def reader(pdf: bytes) -> pypdf.PdfReader:
    """Give the PDF as pypdf reads it."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    """Give the whole text with single spaces: where lines break is not its matter."""
    return SPACES.sub(" ", " ".join(page.extract_text() for page in reader(pdf).pages))


def structure(pdf: bytes) -> list[dict[str, Any]]:
    """Give every element of the structure tree, in order, each with its depth under `depth`."""
    found: list[dict[str, Any]] = []

    def walk(node: Any, depth: int) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid, depth)
        elif isinstance(node, dict) and "/S" in node:
            found.append({"depth": depth, **node})
            walk(node.get("/K", []), depth + 1)

    walk(reader(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"], 0)
    return found


class Line(NamedTuple):
    """A run of text on a page, in points from the bottom left."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str


def lines(pdf: bytes) -> Iterator[Line]:
    """Give every run of text as it is drawn."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document):
            textpage = page.get_textpage()
            for index in range(textpage.count_rects()):
                box = textpage.get_rect(index)
                yield Line(number, *box, textpage.get_text_bounded(*box).strip())
            textpage.close()
            page.close()
    finally:
        document.close()


def overlaps(pdf: bytes, slack: float = 1.0) -> list[tuple[Line, Line]]:
    """Give the pairs of lines that stand on one another by more than `slack` points in both directions."""
    found = []
    by_page: dict[int, list[Line]] = {}
    for line in lines(pdf):
        if line.text:
            by_page.setdefault(line.page, []).append(line)
    for page in by_page.values():
        for index, one in enumerate(page):
            for other in page[index + 1 :]:
                wide = min(one.right, other.right) - max(one.left, other.left)
                high = min(one.top, other.top) - max(one.bottom, other.bottom)
                if wide > slack and high > slack and not joined(one, other, wide):
                    found.append((one, other))
    return found


def joined(one: Line, other: Line, wide: float) -> bool:
    """Say whether these are pieces of one word: joined letters (Arabic), or a letter and the mark above it."""
    letters = one.text + other.text
    height = max(one.top - one.bottom, other.top - other.bottom)
    special = any(unicodedata.combining(c) or unicodedata.bidirectional(c) in {"R", "AL"} for c in letters)
    return special and wide < height / 2


def outside(pdf: bytes, slack: float = 1.5) -> list[Line]:
    """Give the lines that reach into the side margins (20 mm) or off the page."""
    left, right = 20 * MM - slack, 190 * MM + slack
    return [line for line in lines(pdf) if line.left < left or line.right > right or line.bottom < 8 * MM]
