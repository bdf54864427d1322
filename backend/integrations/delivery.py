"""The only module that sends events. Several processes may do so at once.

A delivery is claimed by lease, no row is locked while the other side is spoken to, and the next event of the same
application waits for it. A process that dies leaves a lease that ends: the event then leaves once more, with the same
id, so a receiver sees each at least once. After a failure the delivery waits for longer each time; its endpoint
rests for a moment too, so that one that is down is not asked once for every event that waits.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_noop

from backend.accounts.signals import notice_wanted
from backend.common import clock, destinations, http
from backend.common.errands import Stop
from backend.integrations import signing
from backend.integrations.models import Delivery, Endpoint, Kind, Status

log = structlog.get_logger(__name__)

MINUTES = (0.5, 2, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720, 720, 720)
"""Pauses after the first, second, … failed try: fifteen tries in 76 hours."""
DEAD_AFTER, DEAD_FAILURES = timedelta(hours=72), 12
"""An endpoint that has taken nothing for this long, at so many tries, is switched off."""
REST_SECONDS, LONGEST_REST_SECONDS = 5, 300
LEASE = timedelta(seconds=120)
BUDGET_SECONDS = 20.0
"""How long one round may take: a worker has other things to do."""
GONE = 410

DEAD = gettext_noop("Nothing was taken for 72 hours, at twelve tries or more.")
SAID_GONE = gettext_noop("The other side said that this address is gone for good (410).")
GAVE_UP = gettext_noop("One event was not taken at fifteen tries over 76 hours.")


def relay_due(stop: Stop) -> Counter[str]:
    """Send what a worker has left lying; for the relay."""
    return deliver_due(grace=timedelta(seconds=settings.RELAY_GRACE_SECONDS), stop=stop)


def deliver_due(
    *, grace: timedelta = timedelta(0), stop: Stop = lambda: False, seconds: float = BUDGET_SECONDS
) -> Counter[str]:
    """Send what has been due for longer than `grace`; count what became of it. Raises django.db.Error."""
    results: Counter[str] = Counter()
    until = time.monotonic() + seconds
    recover()
    while not stop() and time.monotonic() < until:
        delivery = claim(grace)
        if delivery is None:
            break
        results[deliver(delivery)] += 1
    return results


def recover() -> None:
    """End the leases of processes that died."""
    late = Delivery.objects.filter(status=Status.SENDING, lease_until__lt=clock.now())
    late.update(status=Status.WAITING, lease_until=None)


@transaction.atomic
def claim(grace: timedelta = timedelta(0)) -> Delivery | None:
    """Give the delivery that has been due the longest, ours for the length of a lease; None when nothing can leave."""
    now = clock.now()
    before = Delivery.objects.filter(
        endpoint=OuterRef("endpoint"), application=OuterRef("application"), number__lt=OuterRef("number")
    ).exclude(status=Status.DELIVERED)
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("endpoint__team")
        .filter(
            ~Exists(before),
            status=Status.WAITING,
            due_at__lte=now - grace,
            endpoint__off_at__isnull=True,
            endpoint__rests_until__lte=now,
        )
        .order_by("due_at", "id")
        .first()
    )
    if delivery is not None:
        delivery.status, delivery.attempts = Status.SENDING, delivery.attempts + 1
        delivery.lease_until, delivery.tried_at = now + LEASE, now
        delivery.save(update_fields=["status", "attempts", "lease_until", "tried_at"])
    return delivery


def deliver(delivery: Delivery) -> str:
    """Send one claimed delivery; give its status afterwards."""
    body, endpoint = delivery.body.encode(), delivery.endpoint
    headers = {"Content-Type": "application/json"}
    if endpoint.kind == Kind.SIGNED:
        headers |= signing.headers(delivery, body, clock.now())
    try:
        answer = http.post(endpoint.url, body, headers)
    except (destinations.Forbidden, http.Failed) as error:
        return _failed(delivery, str(error))
    words = f"{answer.status} {answer.text.strip()[:200]}".strip().replace("\0", "")
    if answer.is_success:
        return _delivered(delivery, words)
    if answer.status == GONE:
        return _give_up(delivery, words, SAID_GONE)
    return _failed(delivery, words)


def _delivered(delivery: Delivery, words: str) -> str:
    Endpoint.objects.filter(pk=delivery.endpoint_id, failures__gt=0).update(
        failures=0, failing_since=None, rests_until=clock.now()
    )
    return _finish(delivery, Status.DELIVERED, words, delivered_at=clock.now())


def _failed(delivery: Delivery, words: str) -> str:
    """Put a delivery back for a growing while, and let its endpoint rest; or give up on both."""
    now, endpoint = clock.now(), delivery.endpoint
    since = endpoint.failing_since or now
    if delivery.attempts > len(MINUTES):
        return _give_up(delivery, words, GAVE_UP)
    if now - since >= DEAD_AFTER and endpoint.failures + 1 >= DEAD_FAILURES:
        return _give_up(delivery, words, DEAD)
    rest = min(REST_SECONDS * 2 ** min(endpoint.failures, 10), LONGEST_REST_SECONDS)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1, failing_since=since, rests_until=now + timedelta(seconds=rest)
    )
    log.info("webhook_failed", delivery=str(delivery.pk), host=endpoint.host, attempts=delivery.attempts, answer=words)
    pause = timedelta(minutes=MINUTES[delivery.attempts - 1])
    return _finish(delivery, Status.WAITING, words, due_at=now + pause)


def _give_up(delivery: Delivery, words: str, why: str) -> str:
    """Switch the endpoint off: what waits for it is kept, and leaves when a person switches it on again."""
    log.warning("webhook_switched_off", host=delivery.endpoint.host, endpoint=str(delivery.endpoint_id), why=why)
    with transaction.atomic():
        live = Endpoint.objects.filter(pk=delivery.endpoint_id, off_at__isnull=True)
        if live.update(off_at=clock.now(), off_why=why):
            endpoint = Endpoint.objects.select_related("team", "owner").get(pk=delivery.endpoint_id)
            said = {"host": endpoint.host, "why": why, "page": f"/team/{endpoint.team.slug}/webhooks/{endpoint.pk}/"}
            notice_wanted.send(
                sender=Endpoint, team_told=endpoint.team, user=endpoint.owner, key="webhook_off", words=said
            )
        return _finish(delivery, Status.GIVEN_UP, words)


def _finish(delivery: Delivery, status: Status, words: str, **fields: object) -> str:
    """Write the end of a try, unless somebody else has the delivery by now."""
    ours = Delivery.objects.filter(pk=delivery.pk, status=Status.SENDING, attempts=delivery.attempts)
    ours.update(status=status, lease_until=None, answer=words[:500], **fields)
    return status
