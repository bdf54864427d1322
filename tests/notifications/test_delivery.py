"""Delivery, against a real SMTP server that misbehaves at every stage."""

import datetime as dt
import smtplib
import socket
import threading
from email.utils import parseaddr

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from notifications import catalog, compose, delivery, identifiers, outbox
from notifications.line import Line
from notifications.models import Direction, MailboxItem, Message, Status
from tests import factories
from tests.notifications.conftest import use
from workflow.states import Action

pytestmark = pytest.mark.django_db


def due(**fields) -> Message:
    """Make a mail that is due: the acknowledgement of an application."""
    return factories.application(**fields).messages.get()


def test_delivery_sends_what_is_due_once(server):
    message = due(email="lea@courrier.example")
    assert delivery.deliver_due() == {Status.SENT: 1}
    assert delivery.deliver_due() == {}
    message.refresh_from_db()
    assert (message.status, message.attempts, message.lease_until) == (Status.SENT, 1, None)
    assert message.answer == "250 kept as 1"
    assert message.sent_at is not None
    (mail,) = server.mails
    assert server.kept[0].rcpt_tos == ["lea@courrier.example"]
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == message.subject
    assert parseaddr(mail["From"])[0] == message.application.team.name
    assert mail["Reply-To"] is None


def test_delivery_sends_nothing_before_it_is_due(server):
    factories.application(state="interviewed")
    assert delivery.deliver_due() == {Status.SENT: 1}
    held = Message.objects.get(status=Status.HELD)
    assert held.kind == "interviewed_candidate"
    assert held.due_at - held.created_at == dt.timedelta(seconds=300)
    assert delivery.deliver_due(grace=dt.timedelta(0)) == {}
    Message.objects.filter(pk=held.pk).update(due_at=timezone.now() - dt.timedelta(seconds=5))
    assert delivery.deliver_due(grace=dt.timedelta(seconds=60)) == {}
    assert delivery.deliver_due(grace=dt.timedelta(seconds=1)) == {Status.SENT: 1}


def test_delivery_waits_for_a_server_that_is_not_there(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        use(taken.getsockname()[1], settings)
        first, second = due(), due()
        assert delivery.deliver_due() == {Status.HELD: 1}  # one is enough to know
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, second.attempts) == (0, 0)
    assert "ConnectionRefusedError" in first.answer
    assert first.due_at > timezone.now()


def test_delivery_pauses_grow_and_end_after_24_hours():
    pauses, message = [], due()
    while message.status == Status.HELD:
        Message.objects.filter(pk=message.pk).update(due_at=timezone.now())
        claimed = delivery.claim()
        delivery._refused(claimed, 451, b"later")
        message.refresh_from_db()
        if message.status == Status.HELD:
            pauses.append(round((message.due_at - timezone.now()).total_seconds() / 60, 1))
    assert pauses == sorted(pauses)
    assert sum(pauses) == 24 * 60
    assert message.status == Status.DEAD
    assert message.answer.splitlines() == ["451 later", delivery.GIVEN_UP]


def test_delivery_keeps_one_connection_for_a_batch(server):
    for _ in range(5):
        due()
    assert delivery.deliver_due() == {Status.SENT: 5}
    assert server.connections == 1


def test_delivery_goes_on_after_a_refused_mail(server):
    for _ in range(3):
        due()
    server.script = {"rcpt": "550 no"}
    assert delivery.deliver_due(limit=1) == {Status.DEAD: 1}
    server.script = {}
    assert delivery.deliver_due() == {Status.SENT: 2}


def test_lease_of_a_dead_process_ends(server):
    message = due()
    assert delivery.claim().pk == message.pk
    assert delivery.claim() is None
    delivery.recover()
    assert Message.objects.get().status == Status.CLAIMED  # still theirs
    Message.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert delivery.deliver_due() == {Status.SENT: 1}
    assert server.ids() == {message.message_id: 1}


def test_lease_of_a_process_that_died_while_the_server_had_it_leaves_it_uncertain(server):
    message = due()
    delivery._hand(delivery.claim())
    Message.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert delivery.deliver_due() == {}
    message.refresh_from_db()
    assert (message.status, message.answer) == (Status.UNCERTAIN, delivery.NOT_CONFIRMED)
    assert server.kept == []


def test_lease_that_ended_is_noticed_before_the_content_goes(server):
    message = due()
    ours = delivery.claim()
    Message.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    delivery.recover()
    theirs = delivery.claim()
    with Line() as line:
        assert delivery.deliver(ours, line) == Status.CLAIMED
        assert server.kept == []
        assert delivery.deliver(theirs, line) == Status.SENT
    assert server.ids() == {message.message_id: 1}


def test_lease_that_ended_while_the_server_was_thinking_ends_well(server):
    message = due()
    claimed = delivery.claim()
    delivery._hand(claimed)
    Message.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    delivery.recover()
    delivery._finish(claimed, Status.SENT, sent_at=timezone.now(), answer="250 ok")
    message.refresh_from_db()
    assert (message.status, message.answer) == (Status.SENT, "250 ok")


@pytest.mark.django_db(transaction=True)
def test_delivery_by_several_processes_sends_each_once(server):
    made = {due().message_id for _ in range(30)}

    def run() -> None:
        try:
            delivery.deliver_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert server.ids() == dict.fromkeys(made, 1)
    assert set(Message.objects.values_list("status", flat=True)) == {Status.SENT}


