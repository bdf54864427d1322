"""Django's handle on `backend.search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "backend.search"
    label = "search"

    def ready(self) -> None:
        """Listen for erasures."""
        from backend.search import index  # imported late: it reads models

        index.connect()
