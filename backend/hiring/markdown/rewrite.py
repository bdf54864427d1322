"""A posting's source with some keys or its body changed, and every other byte as it was.

Only the lines of a changed key are written anew; comments, order, unknown keys, line ends and encoding stay. What was
written is read again before it is given back: where a block is too odd for that, its front matter is written whole.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any

import yaml

from backend.hiring.markdown import front_matter, source
from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.markdown.source import Source

GONE = object()
"""The value of a key that is to be taken out."""


def rewrite(data: bytes, changes: Mapping[str, Any], body: str | None = None) -> bytes:
    """Give `data` with the front matter's keys `changes` and, unless None, another Markdown `body`.

    New keys come last. The same bytes come back when nothing changes. Raises SourceRefused.
    """
    parsed = source.parse(data)
    if body == parsed.body:
        body = None
    changes = {key: value for key, value in changes.items() if parsed.front.get(key, GONE) != value}
    if not changes and body is None:
        return data
    front = {key: value for key, value in (parsed.front | changes).items() if value is not GONE}
    wanted = Source(front=front, body=parsed.body if body is None else body)
    for text in (_by_line(data, changes, body), _whole(wanted)):
        if text is None:
            continue
        written = _encode(text, data)
        try:
            if source.parse(written) == wanted:
                return written
        except SourceRefused:
            continue
    raise SourceRefused("This cannot be written as a posting: the text would be taken for front matter.")


def dump(values: Mapping[str, Any]) -> str:
    """Give keys and values as lines of YAML that our own reader reads as they are."""
    text: str = yaml.dump(
        dict(values), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1000, default_flow_style=False
    )
    return text


class Dumper(yaml.SafeDumper):
    """A dumper for what `front_matter.Loader` reads: dates are plain text there, and need no quotes."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key, as people write them."""
        super().increase_indent(flow, False)


Dumper.yaml_implicit_resolvers = front_matter.Loader.yaml_implicit_resolvers


def _by_line(data: bytes, changes: Mapping[str, Any], body: str | None) -> str | None:
    """Give the text with the lines of the changed keys replaced; None where keys have no lines of their own."""
    lines = source.decode(data).split("\n")
    start, closing, end = _bounds(lines)
    block = lines[start + 1 : closing]
    spans = _spans(block)
    if spans is None:
        return None
    added = []
    for key, value in sorted(changes.items(), key=lambda change: -spans.get(change[0], (0, 0))[0]):
        new = [] if value is GONE else dump({key: value}).rstrip("\n").split("\n")
        if key in spans:
            first, last = spans[key]
            block[first:last] = new
        else:
            added.append((key, new))
    order = list(changes)
    for _key, new in sorted(added, key=lambda item: order.index(item[0])):
        block += new
    if body is None:
        return "\n".join([*lines[: start + 1], *block, *lines[closing:]])
    fence = lines[closing:end] if end > closing else ["---"]
    return "\n".join([*lines[start : start + 1], *block, *fence, body])


def _bounds(lines: list[str]) -> tuple[int, int, int]:
    """Give the lines of the opening fence, of the end of the block, and of the body's start."""
    first = next(number for number, line in enumerate(lines) if line.strip())
    start = source.opening_fence(lines, first)
    assert start is not None
    _front, end = source.block(lines, start, must_be_posting=bool("\n".join(lines[first:start])))
    closed = end > start + 1 and source.CLOSING_FENCE.fullmatch(lines[end - 1]) is not None
    return start, end - 1 if closed else end, end


def _spans(block: list[str]) -> dict[str, tuple[int, int]] | None:
    """Give the lines of each key that has lines of its own, counted from 0; None if the block cannot be read so."""
    text = "\n".join(block)
    try:
        node = yaml.compose(text.replace("\t", "  "), Loader=front_matter.Loader)
    except (yaml.YAMLError, front_matter.Refusal):
        return None
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return None
    starts = [key.start_mark.line for key, _value in node.value]
    names = [key.value for key, _value in node.value]
    if len(set(starts)) < len(starts) or len(set(names)) < len(names):
        return None
    spans = {}
    for name, first, after in zip(names, starts, [*starts[1:], len(block)], strict=True):
        last = after
        # What stands above the next key (an empty line, a comment) is the next key's.
        while last > first + 1 and (not block[last - 1].strip() or block[last - 1].startswith("#")):
            last -= 1
        spans[name] = (first, last)
    return spans


def _whole(wanted: Source) -> str:
    return f"---\n{dump(wanted.front)}---\n{wanted.body}"


def _encode(text: str, like: bytes) -> bytes:
    """Give the text in the encoding and with the line ends of `like`; in UTF-8 where that encoding lacks a sign."""
    if b"\r\n" in like:
        text = text.replace("\n", "\r\n")
    elif b"\r" in like and b"\n" not in like:
        text = text.replace("\n", "\r")
    mark = codecs.BOM_UTF8 if like.startswith(codecs.BOM_UTF8) else b""
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            like.decode(encoding)
            return mark + text.encode(encoding)
        except UnicodeError:
            continue
    return text.encode()
