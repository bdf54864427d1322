"""How many mails leave in a minute."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from notifications import delivery
from notifications.models import Message, Status
from tests import factories


def due(*addresses: str) -> None:
    for address in addresses:
        factories.application(email=address)


def sent() -> list[str]:
    return sorted(Message.objects.filter(status=Status.SENT).values_list("recipient", flat=True))


@pytest.mark.django_db
def test_pace_bounds_one_domain_and_lets_others_pass(server, settings):
    settings.MAIL_PER_DOMAIN_PER_MINUTE = 2
    due("a@grand.example", "b@Grand.example", "c@grand.example", "d@petit.example")
    assert delivery.deliver_due() == {Status.SENT: 3}
    assert sent() == ["a@grand.example", "b@Grand.example", "d@petit.example"]
    assert delivery.deliver_due() == {}
    Message.objects.filter(status=Status.SENT).update(sent_at=timezone.now() - dt.timedelta(seconds=61))
    assert delivery.deliver_due() == {Status.SENT: 1}
    assert server.connections == 2  # none was opened in vain


@pytest.mark.django_db
def test_pace_bounds_all_together(server, settings):
    settings.MAIL_PER_MINUTE = 3
    due(*(f"personne@d{n}.example" for n in range(5)))
    assert delivery.deliver_due() == {Status.SENT: 3}
    assert delivery.deliver_due() == {}


@pytest.mark.django_db(transaction=True)
def test_pace_is_one_for_all_processes(server, settings):
    settings.MAIL_PER_DOMAIN_PER_MINUTE = 5
    server.thinking = 0.02
    due(*(f"personne{n}@grand.example" for n in range(12)))

    def run() -> None:
        try:
            delivery.deliver_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(server.kept) == 5