@pytest.mark.django_db(transaction=True)
def test_delivery_holds_no_lock_while_it_speaks(server, monkeypatch):
    message, seen = due(), []
    plain = smtplib.SMTP.mail

    def look() -> None:
        try:
            with transaction.atomic():  # `nowait` raises if the row is locked
                seen.append(Message.objects.select_for_update(nowait=True).get(pk=message.pk).status)
        finally:
            connection.close()

    def mail(self, *args, **kwargs):
        somebody = threading.Thread(target=look)
        somebody.start()
        somebody.join(10)
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "mail", mail)
    assert delivery.deliver_due() == {Status.SENT: 1}
    assert seen == [Status.CLAIMED]


def test_delivery_threads_the_mails_of_one_application(server):
    application = factories.application(state="interviewed")
    received, interviewed = application.messages.all()
    incoming = Message.objects.create(
        application=application,
        direction=Direction.IN,
        kind="incoming",
        status=Status.RECEIVED,
        recipient="equipe@jalon.example",
        subject="Re",
        body="Merci",
        message_id="<reponse-1@courrier.example>",
        created_at=received.created_at + (interviewed.created_at - received.created_at) / 2,
    )
    Message.objects.filter(status=Status.HELD).update(due_at=F("created_at"))
    delivery.deliver_due()
    mails = {mail["Message-ID"]: mail for mail in server.mails}
    assert mails[received.message_id]["In-Reply-To"] is None
    assert mails[interviewed.message_id]["In-Reply-To"] == incoming.message_id
    assert mails[interviewed.message_id]["References"].split() == [received.message_id, incoming.message_id]


def test_delivery_says_where_answers_go(server, settings):
    application = factories.application(factories.posting(factories.team(reply_to="equipe@ruisseaux.example")))
    delivery.deliver_due()
    settings.INBOUND_DOMAIN = "jalon.example"
    other = factories.application()
    delivery.deliver_due()
    first, second = server.mails
    assert first["Reply-To"] == "equipe@ruisseaux.example"
    local, _, domain = second["Reply-To"].partition("@")
    assert domain == "jalon.example"
    token = local.removeprefix("reply+")
    assert identifiers.application_for_reply_token(token.upper()) == other
    assert identifiers.application_for_reply_token(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert identifiers.application_for_reply_token(identifiers.reply_token(application)) == application


def test_delivery_attaches_the_terms(server, monkeypatch):
    made = catalog.Attachment("conditions.pdf", b"%PDF-1.7 made for this test", "application/pdf")
    monkeypatch.setattr(catalog.Contracted, "attach", (lambda application, language: made,))
    factories.application(state="contracted")
    Message.objects.update(due_at=timezone.now())
    delivery.deliver_due()
    mail = next(mail for mail in server.mails if list(mail.iter_attachments()))
    (attachment,) = mail.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content_type()) == ("conditions.pdf", "application/pdf")
    assert attachment.get_content() == made.content


def test_delivery_leaves_without_a_file_that_cannot_be_made(server, monkeypatch):
    def fail(application, language):
        raise OSError("cannot load library 'pango'")

    monkeypatch.setattr(catalog.Contracted, "attach", (fail,))
    factories.application(state="contracted")
    Message.objects.update(due_at=timezone.now())
    assert delivery.deliver_due() == {Status.SENT: 3}
    message = Message.objects.get(kind="contracted_candidate")
    lines = message.answer.splitlines()
    assert lines[1:] == [delivery.WITHOUT_FILE, "OSError: cannot load library 'pango'"]


def test_delivery_of_the_others_goes_on_when_one_cannot_be_made(server, monkeypatch):
    broken, fine = due(), due()
    plain = compose.wire
    monkeypatch.setattr(compose, "wire", lambda m: 1 / 0 if m.pk == broken.pk else plain(m))
    assert delivery.deliver_due() == {Status.HELD: 1, Status.SENT: 1}
    broken.refresh_from_db()
    assert (broken.status, broken.answer) == (Status.HELD, delivery.CANNOT_BE_MADE)
    assert server.ids() == {fine.message_id: 1}


def test_settle_ends_the_doubt(server):
    application = factories.application()
    actor = factories.member(application.team)
    server.script = {"content": "drop"}
    delivery.deliver_due()
    message = application.messages.get()
    assert message.status == Status.UNCERTAIN
    outbox.settle(pk=message.pk, actor=actor, arrived=False)
    server.script = {}
    assert delivery.deliver_due() == {Status.SENT: 1}
    assert list(server.ids().values()) == [2]  # a person said so; the Message-ID is the same
    Message.objects.update(status=Status.UNCERTAIN)
    assert outbox.settle(pk=message.pk, actor=actor, arrived=True).status == Status.SENT


def test_mailbox_keeps_the_bytes(settings):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    message = due(email="lea@courrier.example")
    assert delivery.deliver_due() == {Status.SENT: 1}
    item = MailboxItem.objects.get()
    assert (item.recipients, item.message_id, item.subject) == (
        ["lea@courrier.example"],
        message.message_id,
        message.subject,
    )
    assert b"multipart/alternative" in bytes(item.raw)


def test_undo_is_refused_while_a_mail_is_on_its_way():
    application = factories.application(state="interviewed")
    transition = application.transitions.last()
    assert transition.action == Action.INTERVIEW
    assert not outbox.has_left(transition)
    Message.objects.filter(transition=transition).update(due_at=timezone.now() - dt.timedelta(hours=1))
    assert delivery.claim().transition_id == transition.pk
    assert outbox.has_left(transition)
