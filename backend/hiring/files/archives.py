"""ODT and DOCX are ZIP archives: the directory is read before anything is unpacked, and unpacked within a budget."""

import io
import re
import struct
import zipfile
from collections.abc import Callable

from lxml import etree

from backend.hiring.files import kinds, mixed
from backend.hiring.files.refusal import (
    ARCHIVE,
    BROKEN,
    COMMANDS,
    LOCKED,
    NOT_TAKEN,
    OTHER_FILES,
    REMOTE,
    TOO_LARGE_INSIDE,
    TWO_IN_ONE,
    Unsafe,
)

ENTRIES = 2_000
DIRECTORY = 512 * 1024  # bytes
UNPACKED = 60 * 2**20  # bytes, all entries
PART = 24 * 2**20  # bytes, one XML part
RATIO = 200  # how many times larger than packed; below FREE nobody minds
FREE = 4 * 2**20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

UNSAFE_NAME = re.compile(r"^/|\\|^[A-Za-z]:|(^|/)\.\.(/|$)|[\0-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
MACROS = re.compile(r"(?i)(^|/)(vba[^/]*\.(bin|xml)|activex|basic|scripts|macros|customui|attachedtoolbars\.bin)(/|$)")
OBJECTS = re.compile(
    r"(?i)(^|/)(embeddings/|oleobject)|\.(zip|jar|docx|docm|xlsx|xlsm|pptx|odt|ods|exe|dll|js|vbs|html?|rtf|lnk|class)$"
)
# How programs, archives and old Office files begin, whatever their name. ODT calls pictures of objects as it likes.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (b"PK\x03\x04", OLE, b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"%PDF-", b"\x1f\x8b")
DECLARES = re.compile(rb"(?i)<!ENTITY|<!DOCTYPE[^>]{0,1000}\[")
SWITCHED_ON = re.compile(rb"(?i)macroEnabled|vbaProject|activeX|oleObject")

MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
LOCAL = re.compile(r"(?i)^(file:///|file://localhost/)?([a-z]:[\\/]|/?(Users|home|Applications)/|[^:/\\]+$)")
RELATIONS = 1024 * 1024  # bytes
HELD = {"oleobject", "package", "control", "afchunk", "vbaproject", "frame", "subdocument"}
ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([^\"']{0,40})")
ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"}
DYNAMIC = re.compile(rb"<w:instrText[^>]*>([^<]*)<|w:instr=\"([^\"]*)\"")

ODT_SCRIPTS = re.compile(
    rb"vnd\.sun\.star\.(script|macro|expand)|"
    rb"<(?:[\w.-]+:)?(?:script|event-listener|applet|plugin|floating-frame|dde-source|dde-connection)(?=[\s/>])"
)
ODT_REMOTE = re.compile(
    rb"<(?:[\w.-]+:)?(?:object|object-ole|image|section-source)\s[^>]{0,2000}href\s*=\s*[\"'](?:[a-z]{2,10}:|//|\\\\)"
)


def judge(content: bytes) -> str:
    """Give the media type of an ODT or DOCX that is safe to keep. Raises Unsafe for any other archive."""
    mixed.refuse(content, zipped=True)
    _require_plain_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            media_type = _kind(archive)
            _judge_entries(entries, len(content))
            return _judge_parts(archive, entries, media_type)
    except Unsafe:
        raise
    except Exception as error:  # BadZipFile, zlib.error, KeyError, EOFError, RuntimeError …: the library has many
        raise Unsafe(BROKEN) from error


def _require_plain_directory(content: bytes) -> None:
    """Raise Unsafe unless the directory stands at the very end, alone, and is small. Before the library reads it."""
    if content[-22:-18] != b"PK\x05\x06":
        raise Unsafe(TWO_IN_ONE if zipfile.is_zipfile(io.BytesIO(content)) else BROKEN)
    disk, first, here, entries, size, offset, comment = struct.unpack("<4H2IH", content[-18:])
    if content[-42:-38] == b"PK\x06\x07" or comment or disk or first or here != entries:
        raise Unsafe(BROKEN)
    if entries > ENTRIES or size > DIRECTORY:
        raise Unsafe(TOO_LARGE_INSIDE)
    if offset + size + 22 != len(content):
        raise Unsafe(TWO_IN_ONE)  # something stands before the archive, or between it and its directory


def _kind(archive: zipfile.ZipFile) -> str:
    """Give what the archive says that it is, by what the formats ask for in it. Raises Unsafe for other archives."""
    entries = archive.infolist()
    if entries and entries[0].filename == "mimetype" and entries[0].file_size < 200:
        stored = entries[0].compress_type == zipfile.ZIP_STORED and not entries[0].flag_bits & 1
        if stored and archive.read(entries[0]) == kinds.ODT.encode():
            return kinds.ODT
        raise Unsafe(NOT_TAKEN)
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        return kinds.DOCX
    raise Unsafe(ARCHIVE)


def _judge_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Raise Unsafe for what the directory alone gives away: bombs, overlaps, paths, locks, macros, files in files."""
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise Unsafe(BROKEN)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & 0x41:
            raise Unsafe(LOCKED)
        if entry.compress_type not in METHODS or UNSAFE_NAME.search(entry.orig_filename) or len(entry.filename) > 500:
            raise Unsafe(BROKEN)
        if entry.header_offset < end:
            raise Unsafe(TOO_LARGE_INSIDE)  # two entries share their bytes
        end = entry.header_offset + 30 + entry.compress_size
        if entry.file_size > FREE and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise Unsafe(TOO_LARGE_INSIDE)
    if end > size or sum(entry.file_size for entry in entries) > UNPACKED:
        raise Unsafe(TOO_LARGE_INSIDE)
    if any(MACROS.search(name) for name in names):
        raise Unsafe(COMMANDS)
    if any(OBJECTS.search(name) for name in names):
        raise Unsafe(OTHER_FILES)


def _judge_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], media_type: str) -> str:
    """Look into each entry: the XML whole, of others the first bytes. Gives the media type."""
    judge_xml = _judge_odt_part if media_type == kinds.ODT else _judge_docx_part
    for entry in entries:
        if entry.is_dir():
            continue
        if entry.filename.lower().endswith((".xml", ".rels", ".rdf")):
            _judge_xml(entry, _read(archive, entry), judge_xml)
            continue
        with archive.open(entry) as opened:
            if opened.read(16).startswith(FOREIGN):
                raise Unsafe(OTHER_FILES)
    if media_type == kinds.ODT:
        archive.getinfo("content.xml")
    elif MAIN not in archive.read("[Content_Types].xml"):
        raise Unsafe(NOT_TAKEN)
    return media_type


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Give one XML part; the size that the directory states is no proof, so the reading itself is bounded."""
    if entry.file_size > PART:
        raise Unsafe(TOO_LARGE_INSIDE)
    with archive.open(entry) as opened:
        content = opened.read(PART + 1)
    if len(content) > PART:
        raise Unsafe(TOO_LARGE_INSIDE)
    return content


def _judge_xml(entry: zipfile.ZipInfo, content: bytes, judge_part: Callable[[str, bytes], None]) -> None:
    if b"\0" in content:
        content = content.replace(b"\0", b"")  # UTF-16, in which the marks would not be seen
    encoding = ENCODING.search(content[:200])
    if DECLARES.search(content) or (encoding and encoding[1].lower() not in ENCODINGS):
        raise Unsafe(COMMANDS)
    judge_part(entry.filename, content)


def _judge_docx_part(name: str, content: bytes) -> None:
    if name == "[Content_Types].xml" and SWITCHED_ON.search(content):
        raise Unsafe(COMMANDS)
    if name.endswith(".rels"):
        _judge_relations(content)
    elif b"instr" in content:
        words = b"".join(text or instruction for text, instruction in DYNAMIC.findall(content)).upper()
        if b"DDE" in words:
            raise Unsafe(COMMANDS)


def _judge_relations(content: bytes) -> None:
    """Raise Unsafe if opening would fetch something. Links are clicked; own templates lie on the writer's disk."""
    if len(content) > RELATIONS:
        raise Unsafe(TOO_LARGE_INSIDE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    for relation in etree.fromstring(content, parser).iter("{*}Relationship"):
        kind = relation.get("Type", "").rsplit("/", 1)[-1].lower()
        if kind in HELD:
            raise Unsafe(OTHER_FILES)
        external = relation.get("TargetMode", "").lower() == "external"
        if external and kind != "hyperlink" and not LOCAL.match(relation.get("Target", "")):
            raise Unsafe(REMOTE)


def _judge_odt_part(name: str, content: bytes) -> None:
    if name == "META-INF/manifest.xml" and b"encryption-data" in content:
        raise Unsafe(LOCKED)
    if ODT_SCRIPTS.search(content):
        raise Unsafe(COMMANDS)
    if ODT_REMOTE.search(content):
        raise Unsafe(REMOTE)
