"""Django's handle on `backend.integrations`: connected to the lifecycle, and to the relay's errands."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "backend.integrations"
    label = "integrations"

    def ready(self) -> None:
        from backend.common import errands
        from backend.integrations import delivery, receivers  # imported late: models must be loaded

        receivers.connect()
        errands.register("webhooks", delivery.relay_due)
