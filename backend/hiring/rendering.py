"""Markdown to HTML that is safe to show: raw HTML stays text, and what is left is allow-listed."""

from functools import cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s", "del", "code", "pre"),
    *("blockquote", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough", "linkify"])
    # “Node.js” and “data.gouv” are words: only what says https:// or is an address becomes a link by itself.
    parser.linkify.set({"fuzzy_link": False})  # type: ignore[union-attr]
    return parser


def to_html(markdown: str, *, top: int = 2) -> str:
    """Give safe HTML for `markdown`, its highest heading set to `h{top}` and none skipped more than the text does.

    Images are dropped (nothing is fetched from elsewhere); links carry rel="noopener noreferrer nofollow".
    """
    tokens = _parser().parse(markdown)
    _shift_headings(tokens, top)
    html = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _shift_headings(tokens: list[Token], top: int) -> None:
    """Renumber headings in place: the levels used, in order, become top, top + 1, …; so no level is skipped."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    level = {tag: f"h{min(6, top + rank)}" for rank, tag in enumerate(used)}
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = level[token.tag]


def to_text(markdown: str) -> str:
    """Give the words alone, paragraphs separated by spaces; for summaries and search."""
    words = []
    for token in _parser().parse(markdown):
        for child in token.children or []:
            if child.type in {"text", "code_inline"}:
                words.append(child.content)
            elif child.type in {"softbreak", "hardbreak"}:
                words.append(" ")
        words.append(" " if token.type == "inline" else "")
    return " ".join("".join(words).split())


LEDE_WITHIN = 8000
"""Characters in which the first paragraph is looked for: a list of postings reads the beginnings only."""


def lede(markdown: str, *, limit: int = 220) -> str:
    """Give the first paragraph of the text as plain words, at most `limit` characters, cut at a word."""
    tokens = _parser().parse(markdown[:LEDE_WITHIN])
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0 and inline.type == "inline":
            text = to_text(inline.content)
            if len(text) > 40:
                return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return ""
