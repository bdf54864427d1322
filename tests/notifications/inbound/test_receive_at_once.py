"""Two processes that hold the same message, or two messages of one person, at the same time."""

import threading
from collections import Counter

import pytest
from django.db import connection

from backend.hiring.models import Candidate, Document
from notifications.inbound.receive import receive
from notifications.models import IncomingMail, Message, Outcome
from tests import factories
from tests.notifications.inbound import mails
from workflow.models import Application, Note


def at_once(raws: list[bytes]) -> Counter[str]:
    """Receive each message in a thread of its own, all let loose together; count the outcomes."""
    ready, found, faults = threading.Barrier(len(raws)), Counter[str](), []

    def run(raw: bytes) -> None:
        try:
            ready.wait(timeout=30)
            found[receive(raw).outcome] += 1
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(raw,)) for raw in raws]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("message_id", ["<once@courrier.example>", None])
def test_same_message_at_once_is_one_application(message_id: str | None) -> None:
    factories.posting(apply_to=[mails.JOBS])
    raw = mails.mail(message_id=message_id, files=[("cv.pdf", mails.PDF, "application/pdf")])
    assert at_once([raw] * 6) == {Outcome.APPLICATION: 1, Outcome.DUPLICATE: 5}
    counts = {model: model.objects.count() for model in (Application, Candidate, Document, IncomingMail)}
    assert set(counts.values()) == {1}
    assert Message.objects.filter(direction="in").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_messages_of_one_person_at_once_are_one_application() -> None:
    factories.posting(apply_to=[mails.JOBS])
    assert at_once([mails.mail() for _message in range(4)]) == {Outcome.APPLICATION: 1, Outcome.DUPLICATE: 3}
    assert (Application.objects.count(), IncomingMail.objects.count(), Note.objects.count()) == (1, 4, 3)
