"""The event feed never passes a row that is still being written."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from backend.api import feed
from tests import factories
from tests.api.client import client
from workflow import services
from workflow.models import Transition

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def move_under_way(application, actor):
    """Hold a move whose row of the log is written and not committed; leaving the block commits it."""
    written, commit = threading.Event(), threading.Event()

    def move() -> None:
        with transaction.atomic():
            services.move(pk=application.pk, action="withdraw", actor=actor)
            written.set()
            commit.wait(20)
        connection.close()

    thread = threading.Thread(target=move)
    thread.start()
    assert written.wait(10)
    try:
        yield commit
    finally:
        commit.set()
        thread.join()


def ids(page) -> list[int]:
    return [row["id"] for row in page["results"]]


def test_feed_holds_back_what_comes_after_a_row_that_is_not_there_yet():
    posting = factories.posting()
    slow, quick = factories.application(posting), factories.application(posting)
    actor, api = factories.member(posting.team), client(posting.team)
    start = api.reads("transitions/")["results"][-1]["id"]
    with move_under_way(slow, actor):
        later = services.move(pk=quick.pk, action="withdraw", actor=actor)
        assert Transition.objects.filter(pk=later.pk).exists()
        assert ids(api.reads("transitions/", after=start)) == []
    found = ids(api.reads("transitions/", after=start))
    assert len(found) == 2
    assert found == sorted(found)
    assert found[-1] == later.pk


def test_feed_waits_a_moment_for_a_move_under_way():
    posting = factories.posting()
    slow, quick = factories.application(posting), factories.application(posting)
    actor, api = factories.member(posting.team), client(posting.team)
    start = api.reads("transitions/")["results"][-1]["id"]
    with move_under_way(slow, actor) as commit:
        services.move(pk=quick.pk, action="withdraw", actor=actor)
        timer = threading.Timer(feed.PATIENCE / 4, commit.set)
        timer.start()
        found = ids(api.reads("transitions/", after=start))
        timer.join()
    assert len(found) == 2


def test_feed_read_during_a_storm_misses_nothing():
    """Six writers, one reader who goes on from the last id it saw: it ends with every row, once, in order."""
    posting = factories.posting()
    applications = [factories.application(posting) for _ in range(30)]
    actor, api = factories.member(posting.team), client(posting.team)
    done = threading.Event()

    def write(mine) -> None:
        for application in mine:
            services.move(pk=application.pk, action="withdraw", actor=actor)
            services.move(pk=application.pk, action="reopen", actor=actor)
        connection.close()

    threads = [threading.Thread(target=write, args=(applications[start::6],)) for start in range(6)]
    seen: list[int] = []

    def read() -> None:
        while True:
            last_round = done.is_set()
            news = ids(api.reads("transitions/", after=seen[-1] if seen else 0, page_size=200))
            seen.extend(news)
            if last_round and not news:
                break
        connection.close()

    reader = threading.Thread(target=read)
    for thread in [*threads, reader]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert seen == list(Transition.objects.values_list("id", flat=True))
    assert len(seen) == 30 * 3
