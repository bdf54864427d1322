"""What the pages leave to Celery. The relay does the same where there is no broker."""

from celery import shared_task

from backend.hiring import kept


@shared_task(name="backend.web.tasks.sweep_kept_files", ignore_result=True)
def sweep_kept_files() -> None:
    """Delete the files of forms that were refused an hour ago."""
    kept.sweep()
