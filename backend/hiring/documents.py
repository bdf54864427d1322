"""Files that candidates send: judged by their content, kept under a name of ours."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from backend.common.errors import Invalid
from backend.hiring.models import Candidate, Document, DocumentKind

# What the first bytes say (https://www.garykessler.net/library/file_sigs.html).
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
ZIPPED = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"mimetypeapplication/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
}
ENDINGS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe"),
    ZIPPED[b"word/"]: ("docx",),
    ZIPPED[b"mimetypeapplication/vnd.oasis.opendocument.text"]: ("odt",),
    "text/plain": ("txt", "text", "md"),
}
"""Under which ends of a name each type is kept; a page or a program may begin with the bytes of a PDF."""
MACROS = (b"vbaProject.bin", b"Basic/script-lc.xml")


@dataclass(frozen=True)
class Upload:
    """A file as it arrived."""

    name: str
    content: bytes


def sniff(content: bytes) -> str | None:
    """Give the media type that the content itself shows, or None for a kind we do not take."""
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        if any(macro in content for macro in MACROS):
            return None
        return next(
            (kind for mark, kind in ZIPPED.items() if mark in content[:4096] or mark in content[-65536:]),
            None,
        )
    return "text/plain" if is_text(content) else None


def is_text(content: bytes) -> bool:
    """Say whether the content is plain text: decodable, and neither HTML nor SVG nor a script of any shell."""
    if not content or b"\0" in content or content.startswith(b"#!"):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    head = content.lstrip()[:1024].lower()
    return not head.startswith((b"<", b"\xef\xbb\xbf<", b"{\\rtf"))


def safe_name(name: str) -> str:
    """Give a name that is shown and downloaded safely: no path, no control or direction marks, at most 150 long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = re.sub(r"\s+", " ", name).strip(" .")
    if len(name) > 150:
        stem, dot, ending = name.rpartition(".")
        name = stem[: 150 - len(ending) - 1] + dot + ending if dot and len(ending) < 10 else name[:150]
    return name or "document"


def fitting_name(name: str, media_type: str) -> str:
    """Give a safe name whose end says what the content is, so that a computer opens it as that and nothing else."""
    name, endings = safe_name(name), ENDINGS[media_type]
    return name if name.lower().endswith(tuple(f".{ending}" for ending in endings)) else f"{name}.{endings[0]}"


def check(upload: Upload) -> str:
    """Give the media type of an upload. Raises Invalid, with words, for one we do not take."""
    name = safe_name(upload.name)
    if not upload.content:
        raise _refusal(_("“%(name)s” is empty.") % {"name": name})
    if len(upload.content) > settings.DOCUMENT_MAX_BYTES:
        size, limit = len(upload.content) / 1e6, settings.DOCUMENT_MAX_BYTES // 2**20
        words = _("“%(name)s” is %(size).0f MB. Choose one under %(limit)d MB.")
        raise _refusal(words % {"name": name, "size": size, "limit": limit})
    media_type = sniff(upload.content)
    if media_type is None:
        words = _("“%(name)s” is not a PDF, ODT, DOCX, image (PNG, JPEG) or plain text. Save it as PDF and try again.")
        raise _refusal(words % {"name": name})
    return media_type


def _refusal(words: str) -> Invalid:
    return Invalid(words, fields={"documents": [words]})


def store_all(candidate: Candidate, uploads: Sequence[Upload]) -> list[Document]:
    """Keep the files of a candidate, or none of them. Raises Invalid (see `check`)."""
    for upload in uploads:  # all of them before the first is written: a file outlives the transaction
        check(upload)
    return [store(candidate, upload) for upload in uploads]


def store(candidate: Candidate, upload: Upload) -> Document:
    """Keep one file of a candidate; the same content twice is one document. Raises Invalid (see `check`)."""
    media_type = check(upload)
    digest = hashlib.sha256(upload.content).hexdigest()
    known = candidate.documents.filter(digest=digest).first()
    if known is not None:
        return known
    name = fitting_name(upload.name, media_type)
    looks_like_cv = re.search(r"(?i)(^|[^a-z])(cv|resume|résumé|curriculum)([^a-z]|$)", name) is not None
    document = Document(
        candidate=candidate,
        name=name,
        kind=DocumentKind.CV if looks_like_cv else DocumentKind.OTHER,
        content_type=media_type,
        size=len(upload.content),
        digest=digest,
    )
    document.file.save(name, ContentFile(upload.content), save=False)
    document.save()
    return document
