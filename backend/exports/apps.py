"""Django's handle on `backend.exports`: known to the relay, and told of erasures."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "backend.exports"
    label = "exports"

    def ready(self) -> None:
        from backend.common import errands
        from backend.exports import letters, making, requests  # imported late: models must be loaded

        errands.register("exports", making.relay_due)
        requests.connect()
        letters.connect()
