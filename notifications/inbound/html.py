"""The text of an HTML mail, in bounded time: lines as they were seen, quotes marked with `> `.

Own walker over lxml's tree rather than a layout engine: mails use tables for layout, a `padding` can ask for
gigabytes, and `clean` needs to know what stood in a `blockquote`. The standard library's HTMLParser is quadratic on
`<!<!<!…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from notifications.inbound.word_lists import word_set

MAX_CHARS = 200_000
"""Characters of HTML that are read."""

BLOCKS = word_set(
    """
    address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li
    main nav ol p pre section table tbody tfoot thead tr ul
    """
)
SPACED = word_set(
    """
    p h1 h2 h3 h4 h5 h6 blockquote ul ol table pre
    """
)
SILENT = word_set(
    """
    script style head title template noscript object svg math
    """
)
OPEN, CLOSE = "\ue000", "\ue001"  # where a quote begins and ends, until the lines are marked


@dataclass(frozen=True)
class Page:
    """What a reader of an HTML part sees, and the addresses behind its links."""

    text: str
    links: tuple[str, ...]


def read(source: str) -> Page:
    """Give the text and the links of an HTML part; whatever it holds, an answer."""
    source = source[:MAX_CHARS].replace(OPEN, "").replace(CLOSE, "")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return Page(_lines(re.sub(r"<[^<>]{0,2000}>", " ", source)), ())
    walker = _Walker()
    walker.walk(root)
    text = _lines("".join(walker.out))
    return Page(text or _lines(re.sub(r"<[^<>]{0,2000}>", " ", source)), tuple(dict.fromkeys(walker.links))[:100])


class _Walker:
    """Collects text; iterative, since a mail may nest as deep as it likes."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.links: list[str] = []
        self.silent = 0

    def walk(self, root: etree._Element) -> None:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self.enter(tag, element)
            else:
                self.leave(tag, element)

    def enter(self, tag: str, element: etree._Element) -> None:
        if tag in SILENT:
            self.silent += 1
        if tag == "br":
            self.out.append("\n")
        elif tag in BLOCKS:
            self.out.append("\n\n" if tag in SPACED else "\n")
        if tag == "blockquote":
            self.out.append(OPEN + "\n")
        if tag == "li":
            self.out.append("- ")
        if tag in ("td", "th"):
            self.out.append(" ")
        if tag == "a":
            href = (element.get("href") or "").strip()
            if href.lower().startswith(("http://", "https://")):
                self.links.append(href[:1000])
        self.say(element.text, pre=tag == "pre")

    def leave(self, tag: str, element: etree._Element) -> None:
        if tag in SILENT:
            self.silent -= 1
        if tag == "blockquote":
            self.out.append("\n" + CLOSE)
        if tag in BLOCKS:
            self.out.append("\n\n" if tag in SPACED else "\n")
        self.say(element.tail)

    def say(self, text: str | None, *, pre: bool = False) -> None:
        if text and not self.silent:
            self.out.append(text if pre else re.sub(r"[ \t\r\n\f]+", " ", text))


def _lines(text: str) -> str:
    """Give tidy lines: no trailing space, at most one empty line in a row, `> ` before what was quoted."""
    depth, lines = 0, []
    for line in text.split("\n"):
        depth += line.count(OPEN)
        words = " ".join(line.replace(OPEN, "").replace(CLOSE, "").replace("\u00a0", " ").split())
        lines.append("> " * min(depth, 10) + words if words else "")
        depth = max(0, depth - line.count(CLOSE))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
