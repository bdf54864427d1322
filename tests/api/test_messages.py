"""`messages/`: what is to leave is changed and decided on by the same services as on the page."""

import pytest
from django.utils import timezone

from backend.accounts.models import Role, Scope
from notifications.models import Message, Status
from tests import factories
from tests.api.client import client

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    application = factories.application(state="rejected")
    return Message.objects.get(application=application, kind="rejected_candidate")


def test_message_words_and_time_are_changed_while_it_is_held(held):
    api = client(held.team)
    path = f"messages/{held.pk}/"
    answer = api.writes(path, {"subject": "Votre candidature", "body": "{greeting},\n\n{link}"}, method="patch")
    assert answer.status_code == 200, answer.content
    assert answer.json()["edited"] is True
    held.refresh_from_db()
    assert held.body == f"Bonjour {held.application.candidate.name},\n\n{{link}}"
    before = held.due_at
    assert api.writes(path, {"hold": 3600}, method="patch").status_code == 200
    held.refresh_from_db()
    assert (held.due_at - before).total_seconds() > 3000
    for body in ({"subject": "x"}, {"body": "x"}, {"subject": "x", "body": "{nom}"}, {"hold": -1}, {"status": "sent"}):
        assert api.writes(path, body, method="patch").status_code == 422
    Message.objects.filter(pk=held.pk).update(status=Status.SENT)
    late = api.writes(path, {"subject": "x", "body": "y", "hold": 0}, method="patch")
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("status", "decision", "then"),
    [
        (Status.HELD, "send", Status.HELD),
        (Status.HELD, "discard", Status.DISCARDED),
        (Status.HELD, "arrived", None),
        (Status.DEAD, "send", Status.HELD),
        (Status.DEAD, "discard", Status.DISCARDED),
        (Status.DEAD, "lost", None),
        (Status.UNCERTAIN, "arrived", Status.SENT),
        (Status.UNCERTAIN, "lost", Status.HELD),
        (Status.UNCERTAIN, "send", None),
        (Status.SENT, "send", None),
        (Status.SENT, "discard", None),
    ],
)
def test_message_is_decided_on(held, status, decision, then):
    Message.objects.filter(pk=held.pk).update(status=status)
    answer = client(held.team).writes(f"messages/{held.pk}/decision/", {"decision": decision})
    held.refresh_from_db()
    if then is None:
        assert (answer.status_code, held.status) == (409, status)
        return
    assert (answer.status_code, held.status, answer.json()["status"]) == (200, then, then)
    assert then != Status.HELD or held.due_at <= timezone.now()


def test_message_is_its_teams_to_decide_on(held):
    path = f"messages/{held.pk}/decision/"
    body = {"decision": "discard"}
    assert client(factories.team()).writes(path, body).status_code == 404
    assert client(held.team, role=Role.COACH).writes(path, body).status_code == 403
    assert client(held.team, scope=Scope.READ).writes(path, body).status_code == 403
    assert client(held.team).writes(path, {"decision": "perhaps"}).status_code == 422
    held.refresh_from_db()
    assert held.status == Status.HELD


def test_messages_are_listed_by_team(held):
    other = factories.application()
    api = client(held.team, other.team)
    found = api.reads("messages/", team=other.team.slug)["results"]
    assert [row["application"] for row in found] == [str(other.pk)]
