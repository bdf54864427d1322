"""One posting's bytes, parted into front matter and Markdown body.

The caller keeps the bytes; what is parsed here is a decoded copy, so nothing is lost by reading.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from backend.hiring.markdown import front_matter
from backend.hiring.markdown.refusal import SourceRefused

MAX_BYTES = 512 * 1024
"""The longest real posting is under 20 kB: this leaves room and bounds the time of every reader."""

FENCE = re.compile(r"---[ \t]*")
CLOSING_FENCE = re.compile(r"(?:-{3,}|\.\.\.)[ \t]*")
NO_FRONT_MATTER = (
    "There is no front matter. Start the file with a line “---”, then lines such as "
    "“roles: Developer” and “open: true”, then another line “---”."
)
# A block that is not where it belongs is front matter only if it speaks of a posting.
POSTING_KEYS = frozenset(
    ("roles", "role", "title", "titles", "titre", "open", "status", "startup", "date", "techno", "contrat")
)


@dataclass(frozen=True)
class Source:
    """A posting as it was written: `front` is JSON-able, `body` is the Markdown with \\n line ends."""

    front: dict[str, Any]
    body: str


def read_bytes(path: Path) -> bytes:
    """Return the bytes of the file at `path`, at most one more than a posting may have. Raises SourceRefused."""
    if path.is_dir():
        raise SourceRefused("This is a folder, not a posting.")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceRefused(f"The file cannot be opened: {reason}.") from error


def read_file(path: Path) -> Source:
    """Return the posting in the file at `path`. Raises SourceRefused, also for what cannot be opened."""
    return parse(read_bytes(path))


def compose(front: dict[str, Any], body: str) -> bytes:
    """Return a posting as it would be written: front matter without what is empty, then the Markdown, in UTF-8."""
    stated = {key: value for key, value in front.items() if value not in (None, "", [])}
    block = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{block}---\n\n{body}".encode()


def parse(data: bytes) -> Source:
    """Return the posting in `data`. Raises SourceRefused with a reason that a person can act on."""
    lines = decode(data).split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise SourceRefused("The file is empty.")
    start = opening_fence(lines, first)
    if start is None:
        raise SourceRefused(NO_FRONT_MATTER)
    preface = "\n".join(lines[first:start])
    front, end = block(lines, start, must_be_posting=bool(preface))
    body = "\n".join(lines[end:])
    return Source(front=front, body=f"{preface}\n{body}" if preface else body)


def decode(data: bytes) -> str:
    """Return `data` as text with \\n line ends: UTF-8, with or without a mark, else Windows-1252, else Latin-1."""
    if len(data) > MAX_BYTES:
        raise SourceRefused(
            f"The file is larger than {MAX_BYTES // 1024} kB, which no posting is. "
            "Check that this is the right file, or move pictures out of the text."
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceRefused("The file is written in UTF-16. Save it as UTF-8.")
    if b"\0" in data:
        raise SourceRefused("This is not a text file. A posting is a text file in Markdown.")
    # Postings from Windows editors: their curly quotes are Windows-1252, which leaves a few bytes undefined.
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    return text.replace("\r\n", "\n").replace("\r", "\n")


def opening_fence(lines: list[str], first: int) -> int | None:
    """Return the line of the opening `---`, which only headings and empty lines may precede."""
    for number in range(first, len(lines)):
        line = lines[number]
        if FENCE.fullmatch(line):
            return number
        if line.strip() and not line.startswith("#"):
            return None
    return None


def block(lines: list[str], start: int, *, must_be_posting: bool) -> tuple[dict[str, Any], int]:
    """Return the front matter that opens on line `start` and the first line of the body."""
    closing = next((n for n in range(start + 1, len(lines)) if CLOSING_FENCE.fullmatch(lines[n])), None)
    refusal: SourceRefused | None = None
    if closing is not None:
        try:
            front = front_matter.load("\n".join(lines[start + 1 : closing]), first_line=start + 2)
        except SourceRefused as error:
            refusal = error
        else:
            if must_be_posting and not POSTING_KEYS.intersection(front):
                raise SourceRefused(NO_FRONT_MATTER)
            return front, closing + 1
    # Some authors forgot the closing fence: their block ends at the first empty line, and the closing
    # fence found further down, if any, is a rule of the body.
    blank = next((n for n in range(start + 1, len(lines)) if not lines[n].strip()), len(lines))
    if closing is None or blank < closing:
        try:
            front = front_matter.load("\n".join(lines[start + 1 : blank]), first_line=start + 2)
        except SourceRefused as error:
            # Without a closing fence, that is what is wrong, whatever YAML says of the lines.
            refusal = refusal or (error if closing is not None else None)
        else:
            if POSTING_KEYS.intersection(front):
                return front, blank
    if must_be_posting:
        raise SourceRefused(NO_FRONT_MATTER)
    raise refusal or SourceRefused(
        "The front matter is opened by “---” and never closed. Add a line “---” after its last key."
    )
