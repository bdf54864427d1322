"""How many mails leave in a minute, in all and to one domain; counted in the database, so over all processes together.

A provider that gets too many at once answers 4xx to all of them, or thinks less of the sender for weeks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from notifications.models import Direction, Message, Status

WINDOW = timedelta(minutes=1)
LOCK = 7_251_024
"""Number of the advisory lock; nothing else in Jalon takes one with this number."""

DOMAIN = Lower(Func(F("recipient"), Value("@"), Value(-1), function="split_part", output_field=TextField()))


def within(rows: QuerySet[Message], now: datetime) -> QuerySet[Message]:
    """Give those of `rows` that may leave now.

    Takes a lock until the transaction ends, as two who count at once would both find room for one more.
    """
    if not settings.MAIL_PER_MINUTE and not settings.MAIL_PER_DOMAIN_PER_MINUTE:
        return rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    counts = _counts(now)
    if settings.MAIL_PER_MINUTE and sum(counts.values()) >= settings.MAIL_PER_MINUTE:
        return rows.none()
    most = settings.MAIL_PER_DOMAIN_PER_MINUTE
    full = [domain for domain, count in counts.items() if most and count >= most]
    return rows.alias(domain=DOMAIN).exclude(domain__in=full)


def _counts(now: datetime) -> dict[str, int]:
    """Give by domain what left in the last minute or is leaving."""
    leaving = Q(status__in=[Status.CLAIMED, Status.HANDED]) | Q(sent_at__gt=now - WINDOW)
    rows = Message.objects.filter(leaving, direction=Direction.OUT).order_by()
    return dict(rows.values(domain=DOMAIN).annotate(count=Count("pk")).values_list("domain", "count"))
