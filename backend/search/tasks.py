"""The Celery side of search: thin. What it does not do, the relay does."""

from celery import shared_task

from backend.search import index


@shared_task(name="backend.search.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Read again what has changed; called every two seconds by beat."""
    while index.sweep() == index.BATCH:
        pass
