"""Django's handle on `backend.opendata`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class OpenDataConfig(AppConfig):
    name = "backend.opendata"
    label = "opendata"

    def ready(self) -> None:
        """Take the views for analysis away while tables change: PostgreSQL changes no column that a view shows."""
        from backend.opendata import analysis  # imported late: the registry of apps is not filled before

        pre_migrate.connect(analysis.set_aside, sender=self, dispatch_uid="analysis.set_aside")
        post_migrate.connect(analysis.put_back, sender=self, dispatch_uid="analysis.put_back")
