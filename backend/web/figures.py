"""Figures for Prometheus: what waits in the outbox, and for how long."""

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from notifications.models import Direction, Message, Status

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """Give the figures in Prometheus' text format. Read at each call, so that every process tells the same."""
    registry = CollectorRegistry()
    messages = Gauge("jalon_outbox_messages", "Outgoing messages by status", ["status"], registry=registry)
    overdue = Gauge(
        "jalon_outbox_overdue_seconds", "Age of the oldest message that is due and not sent", registry=registry
    )
    outgoing = Message.objects.filter(direction=Direction.OUT).order_by()
    counts = dict(outgoing.values_list("status").annotate(Count("id")))
    for status in Status:
        if status != Status.RECEIVED:
            messages.labels(status.value).set(counts.get(status.value, 0))
    now = timezone.now()
    oldest = outgoing.filter(status=Status.HELD, due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    overdue.set((now - oldest).total_seconds() if oldest else 0)
    return generate_latest(registry)
