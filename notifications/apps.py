"""Django's handle on `notifications`: the receivers are connected when the apps are ready."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import receivers, tracking  # imported late: models must be loaded
        from notifications.inbound import provider

        receivers.connect()
        provider.connect()
        tracking.connect()
