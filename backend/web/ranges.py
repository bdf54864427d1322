"""Downloads that go on where they stopped: one range of bytes at a time (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from backend.hiring import documents
from backend.web import files

PIECE = 1 << 16
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def download(
    request: HttpRequest, content: IO[bytes], *, size: int, etag: str, name: str, media_type: str
) -> HttpResponseBase:
    """Give a file whole, or the range that is asked for: 206, and 416 for one that the file does not have.

    Of several ranges, or one asked for with the tag of another file, the whole is given.
    """
    tag = f'"{etag}"'
    wanted = _wanted(request, size, tag)
    if wanted is None:
        content.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return files.guard(refused)
    first, last = wanted
    content.seek(first)
    answer = StreamingHttpResponse(_Pieces(content, last + 1 - first), content_type=media_type)
    if (first, last + 1) != (0, size):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Content-Length"] = str(last + 1 - first)
    answer["Accept-Ranges"], answer["ETag"] = "bytes", tag
    answer["Content-Disposition"] = content_disposition_header(True, documents.safe_name(name)) or "attachment"
    return files.guard(answer)


def _wanted(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """Give the first and last byte to send; None if the file has none of those that are asked for."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip().replace(" ", ""))
    if found is None or request.headers.get("If-Range", tag) != tag or found[0] == "bytes=-":
        return 0, size - 1
    first, last = found[1], found[2]
    if not first:  # the last so many
        return (max(0, size - int(last)), size - 1) if int(last) and size else None
    if last and int(last) < int(first):
        return 0, size - 1  # means nothing, so it is as if it were not there
    return (int(first), min(int(last or size), size - 1)) if int(first) < size else None


class _Pieces:
    """So many bytes of an open file, in pieces; Django closes it with the answer, also when nobody has read it."""

    def __init__(self, content: IO[bytes], left: int) -> None:
        self.content, self.left = content, left
        self.close = content.close

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (piece := self.content.read(min(PIECE, self.left))):
            self.left -= len(piece)
            yield piece
