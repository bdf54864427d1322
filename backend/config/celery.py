"""The Celery application: `celery -A backend.config.celery worker|beat`."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

app = Celery("jalon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "notifications",
        "backend.integrations",
        "backend.documents",
        "backend.exports",
        "backend.opendata",
        "backend.search",
        "backend.web",
    ]
)


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Stop Celery from replacing the logging that the settings configured."""
