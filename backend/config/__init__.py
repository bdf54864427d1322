"""Settings, addresses and the two applications (WSGI, Celery).

Celery's app is loaded with Django, so that a task called from a request knows its broker.
"""

from backend.config.celery import app as celery_app

__all__ = ["celery_app"]
