"""Outgoing webhooks: written with the move, signed, in order, tried for days, and switched off at the end."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from backend.common import clock, http
from backend.common import nudge as nudging
from backend.integrations import delivery, endpoints, signing
from backend.integrations.models import Delivery, Endpoint, Event, Kind, Status
from tests import factories
from workflow import services

pytestmark = pytest.mark.django_db

EXAMPLE = re.search(r"```python\n(.*?)```", (Path(product.BASE_DIR) / "docs" / "webhooks.md").read_text("utf-8"), re.S)


def documented_verify() -> Any:
    """Give the function that the documentation prints."""
    names: dict[str, Any] = {}
    assert EXAMPLE is not None
    exec(EXAMPLE[1], names)
    return names["verify"]


class Receiver:
    """A real HTTP server, which can be down, flaky and slow; it keeps what it took, as it came."""

    def __init__(self) -> None:
        self.took: list[tuple[dict[str, str], bytes]] = []
        self.asked = 0
        self.answer: Any = lambda number: 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked += 1
                said = outer.answer(outer.asked)
                if said != 500:
                    outer.took.append(({name.lower(): value for name, value in self.headers.items()}, body))
                if said is None:  # taken, and then silence
                    self.close_connection = True
                    return
                self.send_response(said)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.server.server_bind()  # its port is taken, and refuses until `rise`
        self.port = self.server.server_address[1]

    def rise(self) -> None:
        self.server.server_activate()
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    made = Receiver()
    settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{made.port}"]
    yield made
    if made.asked:
        made.server.shutdown()
    made.server.server_close()


def listen(receiver: Receiver, team: Any, **fields: Any) -> Endpoint:
    given = {"url": receiver.url, "wanted": Event.values} | fields
    return endpoints.add(team=team, actor=factories.member(team), **given)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_receiver_down_for_a_day_then_flaky_and_slow_gets_a_thousand_events_in_order(receiver, monkeypatch):
    """The day passes on our clock; the receiver, its refusals and its silences are real."""
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)
    posting = factories.posting()
    endpoint, actor = listen(receiver, posting.team), factories.member(posting.team)
    began = timezone.now()
    made = [factories.application(posting) for _each in range(100)]
    for number in range(9):
        for application in made:
            action, reason = ("reject", "skills") if number % 2 == 0 else ("reopen", "again")
            services.move(pk=application.pk, action=action, actor=actor, reason=reason, notify=False)
    assert endpoint.deliveries.count() == 1000

    for hour in range(25):
        with clock.at(began + dt.timedelta(hours=hour)):
            delivery.deliver_due()
    assert (receiver.asked, endpoint.deliveries.filter(attempts__gt=0).exists()) == (0, True)

    def flaky_and_slow(number: int) -> int | None:
        if number % 50 == 0:
            time.sleep(0.4)
        return {0: 500, 5: None}.get(number % 11, 204)

    receiver.answer = flaky_and_slow
    receiver.rise()
    moment, left = began + dt.timedelta(hours=25), 1000
    while left and moment < began + dt.timedelta(hours=72):
        with clock.at(moment):
            delivery.deliver_due()
        left = endpoint.deliveries.exclude(status=Status.DELIVERED).count()
        moment += dt.timedelta(minutes=1)
    assert left == 0

    verify, numbers, seen = documented_verify(), defaultdict(list), set()
    endpoint.refresh_from_db()
    for headers, body in receiver.took:
        assert verify(headers, body, endpoint.secret, tolerance=10**6)
        assert not verify(headers, body + b" ", endpoint.secret, tolerance=10**6)
        event = json.loads(body)
        assert event["id"] == headers["webhook-id"]
        if event["id"] not in seen:
            seen.add(event["id"])
            numbers[event["data"]["application"]].append(event["data"]["number"])
    assert (len(seen), len(receiver.took) > 1000) == (1000, True)  # some came twice, as promised
    assert set(map(tuple, numbers.values())) == {tuple(range(1, 11))}
    assert endpoint.is_on


def test_event_is_written_with_its_move_or_not_at_all(receiver):
    posting = factories.posting()
    endpoint = listen(receiver, posting.team)
    application = factories.application(posting)
    with pytest.raises(RuntimeError), transaction.atomic():
        services.move(
            pk=application.pk, action="reject", reason="skills", actor=factories.member(posting.team), notify=False
        )
        assert endpoint.deliveries.count() == 2
        raise RuntimeError
    assert [row.event for row in endpoint.deliveries.all()] == ["application.received"]


def test_event_names_no_person(receiver):
    posting = factories.posting()
    endpoints_of = [listen(receiver, posting.team, kind=kind) for kind in Kind.values]
    application = factories.application(
        posting, name="Kanari Premier", email="kanari@courrier.example", state="withdrawn"
    )
    said = "".join(row.body for endpoint in endpoints_of for row in endpoint.deliveries.all())
    assert str(application.pk) in said
    assert "anari" not in said


def test_chat_gets_one_sentence_without_markup(receiver):
    posting = factories.posting(title="Dev <!channel> [lien](https://mauvais.example) @here")
    posting.team.language = "en"
    posting.team.save()
    endpoint = listen(receiver, posting.team, kind=Kind.CHAT, wanted=[Event.RECEIVED])
    application = factories.application(posting)
    body = json.loads(endpoint.deliveries.get().body)
    assert body == {
        "text": "New application for “Dev channel lien (https mauvais.example) here”: "
        f"http://127.0.0.1:8000/a/{application.pk}/"
    }
    receiver.rise()
    delivery.deliver_due()
    assert "webhook-signature" not in receiver.took[0][0]


def test_only_what_was_chosen_and_only_to_the_team_is_told(receiver):
    posting = factories.posting()
    mine = listen(receiver, posting.team, wanted=[Event.REJECTED])
    theirs = listen(receiver, factories.team())
    factories.application(posting, state="rejected")
    assert [row.event for row in mine.deliveries.all()] == ["application.rejected"]
    assert theirs.deliveries.count() == 0


def test_endpoint_that_never_answers_is_switched_off_after_three_days_and_twelve_tries(settings):
    port = free_port()
    settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{port}"]
    posting, began = factories.posting(), timezone.now()
    endpoint = endpoints.add(
        team=posting.team, actor=factories.member(posting.team), url=f"http://127.0.0.1:{port}/", wanted=Event.values
    )
    factories.application(posting, state="rejected")
    hours, tries = 0.0, []
    while hours < 100:
        with clock.at(began + dt.timedelta(hours=hours, seconds=1)):
            if delivery.deliver_due():
                tries.append(hours)
        hours += 0.25
    endpoint.refresh_from_db()
    assert (len(tries) >= 12, tries[-1] >= 72, tries[-1] < 80) == (True, True, True)
    assert (endpoint.is_on, endpoint.off_why) == (False, delivery.GAVE_UP)
    first, second = endpoint.deliveries.order_by("number")
    assert (first.status, second.status, second.attempts) == (Status.GIVEN_UP, Status.WAITING, 0)


def test_switched_on_again_everything_that_waited_leaves_in_order(receiver):
    posting = factories.posting()
    endpoint = listen(receiver, posting.team)
    factories.application(posting, state="rejected")
    receiver.rise()
    receiver.answer = lambda number: 410
    assert delivery.deliver_due() == {"given_up": 1}
    assert delivery.deliver_due() == {}
    receiver.answer, receiver.took = (lambda number: 200), []
    endpoints.switch(pk=endpoint.pk, actor=factories.member(posting.team), on=True)
    assert delivery.deliver_due() == {"delivered": 2}
    assert [json.loads(body)["data"]["number"] for _headers, body in receiver.took] == [1, 2]


def test_later_event_waits_for_the_earlier_of_its_application_alone(receiver):
    posting = factories.posting()
    listen(receiver, posting.team)
    first, second = factories.application(posting, state="rejected"), factories.application(posting)
    receiver.rise()
    receiver.answer = lambda number: 500 if number == 1 else 204
    assert delivery.deliver_due() == {"waiting": 1}
    with clock.at(timezone.now() + dt.timedelta(seconds=10)):
        assert delivery.deliver_due() == {"delivered": 1}
    assert [json.loads(body)["data"]["application"] for _headers, body in receiver.took] == [str(second.pk)]
    assert (
        Delivery.objects.exclude(status=Status.DELIVERED).values_list("application", flat=True).distinct().get()
        == first.pk
    )


def test_process_that_dies_leaves_a_lease_that_ends(receiver):
    posting = factories.posting()
    endpoint = listen(receiver, posting.team)
    factories.application(posting)
    assert delivery.claim() is not None
    assert delivery.claim() is None
    receiver.rise()
    with clock.at(timezone.now() + delivery.LEASE + dt.timedelta(seconds=1)):
        assert delivery.deliver_due() == {"delivered": 1}
    assert endpoint.deliveries.get().attempts == 2


def test_redirects_are_failures_and_lead_nowhere(receiver):
    posting = factories.posting()
    listen(receiver, posting.team)
    factories.application(posting)
    receiver.rise()
    receiver.answer = lambda number: 302
    assert delivery.deliver_due() == {"waiting": 1}
    assert receiver.asked == 1


def test_new_secret_signs_beside_the_one_before_for_a_day(receiver):
    team, now = factories.team(), timezone.now()
    endpoint, actor = listen(receiver, team), factories.member(team)
    before = endpoint.secret
    after = endpoints.rotate(pk=endpoint.pk, actor=actor)
    endpoint.refresh_from_db()
    assert after != before
    assert signing.secrets(endpoint, now + dt.timedelta(hours=23)) == [after, before]
    assert signing.secrets(endpoint, now + dt.timedelta(hours=25)) == [after]
    receiver.rise()
    endpoints.test(pk=endpoint.pk, actor=actor)
    delivery.deliver_due()
    headers, body = receiver.took[0]
    verify = documented_verify()
    assert [verify(headers, body, secret) for secret in (before, after, "whsec_AAAA")] == [True, True, False]
    assert not verify(headers | {"webhook-timestamp": str(int(time.time()) - 301)}, body, after)


def test_replay_sends_the_same_event_with_the_same_id(receiver):
    posting = factories.posting()
    endpoint = listen(receiver, posting.team)
    factories.application(posting)
    receiver.rise()
    delivery.deliver_due()
    row = endpoint.deliveries.get()
    endpoints.replay(pk=endpoint.pk, delivery=row.pk, actor=factories.member(posting.team))
    assert delivery.deliver_due() == {"delivered": 1}
    assert receiver.took[0][1] == receiver.took[1][1]
    assert {headers["webhook-id"] for headers, _body in receiver.took} == {str(row.pk)}


@pytest.mark.django_db(transaction=True)
def test_relay_sends_what_no_worker_has(receiver):
    posting = factories.posting()
    listen(receiver, posting.team)
    factories.application(posting)
    Delivery.objects.update(due_at=timezone.now() - dt.timedelta(minutes=1))
    receiver.rise()
    call_command("relay", "--once")
    assert len(receiver.took) == 1


@pytest.mark.django_db(transaction=True)
def test_worker_is_asked_at_once_when_an_event_is_written(monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(nudging, "nudge", lambda task: asked.append(task.name))
    posting = factories.posting()
    actor = factories.member(posting.team)
    factories.application(posting)
    assert "backend.integrations.tasks.deliver_due" not in asked  # nobody listens
    endpoints.add(team=posting.team, actor=actor, url="https://crochet.example/x", wanted=Event.values)
    factories.application(posting)
    assert asked.count("backend.integrations.tasks.deliver_due") == 1
