"""The program that opens hostile files: reads words, draws pages. Run by `closed`; of it only `tidy` is imported.

Speaks in bytes only: the file on standard input, what was read on standard output, how it ended by the exit code. It
knows nothing of Jalon: no settings, no database, no secrets.
"""

import io
import os
import resource
import struct
import sys
import unicodedata
import zipfile

LOCKED, BROKEN, TOO_MUCH = 3, 4, 5
CHARACTERS = 200_000
PAGES, POINTS, WIDTH = 8, 2_500_000, 1200
OUTPUT = 12 * 2**20
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_WORD = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
ODF = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
PARAGRAPHS = {f"{WORD}p", f"{STRICT_WORD}p", f"{ODF}p", f"{ODF}h"}
BREAKS = dict.fromkeys((f"{WORD}br", f"{WORD}cr", f"{STRICT_WORD}br", f"{ODF}line-break"), "\n")
BREAKS |= dict.fromkeys((f"{WORD}tab", f"{STRICT_WORD}tab", f"{ODF}tab", f"{ODF}s"), " ")


def close_in(memory: int, seconds: int) -> None:
    """Take away what is not needed. What a system does not know, it does not limit."""
    wanted = [
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", OUTPUT),
        ("RLIMIT_NOFILE", 40),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CORE", 0),
    ]
    for name, limit in wanted:
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue
    os.umask(0o777)


def words_of_pdf(content: bytes) -> str:
    """Give the words of a PDF, a page after the other."""
    import pypdfium2

    document, texts, size = pypdfium2.PdfDocument(content), [], 0
    for page in document:
        texts.append(page.get_textpage().get_text_bounded())
        size += len(texts[-1])
        if size > CHARACTERS:
            break
    return "\n\n".join(texts)


def words_of_xml(content: bytes) -> str:
    """Give the words of an ODT or DOCX, a paragraph a line."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        own = [name for name in ("content.xml", "word/document.xml") if name in names]
        part = own[0] if own else next(n for n in names if n.startswith("word/document") and n.endswith(".xml"))
        xml = archive.read(part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    parts: list[str] = []
    for event, element in etree.iterwalk(etree.fromstring(xml, parser), events=("start", "end")):
        if event == "end":
            if element.tag in PARAGRAPHS:
                parts.append("\n")
            if str(element.tag).startswith(ODF) and element.tail:
                parts.append(element.tail)
        elif element.tag in BREAKS:
            parts.append(BREAKS[element.tag])
        elif element.tag in (f"{WORD}t", f"{STRICT_WORD}t") or str(element.tag).startswith(ODF):
            parts.append(element.text or "")
    return "".join(parts)


def pages_of_pdf(content: bytes) -> bytes:
    """Draw the first pages, each as a WebP picture with its length (four bytes) before; first the number of pages."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    parts = [struct.pack(">I", len(document))]
    for number in range(min(len(document), PAGES)):
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), (POINTS / max(width * height, 1)) ** 0.5, 4.0)
        picture = io.BytesIO()
        page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(
            picture, "WEBP", quality=80, method=2
        )
        parts.append(struct.pack(">I", picture.tell()) + picture.getvalue())
    return b"".join(parts)


def tidy(text: str) -> str:
    """Give the words without what no database keeps, lines tidy, at most CHARACTERS."""
    text = unicodedata.normalize("NFC", text[: CHARACTERS * 2]).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()[:CHARACTERS]


def work(job: str, content: bytes) -> bytes:
    """Give what was asked for."""
    if job == "pages":
        return pages_of_pdf(content)
    return tidy(words_of_pdf(content) if job == "pdf" else words_of_xml(content)).encode()


def main(job: str, memory: int, seconds: int) -> int:
    """Do one job; give how it ended."""
    close_in(memory, seconds)
    try:
        output = work(job, sys.stdin.buffer.read())
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()
    except MemoryError:
        return TOO_MUCH
    except Exception as error:  # a hostile file breaks its reader in any way it likes
        return LOCKED if "password" in str(error).lower() else BROKEN
    return 0


if __name__ == "__main__":
    os._exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
