"""The reminder the day before: once for each time that was set, never for what no longer holds."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from backend.common import clock
from notifications import tasks
from notifications.models import Message
from tests import factories
from workflow import arrangements, reminders

pytestmark = pytest.mark.django_db


def planned(days: float = 3, **fields):
    """Make an interview that people were told of, and let the invitations have left."""
    application = factories.application()
    lou = factories.member(application.team)
    at = timezone.now().replace(microsecond=0) + dt.timedelta(days=days)
    made = arrangements.add_interview(application_id=application.pk, actor=lou, at=at, announced=True, **fields)
    Message.objects.update(status="sent")
    return made, lou


def reminded() -> list[str]:
    return sorted(
        Message.objects.filter(kind__contains="_reminder_", status="held").values_list("recipient", flat=True)
    )


def test_reminder_is_written_once_the_day_before():
    made, _lou = planned(invited=["guest@ailleurs.example"])
    with clock.at(made.at - dt.timedelta(hours=25)):
        assert (reminders.write(), reminded()) == (0, [])
    with clock.at(made.at - dt.timedelta(hours=23)):
        assert [reminders.write() for _ in range(3)] == [1, 0, 0]
        assert reminded() == sorted(["guest@ailleurs.example", made.application.candidate.email])


def test_moved_interview_is_reminded_of_again_at_its_new_time():
    made, lou = planned()
    with clock.at(made.at - dt.timedelta(hours=2)):
        assert reminders.write() == 1
    later = made.at + dt.timedelta(days=3)
    arrangements.change_interview(pk=made.pk, actor=lou, at=later)
    assert reminded() == []  # what waited to leave spoke of the old time
    with clock.at(later - dt.timedelta(hours=2)):
        assert [reminders.write() for _ in range(2)] == [1, 0]


def test_interview_planned_for_tomorrow_needs_no_reminder_beside_its_invitation():
    made, _lou = planned(days=0.5)
    with clock.at(made.at - dt.timedelta(hours=1)):
        assert reminders.write() == 0


@pytest.mark.parametrize("end", ["cancelled", "missed", "rejected", "past", "quiet"])
def test_nobody_is_reminded_of_what_does_not_take_place(end):
    made, lou = planned()
    moment = made.at - dt.timedelta(hours=2)
    if end in ("cancelled", "missed"):
        arrangements.change_interview(pk=made.pk, actor=lou, status=end)
    elif end == "rejected":
        factories.carry(made.application, "rejected")
    elif end == "past":
        moment = made.at + dt.timedelta(minutes=1)
    else:
        type(made).objects.update(announced=False)
    with clock.at(moment):
        assert reminders.write() == 0


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_write_it_once():
    made, _lou = planned(invited=["guest@ailleurs.example"])
    type(made).objects.update(at=timezone.now() + dt.timedelta(hours=20))
    start = threading.Barrier(8)

    def sweep() -> None:
        try:
            start.wait()
            tasks.remind()
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # Whatever their status: a second one would have discarded the first, and only one would still wait.
    assert Message.objects.filter(kind__contains="_reminder_").count() == 2


@pytest.mark.django_db(transaction=True)
def test_relay_writes_reminders_where_there_is_no_broker(monkeypatch):
    from notifications import relay

    made, _lou = planned()
    type(made).objects.update(at=timezone.now() + dt.timedelta(hours=20))
    stop = threading.Event()
    monkeypatch.setattr(relay, "sweep", lambda event: event.set() or False)  # nothing leaves here: only the sweeping
    relay.run(stop)
    assert reminded() == [made.application.candidate.email]
