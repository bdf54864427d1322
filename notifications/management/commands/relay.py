"""`manage.py relay`: send what Celery did not."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.common import errands
from notifications import relay


class Command(BaseCommand):
    """Run the relay until SIGTERM or Ctrl-C; the mail under way is finished first."""

    help = "Sends the mails that are due and that no worker has sent. Stops cleanly on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--once`."""
        parser.add_argument("--once", action="store_true", help="send what is due now, then stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Run once or until told to stop."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if once:
            while relay.sweep(stop):
                pass
            for errand in errands.REGISTERED.values():
                errand(stop.is_set)
        else:
            relay.run(stop)
