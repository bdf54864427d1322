"""Files made for tests: honest ones of every kind that is taken, and the parts that hostile ones are made of."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

WORDS = "Camille Exemple, développeuse"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODT_MIMETYPE = b"application/vnd.oasis.opendocument.text"


def pdf(
    *objects: bytes, catalog: bytes = b"", head: bytes = b"%PDF-1.7\n", tail: bytes = b"", words: str = WORDS
) -> bytes:
    """Make a PDF of one page; `objects` come after its own four, `catalog` into its root."""
    drawing = b"BT /F1 18 Tf 40 780 Td (" + words.encode("cp1252") + b") Tj ET"
    own = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding /WinAnsiEncoding >> >> >> >>",
        stream(drawing),
    ]
    made, places = head, []
    for number, content in enumerate([*own, *objects], 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(made))
    return made + table + trailer + tail


def stream(content: bytes, keys: bytes = b"") -> bytes:
    """Make a stream object."""
    return b"<< /Length %d %s >>\nstream\n" % (len(content), keys) + content + b"\nendstream"


def packed(content: bytes, keys: bytes = b"") -> bytes:
    """Make a stream object, deflated."""
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode " + keys)


def object_stream(content: bytes) -> bytes:
    """Make an object stream with one object in it, where a search through the bytes does not see it."""
    return packed(b"10 0 " + content, b"/Type /ObjStm /N 1 /First 5")


def archive(parts: Mapping[str, bytes], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """Make a ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return made.getvalue()


def docx(parts: Mapping[str, bytes] | None = None, *, body: str = "", types: str = "", relations: str = "") -> bytes:
    """Make a DOCX; `parts` are added or put in place of its own."""
    own = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/>{types}</Types>',
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body>'
        f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">'
        f"{relations}</Relationships>",
    }
    return archive({name: content.encode() for name, content in own.items()} | dict(parts or {}))


def relation(kind: str, target: str, mode: str = "External") -> str:
    """Make one relation of a DOCX."""
    return f'<Relationship Id="x1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def odt(parts: Mapping[str, bytes] | None = None, *, body: str = "", mimetype: bytes = ODT_MIMETYPE) -> bytes:
    """Make an ODT; `parts` are added or put in place of its own."""
    office, text = ("urn:oasis:names:tc:opendocument:xmlns:" + name + ":1.0" for name in ("office", "text"))
    own = {
        "mimetype": mimetype,
        "content.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{office}" '
            f'xmlns:text="{text}" xmlns:xlink="http://www.w3.org/1999/xlink" '
            'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
            'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"><office:scripts/><office:body><office:text>'
            f"<text:h>{WORDS}</text:h><text:p>deuxième<text:s/><text:span>ligne</text:span> suite</text:p>{body}"
            "</office:text></office:body></office:document-content>"
        ).encode(),
        "META-INF/manifest.xml": b'<?xml version="1.0"?><manifest:manifest '
        b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }
    return archive(own | dict(parts or {}))


def png(size: tuple[int, int] = (8, 8)) -> bytes:
    """Make a picture."""
    return _picture("PNG", size)


def jpeg(size: tuple[int, int] = (8, 8)) -> bytes:
    """Make a photograph."""
    return _picture("JPEG", size)


def webp(size: tuple[int, int] = (8, 8)) -> bytes:
    """Make a WebP picture."""
    return _picture("WEBP", size)


def _picture(form: str, size: tuple[int, int]) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (30, 90, 60)).save(made, form)
    return made.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """Make one chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_that_says(width: int, height: int) -> bytes:
    """Make a PNG of a few bytes that says that it is very large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100_000), 9)) + chunk(b"IEND", b"")


def jpeg_that_says(width: int, height: int) -> bytes:
    """Make a JPEG that says that it is very large."""
    made = bytearray(jpeg())
    at = made.index(b"\xff\xc0")
    made[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(made)


def webp_that_says(width: int, height: int, flags: int = 0) -> bytes:
    """Make an extended WebP that says that it is very large."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes([flags, 0, 0, 0]) + sides
    return b"RIFF" + struct.pack("<I", len(body)) + body


def overlapping(copies: int = 40, size: int = 2**20) -> bytes:
    """Make a DOCX whose entries all share the bytes of one (David Fifield's “better zip bomb”, in short)."""
    inner = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = inner.compress(bytes(size)) + inner.flush()
    crc, sizes = zlib.crc32(bytes(size)), (len(content), size)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, *sizes, 5, 0) + b"x.xml"
    directory = b""
    for number in range(copies):
        name = b"[Content_Types].xml" if number == 0 else b"word/%d.xml" % number
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, *sizes, len(name), 0, 0, 0, 0, 0, 0
        )
        directory += name
    body = local + content
    return body + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), len(body), 0)


def many_entries(count: int) -> bytes:
    """Make an archive with a directory of many empty entries, by hand: the library is slow at it."""
    body = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"x"
    head = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0)
    directory = b"".join(head + b"%08d" % number for number in range(count))
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, len(directory), len(body), 0)
    return body + directory + end


def locked(content: bytes) -> bytes:
    """Mark every entry of an archive as locked by a password."""
    made, at = bytearray(content), 0
    while (at := made.find(b"PK\x01\x02", at)) >= 0:
        made[at + 8] |= 1
        at += 4
    at = 0
    while (at := made.find(b"PK\x03\x04", at)) >= 0:
        made[at + 6] |= 1
        at += 4
    return bytes(made)


def lying_about_size(content: bytes, name: bytes) -> bytes:
    """Make the directory say that one entry is 100 bytes when it is unpacked."""
    made = bytearray(content)
    at = made.rindex(name) - 46
    made[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(made)


def tar_inside(content: bytes) -> bytes:
    """Put the mark of a tar archive where tar looks for it."""
    made = bytearray(content.ljust(1024, b"\0"))
    made[257:262] = b"ustar"
    return bytes(made)
