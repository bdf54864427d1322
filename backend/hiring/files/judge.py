"""The judgement of one file, by its content. The name counts only against plain text, which any script is."""

from backend.hiring.files import archives, images, kinds, names, pdfs, texts
from backend.hiring.files.refusal import ARCHIVE, NOT_TAKEN, OLD_OFFICE, PHONE_PICTURE, Unsafe

# What people send in good faith and we do not take: told apart for words that help.
# https://www.garykessler.net/library/file_sigs.html
KNOWN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),
)
HEIF = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif", b"ftyphevc")


def judge(content: bytes, name: str = "") -> str:
    """Give the media type of a file that is safe to keep. Raises Unsafe, with words, for any other."""
    image = images.kind(content)
    if image is not None:
        images.judge(content, image)
        return image
    if content.startswith(b"PK\x03\x04"):
        return archives.judge(content)
    if pdfs.is_pdf(content):
        pdfs.judge(content)
        return kinds.PDF
    for signature, words in KNOWN:
        if content.startswith(signature):
            raise Unsafe(words)
    if content[4:12] in HEIF:
        raise Unsafe(PHONE_PICTURE)
    if b"\0" in content[:1024] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unsafe(NOT_TAKEN)
    texts.judge(content, runnable=names.is_runnable(name))
    return kinds.TEXT
