"""PDFs: what acts on its own is refused. Looked at as bytes, so that no parser meets a hostile file in a web process.

Object streams are unpacked within a budget, because actions hide there. What is encrypted cannot be looked into: it is
kept, and neither read nor drawn (docs/adr/010).
"""

import re
import zlib
from collections.abc import Iterator

from backend.hiring.files import mixed
from backend.hiring.files.refusal import COMMANDS, OTHER_FILES, TOO_LARGE_INSIDE, TWO_IN_ONE, Unsafe

HEADER = b"%PDF-"
LEADING = 1024  # bytes in which readers look for the header
UNPACKED = 32 * 2**20  # bytes of object streams that are looked at
STREAMS = 50_000
MENTIONS = 1_000
WINDOW = 1_000  # bytes before a name in which its key is looked for
CHUNK = 64 * 1024


def _name(name: str) -> str:
    """Give the pattern of a PDF name, each letter of which may be written as its number (#4a for J)."""
    letters = "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)
    return f"/{letters}(?![^\\0\\s/<>\\[\\](){{}}%])"


def _names(*names: str) -> re.Pattern[bytes]:
    return re.compile("|".join(_name(name) for name in names).encode())


ACTIONS = _names("JavaScript", "Launch", "ImportData", "Rendition", "RichMedia", "RichMediaExecute", "GoToE", "XFA")
OBJECT_STREAM = _names("ObjStm")
ENCRYPTED = _names("Encrypt")
ATTACHED = _names("EF", "EmbeddedFile", "EmbeddedFiles")
FLATE = _names("FlateDecode", "Fl")
DRAWN = _names("DCTDecode", "DCT", "JPXDecode", "CCITTFaxDecode", "CCF", "JBIG2Decode")
PACKED = _names("LZWDecode", "LZW", "ASCII85Decode", "A85", "ASCIIHexDecode", "AHx", "RunLengthDecode", "RL", "Crypt")
OPAQUE = re.compile(PACKED.pattern + b"|" + _name("Filter").encode() + rb"\s*\d")
PREDICTED = _names("Predictor")
# A name acts as a value of /S or /Subtype, as an object of its own, or as a key with something behind it.
BEFORE = re.compile(rf"(?:{_name('S')}|{_name('Subtype')}|\bobj)(?:[\0\s]|%[^\r\n]*[\r\n])*$".encode())
AFTER = re.compile(rb"[\0\s]*(?:<<|\[|\d{1,10}\s+\d{1,5}\s+R)")
STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
# A file inside a file: programs, archives, scripts, pages. XML (Europass, invoices), pictures and text are no harm.
PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"@echo", b"ITSF", b"MSCF", b"L\0\0\0\x01\x14\x02\0"),
    *(
        b"PK\x03\x04",
        b"Rar!",
        b"7z\xbc\xaf",
        b"\x1f\x8b",
        b"\xd0\xcf\x11\xe0",
        b"\xca\xfe\xba\xbe",
        b"\xcf\xfa\xed\xfe",
    ),
    b"%PDF-",
)


def is_pdf(content: bytes) -> bool:
    """Say whether readers take this for a PDF."""
    return HEADER in content[: LEADING + len(HEADER)]


def judge(content: bytes) -> None:
    """Raise Unsafe for a PDF that acts on its own, holds programs, or is something else as well."""
    at = content.find(HEADER)
    if content[:at].strip(b"\0\t\n\f\r \xef\xbb\xbf"):
        raise Unsafe(TWO_IN_ONE)
    mixed.refuse(content, pdf=True)
    if mixed.MARKUP.search(content, max(content.rfind(b"%%EOF"), 0) if b"%%EOF" in content else len(content)):
        raise Unsafe(TWO_IN_ONE)
    encrypted = ENCRYPTED.search(content) is not None
    attached = _look(content)
    if OBJECT_STREAM.search(content):
        for inside in _object_streams(content, encrypted):
            attached = _look(inside) or attached
    if attached:
        _refuse_programs(content, encrypted)


def _look(content: bytes) -> bool:
    """Say whether files are attached. Raises Unsafe if something acts on its own."""
    for count, found in enumerate(ACTIONS.finditer(content)):
        if count > MENTIONS:
            raise Unsafe(COMMANDS)
        before = content[max(0, found.start() - WINDOW) : found.start()]
        if BEFORE.search(before) or AFTER.match(content, found.end(), found.end() + 100):
            raise Unsafe(COMMANDS)
    return ATTACHED.search(content) is not None


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Give each stream: what stands before it since the last, and where it begins."""
    end = 0
    for count, found in enumerate(STREAM.finditer(content)):
        if count > STREAMS:
            raise Unsafe(TOO_LARGE_INSIDE)
        yield content[end : found.start()], found.end()
        end = found.end()


def _object_streams(content: bytes, encrypted: bool) -> Iterator[bytes]:
    """Give the content of each object stream, unpacked. Raises Unsafe for one that hides or overflows."""
    left = UNPACKED
    for before, at in _streams(content):
        if not OBJECT_STREAM.search(before):
            continue
        head = before[before.rfind(b" obj") :]
        if not encrypted and (OPAQUE.search(head) or PREDICTED.search(head)):
            raise Unsafe(COMMANDS)
        if not FLATE.search(head):
            continue  # not packed: it was looked at with the rest
        inside, read = _inflate(content, at, left)
        left -= max(len(inside), read)
        if left <= 0:
            raise Unsafe(TOO_LARGE_INSIDE)
        yield inside


def _inflate(content: bytes, at: int, most: int) -> tuple[bytes, int]:
    """Give what is packed at a place, as far as it can be unpacked, and how many bytes were read for it."""
    unpacker, parts, size, start = zlib.decompressobj(), [], 0, at
    try:
        while size < most and at - start < most and not unpacker.eof:
            chunk = unpacker.unconsumed_tail
            if not chunk:
                chunk, at = content[at : at + CHUNK], at + CHUNK
            if not chunk:
                break
            parts.append(unpacker.decompress(chunk, min(most - size, 2**20)))
            size += len(parts[-1])
    except zlib.error:
        pass  # readers go on with what they have; so do we
    return b"".join(parts), at - start


def _refuse_programs(content: bytes, encrypted: bool) -> None:
    """Raise Unsafe if a stream of a PDF with attachments begins as a program, or cannot be looked into."""
    if encrypted:
        raise Unsafe(OTHER_FILES)
    for before, at in _streams(content):
        head = before[before.rfind(b" obj") :]
        if DRAWN.search(head):
            continue
        if OPAQUE.search(head):
            raise Unsafe(OTHER_FILES)
        start = content[at : at + 2048]
        if FLATE.search(head):
            try:
                start = zlib.decompressobj().decompress(start, 1024)
            except zlib.error:
                continue
        if start.startswith(PROGRAMS) or mixed.MARKUP.search(start):
            raise Unsafe(OTHER_FILES)
