"""Pictures: judged by their head alone, so that a few bytes cannot become gigabytes of points."""

import io
import struct
import warnings

from PIL import Image

from backend.hiring.files import kinds, mixed
from backend.hiring.files.refusal import BROKEN, MOVING, TOO_MANY_PIXELS, TWO_IN_ONE, Unsafe

POINTS = 50_000_000  # a telephone's largest picture; a browser needs four bytes for each
SIDE = 30_000
PNG_CHUNKS = 10_000
SIGNATURES = ((b"\x89PNG\r\n\x1a\n", kinds.PNG), (b"\xff\xd8\xff", kinds.JPEG))


def kind(content: bytes) -> str | None:
    """Give the media type that the first bytes show, None for no picture that we take."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return kinds.WEBP
    return next((media_type for signature, media_type in SIGNATURES if content.startswith(signature)), None)


def judge(content: bytes, media_type: str) -> None:
    """Raise Unsafe for a picture that is too large, damaged, moving, or something else as well. Decodes nothing."""
    mixed.refuse(content)
    if mixed.MARKUP.search(content):
        raise Unsafe(TWO_IN_ONE)
    if media_type == kinds.PNG:
        _judge_png(content)
    elif media_type == kinds.WEBP:
        _judge_webp(content)
    else:
        _judge_jpeg(content)


def _require_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unsafe(BROKEN)
    if width * height > POINTS or max(width, height) > SIDE:
        raise Unsafe(TOO_MANY_PIXELS)


def _judge_png(content: bytes) -> None:
    """Walk the chunks: a still picture, whole, with nothing after it."""
    at, seen = 8, 0
    while True:
        length, name = struct.unpack_from(">I4s", content, at) if at + 12 <= len(content) else (0, b"")
        if seen == 0:
            if name != b"IHDR" or length != 13:
                raise Unsafe(BROKEN)
            _require_size(*struct.unpack_from(">II", content, at + 8))
        if name == b"acTL":
            raise Unsafe(MOVING)
        at, seen = at + 12 + length, seen + 1
        if not name.isalpha() or at > len(content) or seen > PNG_CHUNKS:
            raise Unsafe(BROKEN)
        if name == b"IEND":
            break
    if content[at:].strip(b"\0\r\n \t"):
        raise Unsafe(TWO_IN_ONE)


def _judge_webp(content: bytes) -> None:
    """Read the size from the first chunk (RFC 9649). The library's own reader makes room for all points at once."""
    (length,) = struct.unpack_from("<I", content, 4)
    if len(content) < 30 or length + 8 > len(content) + 1:
        raise Unsafe(BROKEN)
    if content[length + 8 :].strip(b"\0\r\n \t"):
        raise Unsafe(TWO_IN_ONE)
    first = content[12:16]
    if first == b"VP8X":
        if content[20] & 0x02:
            raise Unsafe(MOVING)
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
    elif first == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif first == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
    else:
        raise Unsafe(BROKEN)
    _require_size(width, height)


def _judge_jpeg(content: bytes) -> None:
    """Read the head. Telephones write films and further pictures after the end; they stay, they are no harm there."""
    if content[4:6] == b"/*":  # a length that is the start of a comment: a script that is a picture too
        raise Unsafe(TWO_IN_ONE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is judged here, by our own measure
            with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
                size = image.size
    except Image.DecompressionBombError as error:
        raise Unsafe(TOO_MANY_PIXELS) from error
    except Exception as error:  # Pillow says broken in many ways: OSError, SyntaxError, struct.error, ValueError …
        raise Unsafe(BROKEN) from error
    _require_size(*size)
