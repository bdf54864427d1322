"""Mail that providers bring over HTTP: raw behind our secret, or in their own form by django-anymail."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import include, path

from backend.web import hook_urls
from backend.web.views import hooks
from notifications.models import IncomingMail
from tests import factories
from tests.notifications.inbound import mails
from workflow.models import Application

pytestmark = pytest.mark.django_db
SECRET = "a-secret-for-tests"


@pytest.fixture
def posting(settings):
    settings.INBOUND_HOOK_SECRET = SECRET
    return factories.posting(apply_to=[mails.JOBS])


def post(content: bytes, *, secret: str = SECRET, kind: str = "message/rfc822", **extra):
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.post("/hooks/mail/raw/", content, content_type=kind, headers=headers, **extra)


def test_raw_message_becomes_an_application_once(posting):
    raw = mails.mail(files=[("cv.pdf", mails.PDF + b"x" * 5_000_000, "application/pdf")])
    first, second = post(raw), post(raw)
    assert (first.status_code, first.json()) == (201, {"outcome": "application"})
    assert (second.status_code, second.json()) == (200, {"outcome": "duplicate"})
    assert (Application.objects.count(), IncomingMail.objects.count()) == (1, 1)


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "é"])
def test_raw_hook_needs_the_secret(posting, secret):
    answer = post(mails.mail(), secret=secret)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert IncomingMail.objects.count() == 0


def test_raw_hook_does_not_exist_without_a_secret(posting, settings):
    settings.INBOUND_HOOK_SECRET = ""
    assert post(mails.mail(), secret="").status_code == post(mails.mail()).status_code == 404


def test_raw_hook_refuses_what_it_cannot_take(posting, settings):
    assert post(b"  ").status_code == post(b"hello").status_code == 422
    assert post(mails.mail(), kind="application/json").status_code == 415
    settings.INBOUND_MAX_BYTES = 1000
    assert post(mails.mail(text="x" * 2000)).status_code == 413
    assert Client().get("/hooks/mail/raw/").status_code == 405
    assert IncomingMail.objects.count() == 0


def test_raw_hook_asks_to_come_again_when_the_database_is_away(posting, monkeypatch):
    def away(raw):
        raise OperationalError

    monkeypatch.setattr(hooks, "receive", away)
    answer = post(mails.mail())
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_message_for_whose_files_there_is_no_room_waits_to_be_sorted(posting, full_disk):
    raw = mails.mail(files=[("cv.pdf", mails.PDF, "application/pdf")])
    answer = post(raw)
    assert (answer.status_code, answer.json()) == (201, {"outcome": "triage"})
    assert bytes(IncomingMail.objects.get().raw) == raw
    assert Application.objects.count() == 0


# ── django-anymail ────────────────────────────────────────────────────────────────────────────────────────────────────
urlpatterns = [
    path("hooks/anymail/", include((hook_urls.of_providers(), "anymail"))),
    path("", include("backend.config.urls")),
]


@pytest.fixture
def providers(posting, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "jalon:s3cret", "MAILGUN_API_KEY": "x", "MAILGUN_WEBHOOK_SIGNING_KEY": "x"}
    settings.ROOT_URLCONF = __name__
    return posting


def postmark(content: dict, *, secret: str = "jalon:s3cret"):
    headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(
        "/hooks/anymail/postmark/inbound/", json.dumps(content), content_type="application/json", headers=headers
    )


MESSAGE = {
    "FromFull": {"Email": "camille.martin@courrier.example", "Name": "Camille Martin"},
    "From": "Camille Martin <camille.martin@courrier.example>",
    "To": "x@autre.example",
    "ToFull": [{"Email": "x@autre.example", "Name": ""}],
    "CcFull": [],
    "BccFull": [],
    "OriginalRecipient": mails.JOBS,
    "Subject": "Candidature",
    "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
    "TextBody": mails.LETTER,
    "Headers": [],
    "Attachments": [
        {
            "Name": "cv.pdf",
            "ContentType": "application/pdf",
            "Content": b64encode(mails.PDF + b"x" * 4_000_000).decode(),
        }
    ],
}


def test_message_of_a_provider_becomes_an_application_once(providers):
    """For whom it was only the provider knows, and it has no Message-ID; with a CV above Django's limit for bodies."""
    assert postmark(MESSAGE).status_code == 200
    application = Application.objects.get()
    assert application.posting == providers
    assert application.candidate.email == "camille.martin@courrier.example"
    assert application.documents.get().size > 4_000_000
    assert postmark(MESSAGE).status_code == 200  # it tries again
    assert (Application.objects.count(), IncomingMail.objects.count()) == (1, 1)


@pytest.mark.parametrize("secret", ["", "jalon:wrong", "jalon"])
def test_provider_needs_the_secret(providers, secret):
    assert postmark(MESSAGE, secret=secret).status_code == 401
    assert IncomingMail.objects.count() == 0


def test_provider_with_a_message_that_is_too_large_is_told(providers, settings):
    settings.INBOUND_MAX_BYTES = 1000
    assert postmark(MESSAGE).status_code == 413


def test_provider_may_look_whether_the_hook_is_there(providers):
    assert Client().head("/hooks/anymail/postmark/inbound/").status_code == 200
    assert Client().get("/hooks/anymail/postmark/inbound/").status_code == 405
    assert Client().post("/hooks/anymail/postmark/tracking/").status_code == 401


def test_hooks_of_providers_do_not_exist_without_their_secret(posting):
    assert postmark(MESSAGE).status_code == 404
