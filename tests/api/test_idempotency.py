"""`Idempotency-Key`: one effect, one answer."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import get_resolver

from backend.api import idempotency
from backend.api.models import KeptAnswer
from tests import factories
from tests.api.client import client, of
from workflow.models import Interview, Transition

pytestmark = pytest.mark.django_db


def interview(application) -> dict:
    return {"application": str(application.pk), "at": "2026-11-20T10:00:00Z", "status": "held"}


def test_key_sent_again_gives_the_first_answer_and_has_no_second_effect():
    application = factories.application()
    api = client(application.posting.team)
    first = api.writes("interviews/", interview(application), key="k1")
    second = api.writes("interviews/", dict(reversed(interview(application).items())), key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (first.headers.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Interview.objects.count() == 1


def test_key_with_another_body_or_address_is_refused():
    application = factories.application()
    api = client(application.posting.team)
    made = api.writes("interviews/", interview(application), key="k1").json()
    other = api.writes("interviews/", interview(application) | {"minutes": 30}, key="k1")
    elsewhere = api.writes(f"interviews/{made['id']}/", interview(application), key="k1", method="patch")
    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert list(other.json()["fields"]) == ["Idempotency-Key"]
    assert Interview.objects.count() == 1


def test_key_belongs_to_its_token():
    application = factories.application()
    api = client(application.posting.team)
    same_user = of(api.user)
    for each in (api, same_user):
        assert each.writes("interviews/", interview(application), key="k1").status_code == 201
    assert Interview.objects.count() == 2


def test_refusal_is_not_kept_so_the_same_key_may_try_again():
    application = factories.application()
    api = client(application.posting.team)
    path = f"applications/{application.pk}/transitions/"
    assert api.writes(path, {"action": "interview"}, key="k1").status_code == 409
    assert not KeptAnswer.objects.exists()
    factories.held_interview(application)
    assert api.writes(path, {"action": "interview"}, key="k1").status_code == 201


def test_key_is_forgotten_after_a_day():
    application = factories.application()
    api = client(application.posting.team)
    api.writes("interviews/", interview(application), key="k1")
    KeptAnswer.objects.update(created_at=KeptAnswer.objects.get().created_at - timedelta(hours=25))
    again = api.writes("interviews/", interview(application) | {"minutes": 30}, key="k1")
    assert (again.status_code, Interview.objects.count()) == (201, 2)
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(created_at=KeptAnswer.objects.get().created_at - timedelta(hours=25))
    assert (idempotency.purge(), KeptAnswer.objects.count()) == (1, 0)


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 256, "a b", "a\tb"])
def test_key_that_is_none_is_422(key):
    application = factories.application()
    api = client(application.posting.team)
    answer = api.post("/api/v1/interviews/", interview(application), headers={"Idempotency-Key": key})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["Idempotency-Key"])


def test_deletion_is_replayed_without_a_body():
    application = factories.application()
    task = factories.task(application)
    api = client(application.posting.team)
    answers = [api.writes(f"onboarding-tasks/{task.pk}/", key="k1", method="delete") for _ in range(2)]
    assert [(a.status_code, a.content) for a in answers] == [(204, b""), (204, b"")]
    assert api.writes(f"onboarding-tasks/{task.pk}/", method="delete").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["move", "create"])
def test_key_sent_by_many_at_once_has_one_effect(what):
    application = factories.application()
    factories.held_interview(application)
    api = client(application.posting.team)
    path = {"move": f"applications/{application.pk}/transitions/", "create": "interviews/"}[what]
    sent = {"move": {"action": "interview"}, "create": interview(application)}[what]
    before = (Transition.objects.count(), Interview.objects.count())
    answers, start = [], threading.Barrier(8)

    def send() -> None:
        start.wait()
        answers.append(api.writes(path, sent, key="same"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 7
    effects = Transition.objects.count() - before[0] + Interview.objects.count() - before[1]
    assert effects == 1


def test_every_write_of_the_api_takes_the_key():
    forgotten, seen = [], 0
    for pattern in _patterns(get_resolver("backend.api.urls").url_patterns):
        for method, name in getattr(pattern.callback, "actions", {}).items():
            if method in {"post", "put", "patch", "delete"}:
                seen += 1
                if not hasattr(getattr(pattern.callback.cls, name), "takes_idempotency_key"):
                    forgotten.append((str(pattern.pattern), method))
    assert forgotten == []
    assert seen > 10


def _patterns(found):
    for pattern in found:
        yield from _patterns(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
