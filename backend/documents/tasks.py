"""The Celery side of looking after documents that arrived: thin. Beat asks; the table says what is due."""

from __future__ import annotations

import structlog
from celery import shared_task

from backend.hiring.files import care

log = structlog.get_logger(__name__)


@shared_task(name="backend.documents.tasks.look_after_documents", ignore_result=True)
def look_after_documents() -> None:
    """Scan and read what waits; called every five seconds by beat. Several at once share the work."""
    ends = care.look_after(limit=5)
    if ends:
        log.info("documents_looked_after", **ends)
