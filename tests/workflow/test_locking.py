"""The locking query is compiled once for each shape of actor, whoever comes first."""

import threading

import pytest
from django.db import connection, transaction

from backend.accounts import actors
from backend.common.errors import NotVisible
from tests import factories
from workflow import services


@pytest.mark.django_db(transaction=True)
def test_lock_finds_its_row_when_many_threads_are_the_first():
    teams = [factories.team() for _ in range(7)]
    application = factories.application(factories.posting(teams[3]))
    user = factories.user(*teams)
    errors: list[Exception] = []

    def lock(start: threading.Barrier) -> None:
        start.wait()
        try:
            with transaction.atomic():
                assert services._lock(application.pk, actors.of_user(user)) == application
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    for _ in range(5):
        services._locking.cache_clear()
        start = threading.Barrier(8)
        threads = [threading.Thread(target=lock, args=(start,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []


@pytest.mark.django_db
def test_lock_keeps_to_what_each_actor_sees():
    application, other = factories.application(), factories.application()
    team = application.posting.team
    seeing = [factories.member(team), factories.coach(factories.team(), team), actors.SYSTEM]
    seeing.append(actors.of_candidate(application.pk))
    blind = [factories.member(other.posting.team), factories.member(), actors.of_candidate(other.pk)]
    for actor in seeing:
        with transaction.atomic():
            found = services._lock(application.pk, actor)
            assert (found, found.posting.team, found.candidate) == (application, team, application.candidate)
    for actor in blind:
        with pytest.raises(NotVisible), transaction.atomic():
            services._lock(application.pk, actor)
