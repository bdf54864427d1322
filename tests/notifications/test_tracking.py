"""What a provider tells of a mail: posted as providers post it, at the address where they do."""

from __future__ import annotations

import itertools
import json
from base64 import b64encode
from email.utils import parseaddr

import pytest
import requests
from django.test import Client
from django.urls import include, path

from backend.hiring import erasure
from backend.web import hook_urls
from notifications import delivery, team
from notifications.inbound import receive
from notifications.models import How, Message, Status, Topic
from tests import factories
from tests.notifications.inbound import mails
from tests.web.test_team_pages import sign_in

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("hooks/anymail/", include((hook_urls.of_providers(), "anymail"))),
    path("", include("backend.config.urls")),
]
SECRET = "jalon:s3cret"
TO = "camille@courrier.example"


@pytest.fixture
def application(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.ROOT_URLCONF = __name__
    return factories.application(email=TO)


@pytest.fixture
def sent(application) -> Message:
    row = application.messages.get()
    Message.objects.update(status=Status.SENT, provider_id=f"<{row.pk}@smtp-relay.mailin.fr>", answer="250 ok")
    row.refresh_from_db()
    return row


def post(provider: str, content: object, secret: str = SECRET) -> int:
    return (
        Client(enforce_csrf_checks=True)
        .post(
            f"/hooks/anymail/{provider}/tracking/",
            json.dumps(content),
            content_type="application/json",
            headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {},
        )
        .status_code
    )


def postmark(row: Message, kind: str, **more: object) -> dict[str, object]:
    """Make what Postmark posts (its documentation, “Bounce webhook”, “Delivery webhook” …)."""
    told = {
        "Delivery": {"DeliveredAt": "2026-11-05T16:33:54Z", "Details": "smtp;250 2.0.0 OK", "Recipient": TO},
        "Bounce": {
            "ID": 42, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce", "Email": TO, "From": "x@y.example",
            "BouncedAt": "2026-11-05T16:33:54Z", "DumpAvailable": True, "Inactive": True, "CanActivate": True,
            "Description": "The server was unable to deliver your message (ex: unknown user).",
            "Details": "smtp;550 5.1.1 The email account does not exist.", "Subject": "x",
        },
        "SpamComplaint": {
            "ID": 43, "Type": "SpamComplaint", "TypeCode": 512, "Email": TO, "BouncedAt": "2026-11-06T16:33:54Z",
            "Description": "The subscriber explicitly marked this message as spam.", "Details": "", "Subject": "x",
        },
        "Open": {"FirstOpen": True, "ReceivedAt": "2026-11-05T16:33:54Z", "Recipient": TO, "UserAgent": "x"},
    }[kind]  # fmt: skip
    head = {"RecordType": kind, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "ServerID": 23}
    return head | {"MessageStream": "outbound", "Metadata": {"message": str(row.pk)}} | told | more


def brevo(row: Message, kind: str, **more: object) -> dict[str, object]:
    """Make what Brevo posts (its documentation, “Transactional webhooks”)."""
    return {
        "event": kind, "email": TO, "id": 1, "date": "2026-11-05 16:33:54", "ts": 1793982834, "ts_event": 1793982834,
        "ts_epoch": 1793982834000, "message-id": row.provider_id, "subject": "x", "tag": "", "sending_ip": "192.0.2.1",
        "reason": "550 5.1.1 unknown user" if "bounce" in kind else "",
    } | more  # fmt: skip


def test_bounce_told_by_a_provider_is_as_one_told_by_mail(sent, application):
    team.choose(factories.user(application.team, language="fr"), {Topic.TROUBLE: How.NOW})
    for _replayed in range(3):
        assert post("postmark", postmark(sent, "Bounce")) == 200
    assert post("brevo", brevo(sent, "hard_bounce")) == 200
    assert receive.receive(mails.bounce(sent.message_id)).outcome == "bounce"
    sent.refresh_from_db()
    assert (sent.arrival, sent.status) == ("bounced", Status.SENT)
    assert sent.answer.startswith("250 ok\n") and "5.1.1 The email account does not exist" in sent.answer
    assert application.notes.get().text in sent.answer
    assert Message.objects.filter(member__isnull=False).count() == 1
    page = sign_in(factories.user(application.team)).get(f"/a/{application.pk}/").content.decode()
    assert f"revenu de chez {TO}" in page
    outbox = sign_in(factories.user(application.team)).get("/outbox/?status=sent").content.decode()
    assert "revenu</span>" in outbox


def test_what_is_told_out_of_order_leaves_the_last_word_standing(sent):
    told = [postmark(sent, "Bounce", Type="Transient"), postmark(sent, "Delivery"), postmark(sent, "SpamComplaint")]
    for order in itertools.permutations(told):
        Message.objects.filter(pk=sent.pk).update(arrival="", answer="250 ok")
        for event in (*order, *order):
            assert post("postmark", event) == 200
        sent.refresh_from_db()
        assert sent.arrival == "complained"
        assert sent.answer.count("\n") == 1 + (order.index(told[0]) == 0)
    Message.objects.filter(pk=sent.pk).update(arrival="")
    for kind, arrival in {"soft_bounce": "bounced", "deferred": "bounced", "delivered": "bounced"}.items():
        assert post("brevo", brevo(sent, kind)) == 200
        sent.refresh_from_db()
        assert sent.arrival == arrival


def test_nobody_is_watched_and_no_stranger_is_believed(sent, application):
    assert post("postmark", postmark(sent, "Bounce"), secret="") == 401
    assert post("postmark", postmark(sent, "Bounce"), secret="jalon:wrong") == 401
    assert post("postmark", postmark(sent, "Open")) == 200
    assert post("brevo", brevo(sent, "opened")) == post("brevo", brevo(sent, "click")) == 200
    assert post("postmark", postmark(sent, "Bounce", Email="autre@courrier.example")) == 200
    assert post("postmark", postmark(sent, "Bounce", Metadata={"message": "x"})) == 200
    sent.refresh_from_db()
    assert (sent.arrival, sent.answer) == ("", "250 ok")
    erasure.erase(pk=application.candidate_id, actor=factories.member(application.team))
    assert post("postmark", postmark(sent, "Bounce")) == 200
    sent.refresh_from_db()
    assert (sent.arrival, sent.answer) == ("", "") and all(note.text == "" for note in application.notes.all())


def test_mail_that_was_perhaps_sent_is_settled_by_its_provider(sent):
    Message.objects.update(status=Status.UNCERTAIN)
    post("postmark", postmark(sent, "Delivery"))
    sent.refresh_from_db()
    assert (sent.status, sent.arrival) == (Status.SENT, "delivered") and sent.sent_at is not None


# ── Sending by a provider ─────────────────────────────────────────────────────────────────────────────────────────────
def answer(status: int, content: object) -> requests.Response:
    made = requests.Response()
    made.status_code, made._content = status, json.dumps(content).encode()
    return made


OK = {"To": TO, "SubmittedAt": "2026-11-05T16:33:54Z", "MessageID": "0a129aee-e1cd-480d-b08d-4f48548ff48d",
      "ErrorCode": 0, "Message": "OK"}  # fmt: skip
REFUSED = {"ErrorCode": 300, "Message": f"Invalid 'To' address: '{TO}'."}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (answer(200, OK), Status.SENT),
        (answer(422, REFUSED), Status.DEAD),
        (answer(401, {"ErrorCode": 10, "Message": "Bad token"}), Status.HELD),
        (answer(429, {"ErrorCode": 429, "Message": "Slow down"}), Status.HELD),
        (answer(500, {"ErrorCode": 100, "Message": "Sorry"}), Status.UNCERTAIN),
        (requests.ConnectTimeout("no answer"), Status.HELD),
        (requests.ReadTimeout("no answer"), Status.UNCERTAIN),
    ],
    ids=["taken", "refused", "wrong key", "too many", "broken", "no connection", "no answer"],
)
def test_provider_that_sends_is_understood(application, settings, monkeypatch, said, status):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x", "IGNORE_UNSUPPORTED_FEATURES": True}
    asked: list[dict[str, object]] = []

    def request(self, **params):
        asked.append(json.loads(params["data"]))
        if isinstance(said, Exception):
            raise said
        return said

    monkeypatch.setattr(requests.Session, "request", request)
    row = application.messages.get()
    delivery.deliver_due()
    row.refresh_from_db()
    assert row.status == status
    assert asked[0]["Metadata"] == {"message": str(row.pk)}
    assert parseaddr(str(asked[0]["To"]))[1] == TO
    assert row.provider_id == (OK["MessageID"] if status == Status.SENT else "")
