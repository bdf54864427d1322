"""Fifty people act at once: exactly one wins, the others hear where the application is now."""

import threading
from collections import Counter

import pytest
from django.db import close_old_connections, connection

from backend.accounts import actors
from backend.common.errors import Conflict, JalonError, NotPossible
from notifications.models import Message
from tests import factories
from workflow import services
from workflow.models import Application, Transition
from workflow.states import State

THREADS, APPLICATIONS = 50, 40


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_race_of_fifty_threads_has_one_winner_an_application() -> None:
    posting = factories.posting()
    user = factories.user(posting.team)
    applications = [factories.application(posting) for _ in range(APPLICATIONS)]
    for application in applications:
        factories.held_interview(application)
    Message.objects.all().delete()
    start = threading.Barrier(THREADS)
    results: list[tuple[object, str]] = []

    def act(order: int) -> None:
        try:
            start.wait()
            actor = actors.of_user(user)
            # Half go through the list backwards: where rows were locked in a fixed order, no deadlock could show.
            for application in applications if order % 2 else reversed(applications):
                try:
                    # Without `seen` on every other: the arrow itself must refuse.
                    seen = State.RECEIVED if order % 3 else None
                    services.move(pk=application.pk, action="interview", actor=actor, seen=seen)
                    results.append((application.pk, "won"))
                except (Conflict, NotPossible) as error:
                    assert error.status == 409
                    assert error.state == State.INTERVIEWED
                    results.append((application.pk, "409"))
                except JalonError as error:
                    results.append((application.pk, type(error).__name__))
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(order,)) for order in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)
    close_old_connections()

    assert Counter(results) == Counter(
        {(a.pk, "won"): 1 for a in applications} | {(a.pk, "409"): THREADS - 1 for a in applications}
    )
    assert Transition.objects.filter(action="interview").count() == APPLICATIONS
    assert Message.objects.filter(transition__action="interview").count() == APPLICATIONS
    assert set(Application.objects.values_list("state", flat=True)) == {"interviewed"}


@pytest.mark.django_db(transaction=True)
def test_double_click_is_one_application() -> None:
    posting, person = factories.posting(), factories.person()
    start = threading.Barrier(10)
    made: list[bool] = []

    def send() -> None:
        try:
            start.wait()
            actor = actors.of_candidate(posting.pk)
            made.append(services.submit(posting_id=posting.pk, person=person, via="form", actor=actor).created)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False] * 9 + [True]
    assert Application.objects.count() == 1
