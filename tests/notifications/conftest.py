"""Fixtures of the tests about outgoing mail."""

from collections.abc import Iterator

import pytest

from tests.notifications.smtp import Server


def use(port: int, settings) -> None:
    """Send mail to this port, and lose patience soon."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A real SMTP server, which is the one that mail goes to."""
    with Server() as server:
        use(server.port, settings)
        yield server
