"""All mailboxes, one after the other: one that is broken does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.common.errors import Invalid
from notifications.inbound import mailboxes
from notifications.inbound.mailboxes import Mailbox
from notifications.inbound.poll import Polled, Told, poll
from notifications.models import MailboxPoll

log = structlog.get_logger(__name__)


def poll_all(
    *, unread_for: timedelta | None = None, told: Told | None = None, stop: Callable[[], bool] = lambda: False
) -> list[Polled]:
    """Read every mailbox, or those that nobody has read for a while; give what each poll did.

    Raises Invalid for an address in the settings that cannot be read, django.db.Error when our database is lost.
    """
    done = []
    for mailbox in mailboxes.configured():
        if stop():
            break
        if unread_for is None or not _read_lately(mailbox, unread_for):
            done.append(_poll(mailbox, told, stop))
    return done


def _read_lately(mailbox: Mailbox, within: timedelta) -> bool:
    return MailboxPoll.objects.filter(name=mailbox.name[:500], polled_at__gt=timezone.now() - within).exists()


def _poll(mailbox: Mailbox, told: Told | None, stop: Callable[[], bool]) -> Polled:
    try:
        polled = poll(mailbox, told=told, stop=stop)
    except (DatabaseError, Invalid):
        raise
    except Exception as error:  # a fault of ours about one mailbox must not leave the others unread
        log.error("mailbox_failed", mailbox=mailbox.name, error=type(error).__name__)
        return Polled(mailbox, trouble=_("Jalon failed on this mailbox (%(error)s).") % {"error": type(error).__name__})
    if polled.messages:
        log.info("mailbox_read", mailbox=mailbox.name, messages=polled.messages)
    return polled
