"""The relay as a process, and the nudge with brokers that are gone or mute."""

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from backend.common import errands
from backend.common import nudge as nudging
from notifications import relay as relaying
from notifications import tasks
from notifications.models import Message, Status
from tests import factories
from tests.chaos.harness import environment


@contextmanager
def relay(port: int, *arguments: str, **more: str):
    """Run `manage.py relay`."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "relay", *arguments],
        cwd=django_settings.BASE_DIR,
        env=environment(smtp_port=port, broker_port=1, **{"RELAY_GRACE_SECONDS": "0"} | more),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(condition, seconds: float = 20) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_relay_once_sends_what_is_due_and_ends(server):
    made = {factories.application().messages.get().message_id for _ in range(3)}
    factories.application(state="interviewed")
    with relay(server.port, "--once") as process:
        assert process.wait(60) == 0
    assert set(server.ids()) >= made
    assert set(server.ids().values()) == {1}
    assert Message.objects.filter(status=Status.HELD).count() == 1


@pytest.mark.django_db(transaction=True)
def test_relay_that_has_stopped_leaves_no_thread_and_no_connection_behind(monkeypatch):
    stop = threading.Event()

    def errand(stopped):
        assert Message.objects.count() == 0
        stop.set()
        time.sleep(0.3)  # it still has something to put down
        return {}

    monkeypatch.setattr(errands, "REGISTERED", {"slow": errand})
    threads = threading.active_count()
    relaying.run(stop)
    assert threading.active_count() == threads
    until = time.monotonic() + 5  # a server process ends a moment after its connection is closed
    while connections_open() > 1 and time.monotonic() < until:
        time.sleep(0.05)
    assert connections_open() == 1


def connections_open() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_relay_leaves_celery_a_head_start(server):
    factories.application()
    with relay(server.port, "--once", RELAY_GRACE_SECONDS="3600") as process:
        assert process.wait(60) == 0
    assert server.kept == []


@pytest.mark.django_db(transaction=True)
def test_relay_survives_a_database_that_drops_it_and_stops_when_told(server):
    with relay(server.port) as process:
        factories.application()
        # Committed, not only received: a connection lost between the two leaves it uncertain, as it should.
        wait_for(lambda: Message.objects.filter(status=Status.SENT).count() == 1)
        with connection.cursor() as cursor:  # what a restart does to a connection
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        factories.application()
        wait_for(lambda: Message.objects.filter(status=Status.SENT).count() == 2)
        process.send_signal(signal.SIGTERM)
        _out, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "relay_stopped" in errors
    assert "Traceback" not in errors
    assert set(Message.objects.values_list("status", flat=True)) == {Status.SENT}


@pytest.mark.django_db(transaction=True)
def test_relay_finishes_the_mail_under_way_before_it_stops(server):
    server.script = {"content": "stall"}  # for as long as we leave the script
    message = factories.application().messages.get()
    with relay(server.port) as process:
        wait_for(lambda: Message.objects.get(pk=message.pk).status == Status.HANDED)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None
        process.kill()  # and -9 in that very moment
    Message.objects.update(lease_until=timezone.now())
    with relay(server.port, "--once") as process:
        assert process.wait(60) == 0
    message.refresh_from_db()
    assert message.status == Status.UNCERTAIN
    assert len(server.kept) == 1


@pytest.fixture
def nudge(monkeypatch):
    """The nudge, to a broker of our choice."""

    def run(port: int) -> float:
        monkeypatch.setattr(tasks.deliver_due.app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
        start = time.monotonic()
        tasks.nudge()
        return time.monotonic() - start

    def forget() -> None:
        nudging._silent_until = 0.0
        nudging._own.connection = None

    forget()
    yield run
    forget()


def test_nudge_does_not_wait_for_a_broker_that_is_gone(nudge):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        assert nudge(closed.getsockname()[1]) < 1
        assert nudging._silent_until > time.monotonic()
        assert nudge(closed.getsockname()[1]) < 0.01


def test_nudge_does_not_wait_for_a_mute_broker_twice(nudge):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        assert nudge(mute.getsockname()[1]) < 2
        assert nudge(mute.getsockname()[1]) < 0.01
