"""Files of a form that was refused, kept for an hour so that nobody has to choose them again.

Known by the form's own secret alone, never served to anybody, and deleted with what they belong to.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils.crypto import salted_hmac

from backend.common import clock
from backend.hiring.documents import Upload, safe_name
from backend.hiring.models import KeptFile, Sending

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)


def form_digest(secret: str) -> str:
    """Give what stands for a form's secret in the database."""
    return salted_hmac("hiring.kept", secret, algorithm="sha256").hexdigest()


def of(secret: str) -> list[KeptFile]:
    """Give the files that wait for a form."""
    if not secret:
        return []
    return list(KeptFile.objects.filter(form=form_digest(secret), created_at__gt=clock.now() - HOUR))


def keep(secret: str, uploads: Mapping[str, Sequence[Upload]]) -> bool:
    """Keep the uploads of a form by its fields; give False where there is no room left for one of them."""
    sweep()
    form, complete = form_digest(secret), True
    for field, files in uploads.items():
        for upload in files:
            complete = _keep(form, field, upload) and complete
    return complete


def _keep(form: str, field: str, upload: Upload) -> bool:
    digest = hashlib.sha256(upload.content).hexdigest()
    waiting = KeptFile.objects.filter(form=form)
    if waiting.filter(field=field, digest=digest).exists():
        return True
    room = settings.KEPT_FILES_MAX_BYTES - (KeptFile.objects.aggregate(all=Sum("size"))["all"] or 0)
    if waiting.count() >= settings.KEPT_FILES_MAX_COUNT or len(upload.content) > room:
        return False
    row = KeptFile(form=form, field=field, name=safe_name(upload.name), size=len(upload.content), digest=digest)
    row.file.save(row.name, ContentFile(upload.content), save=False)
    if KeptFile.objects.bulk_create([row], ignore_conflicts=True) and not waiting.filter(pk=row.pk).exists():
        _delete(row)  # a double click kept the same file first
    return True


def upload_of(row: KeptFile) -> Upload | None:
    """Give a kept file as it came; None when it is gone."""
    try:
        with row.file.open("rb") as opened:
            return Upload(row.name, opened.read())
    except FileNotFoundError:
        return None


def drop(rows: Iterable[KeptFile]) -> None:
    """Delete kept files, once what happens in this transaction is certain."""
    rows = list(rows)
    KeptFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: _delete(*rows))


def _delete(*rows: KeptFile) -> None:
    for row in rows:
        row.file.storage.delete(row.file.name or "")


def sweep(most: int = 500) -> int:
    """Delete what is older than an hour, files and traces of sendings; give how many files went."""
    before = clock.now() - HOUR
    old = list(KeptFile.objects.filter(created_at__lte=before).order_by("created_at")[:most])
    if old:
        drop(old)
        log.info("kept_files_swept", files=len(old))
    Sending.objects.filter(created_at__lte=before).delete()
    return len(old)
