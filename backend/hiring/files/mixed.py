"""Files that are two kinds at once (polyglots): a picture that is an archive too, a PDF that is a page too."""

import io
import re
import zipfile

from backend.hiring.files.refusal import TWO_IN_ONE, Unsafe

MARKUP = re.compile(
    rb"(?i)<(?:script|html|!doctype\s+html|body|head|iframe|svg|object|embed|meta|style|img|link|base|form)[\s>/]|<\?php"
)
START = 1024  # bytes in which readers look for “%PDF-” and browsers for HTML
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\0\0\0\0")  # found anywhere: archives that unpack themselves
PLACED = ((257, b"ustar"), (32769, b"CD001"))  # tar, disk images: they begin late and leave the start to others


def refuse(content: bytes, *, pdf: bool = False, zipped: bool = False) -> None:
    """Raise Unsafe if a reader of another kind would take this for one of its own. `pdf`, `zipped`: what it is."""
    start = content[:START]
    if not pdf and b"%PDF-" in start:
        raise Unsafe(TWO_IN_ONE)
    if not zipped and zipfile.is_zipfile(io.BytesIO(content)):
        raise Unsafe(TWO_IN_ONE)
    if MARKUP.search(start) or any(content[at : at + len(mark)] == mark for at, mark in PLACED):
        raise Unsafe(TWO_IN_ONE)
    if any(mark in content for mark in ARCHIVES):
        raise Unsafe(TWO_IN_ONE)
