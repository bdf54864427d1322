"""The Celery side of exports: thin. What it does not make, the relay makes."""

from __future__ import annotations

import structlog
from celery import shared_task

from backend.exports import making

log = structlog.get_logger(__name__)


@shared_task(name="backend.exports.tasks.make_due", ignore_result=True)
def make_due() -> None:
    """Make one export that waits; called every two seconds by beat. Several at once take different ones."""
    results = making.make_due()
    if results:
        log.info("exports_made", **results)
