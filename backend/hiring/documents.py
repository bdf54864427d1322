"""Files that candidates send: judged by their content, kept under a name of ours."""

import errno
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from backend.common import clock
from backend.common.errors import Invalid, NoRoom
from backend.hiring.files import kinds, names
from backend.hiring.files.judge import judge
from backend.hiring.files.names import safe_name
from backend.hiring.files.refusal import Unsafe
from backend.hiring.models import Candidate, Document, DocumentKind, Scan, TextStatus

log = structlog.get_logger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says when a file finds no room."""


@dataclass(frozen=True)
class Upload:
    """A file as it arrived."""

    name: str
    content: bytes


def check(upload: Upload) -> str:
    """Give the media type of an upload. Raises Invalid, with words, for one we do not take."""
    name = safe_name(upload.name)
    if not upload.content:
        raise _refusal(_("“%(name)s” is empty.") % {"name": name})
    if len(upload.content) > settings.DOCUMENT_MAX_BYTES:
        size, limit = len(upload.content) / 1e6, settings.DOCUMENT_MAX_BYTES // 2**20
        words = _("“%(name)s” is %(size).0f MB. Choose one under %(limit)d MB.")
        raise _refusal(words % {"name": name, "size": size, "limit": limit})
    try:
        return judge(upload.content, upload.name)
    except Unsafe as refusal:
        raise _refusal(refusal.about(name)) from refusal


def _refusal(words: str) -> Invalid:
    return Invalid(words, fields={"documents": [words]})


def store_all(candidate: Candidate, uploads: Sequence[Upload]) -> list[Document]:
    """Keep the files of a candidate, or none of them. Raises Invalid (see `check`)."""
    for upload in uploads:  # all of them before the first is written: a file outlives the transaction
        check(upload)
    return [store(candidate, upload) for upload in uploads]


def store(candidate: Candidate, upload: Upload) -> Document:
    """Keep one file of a candidate; the same content twice is one document. Raises Invalid (see `check`).

    It is then scanned and read by a worker (`files.care`); with a scanner, nobody gets it before.
    """
    media_type = check(upload)
    digest = hashlib.sha256(upload.content).hexdigest()
    known = candidate.documents.filter(digest=digest).first()
    if known is not None:
        return known
    name = names.fit(upload.name, media_type)
    looks_like_cv = re.search(r"(?i)(^|[^a-z])(cv|resume|résumé|curriculum)([^a-z]|$)", name) is not None
    document = Document(
        candidate=candidate,
        name=name,
        kind=DocumentKind.CV if looks_like_cv else DocumentKind.OTHER,
        content_type=media_type,
        size=len(upload.content),
        digest=digest,
        scan=Scan.WAITING if settings.CLAMD_URL else Scan.NOT_NEEDED,
        text_status=TextStatus.WAITING if media_type in kinds.READABLE else TextStatus.NONE,
    )
    if document.scan == Scan.WAITING or document.text_status == TextStatus.WAITING:
        document.next_look_at = clock.now()
    try:
        document.file.save(name, ContentFile(upload.content), save=False)
    except OSError as error:
        if error.errno not in FULL:
            raise
        log.error("uploads_disk_full", error=str(error))
        words = _("There is no room left for files on this server. Nothing was sent: please try again a little later.")
        raise NoRoom(words) from error
    document.save()
    return document
