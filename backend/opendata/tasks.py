"""The Celery side of publishing: thin."""

from celery import shared_task

from backend.opendata import release


@shared_task(name="backend.opendata.tasks.publish_due", ignore_result=True)
def publish_due() -> None:
    """Publish what is due; called every day by beat."""
    release.publish_due()
