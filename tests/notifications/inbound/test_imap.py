"""Mailboxes read over IMAP from a real Dovecot: killed in the middle and read again, nothing lost, nothing doubled."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import OperationalError, connections

from backend.common.errors import Invalid
from notifications import tasks
from notifications.inbound import mailboxes, poll, rounds
from notifications.models import IncomingMail, MailboxPoll, Message, Outcome
from tests import factories
from tests.chaos.harness import environment
from tests.notifications.inbound import dovecot, mails
from tests.notifications.inbound.dovecot import PASSWORD, Dovecot
from workflow.models import Application

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running("jobs", "other") as server:
        yield server


def read_all(settings, *urls: str) -> list[poll.Polled]:
    """Poll these mailboxes once, here."""
    settings.INBOUND_IMAP_URLS = list(urls)
    return rounds.poll_all()


def letter(n: int, **fields: object) -> bytes:
    """Give one person's application."""
    return mails.mail(sender=f"Personne {n} <personne-{n}@courrier.example>", **fields)  # type: ignore[arg-type]


# ── Nothing lost, nothing doubled ─────────────────────────────────────────────────────────────────────────────────────
def sixty(server: Dovecot) -> dict[str, bytes]:
    """Deliver 70 messages of every kind; give those with a Message-ID by it."""
    cv = ("cv.pdf", mails.PDF + b"x" * 20_000, "application/pdf")
    sent = {f"<k{n}@courrier.example>": letter(n, message_id=f"<k{n}@courrier.example>", files=[cv]) for n in range(54)}
    sent["<lost@x.example>"] = mails.mail(to="x@y.example", subject="?", message_id="<lost@x.example>")
    sent["<away@x.example>"] = mails.mail(
        message_id="<away@x.example>", headers={"Auto-Submitted": "auto-replied"}, sender="r@x.example"
    )
    for raw in sent.values():
        server.deliver(raw)
    for n in range(60, 68):
        server.deliver(letter(n, message_id=None))  # known by their bytes alone
    for n in (1, 2, 3):
        server.deliver(sent[f"<k{n}@courrier.example>"])  # delivered twice
    server.deliver(letter(70, message_id="<k1@courrier.example>", text="Une autre lettre."))  # another, under a used id
    server.deliver(letter(71, message_id="<k1@courrier.example>", text="Une troisième."))
    return sent


@pytest.mark.slow
@pytest.mark.parametrize("options", ["?done=Processed", ""], ids=["moved", "deleted"])
def test_poll_that_is_killed_again_and_again_loses_and_doubles_nothing(server: Dovecot, options: str) -> None:
    factories.posting(apply_to=[mails.JOBS])
    sent = sixty(server)
    chance = random.Random(5)
    env = environment(smtp_port=1, broker_port=1, INBOUND_IMAP_URLS=server.url(options=options))
    killed = 0
    for _kill in range(6):
        killed += run(env, kill_after=chance.randint(1, 12), delay=chance.random() * 0.08)
    assert killed == 6
    assert run(env) == 0
    assert server.ids() == []
    ids = Counter(IncomingMail.objects.values_list("message_id", flat=True))
    assert {one: ids[one] for one in sent} == dict.fromkeys(sent, 1)
    assert len(ids) == len(sent) + 8 + 2  # without an id, and two more that share one
    assert set(ids.values()) == {1}
    assert Application.objects.count() == 54 + 8 + 2
    assert Message.objects.filter(direction="in").count() == 54 + 8 + 2
    kept = Counter(server.ids("Processed"))
    # Killed within its MOVE, Dovecot may have copied a message and not yet removed it: then it is there once more.
    assert (69 <= kept.total() <= 69 + killed) if options else not kept
    assert not options or sent.keys() <= kept.keys()
    assert server.ids("Refused") == []


def run(env: dict[str, str], *, kill_after: int | None = None, delay: float = 0) -> int:
    """Poll in a process of its own; kill it (-9) some moments after it told of so many messages. Give how it ended: 1
    for killed."""
    command = [sys.executable, "manage.py", "receive_mail", "--imap", "--json"]
    child = subprocess.Popen(
        command, cwd=project.BASE_DIR, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stderr is not None
    with child.stdout, child.stderr:
        if kill_after is None:
            _out, errors = child.communicate(timeout=120)
            assert child.returncode == 0, errors
            return 0
        for count, line in enumerate(child.stdout, 1):
            json.loads(line)
            if count >= kill_after:
                break
        time.sleep(delay)
        with suppress(ProcessLookupError):
            child.kill()
        child.wait(10)
        assert child.returncode == -9, child.stderr.read()
    return 1


def test_two_pollers_at_once_take_each_message_once(server: Dovecot, settings) -> None:
    factories.posting(apply_to=[mails.JOBS])
    for n in range(12):
        server.deliver(letter(n))
    settings.INBOUND_IMAP_URLS = [server.url()]
    found: list[poll.Polled] = []

    def work() -> None:
        try:
            found.extend(rounds.poll_all())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(polled.messages for polled in found) == 12
    assert [polled.trouble for polled in found] == [""] * 4
    assert (Application.objects.count(), len(server.ids("Processed"))) == (12, 12)


def test_mailbox_that_somebody_reads_is_left_alone(server: Dovecot, settings) -> None:
    server.deliver(letter(1))
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with poll.held(mailboxes.read(server.url())):
                ready.set()
                done.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert ready.wait(20)
    (polled,) = read_all(settings, server.url())
    done.set()
    thread.join(20)
    assert (polled.busy, polled.messages, len(server.ids())) == (True, 0, 1)
    (polled,) = read_all(settings, server.url())
    assert (polled.busy, polled.messages) == (False, 1)


def test_server_that_numbers_its_mail_anew_doubles_nothing(server: Dovecot, settings) -> None:
    """UIDVALIDITY changes when a folder is restored from a backup: here with mail that was read before."""
    factories.posting(apply_to=[mails.JOBS])
    raws = [letter(n) for n in range(5)]
    for raw in raws:
        server.deliver(raw)
    read_all(settings, server.url())
    for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
        (server.folder / "mail" / "jobs" / name).unlink(missing_ok=True)
    for raw in [*raws, letter(9)]:
        server.deliver(raw)
    (polled,) = read_all(settings, server.url())
    assert (polled.messages, polled.trouble) == (6, "")
    assert (Application.objects.count(), IncomingMail.objects.count()) == (6, 6)
    assert sorted(IncomingMail.objects.values_list("copies", flat=True)) == [0, 1, 1, 1, 1, 1]
    assert server.ids() == []


# ── Troubles ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_bad_mailboxes_do_not_stop_the_others_and_show_no_password(
    server: Dovecot, settings, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    factories.posting(apply_to=[mails.JOBS])
    server.deliver(letter(1))
    server.deliver(letter(2), account="other")
    settings.INBOUND_IMAP_URLS = [
        server.url(password="wr0ng-pass"),
        "imap://nobody:s3cret-too@127.0.0.1:1/INBOX",
        server.url(folder="Nowhere"),
        server.url(account="other"),
        server.url(),
    ]
    with pytest.raises(SystemExit):
        call_command("receive_mail", "--imap")
    out, err = capsys.readouterr()
    assert Application.objects.count() == 2
    assert len(err.splitlines()) == 3
    troubles = list(MailboxPoll.objects.exclude(trouble="").values_list("name", "trouble"))
    assert len(troubles) == 3 - 1  # the first is, by its name, the last: read in the end
    said = out + err + caplog.text + repr(troubles) + repr(mailboxes.configured())
    assert all(secret not in said for secret in ("wr0ng-pass", "s3cret-too", PASSWORD, PASSWORD.replace("?", "%3F")))


def test_message_stays_on_the_server_when_the_database_does_not_take_it(
    server: Dovecot, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.posting(apply_to=[mails.JOBS])
    for n in range(3):
        server.deliver(letter(n))
    real, refusals = poll.receive, iter([OperationalError("canceling statement due to statement timeout")])

    def receive(raw: bytes):
        for error in refusals:
            raise error
        return real(raw)

    monkeypatch.setattr(poll, "receive", receive)
    (polled,) = read_all(settings, server.url())
    assert (polled.messages, "statement timeout" in polled.trouble) == (2, True)
    assert len(server.ids()) == 1
    (polled,) = read_all(settings, server.url())
    assert (polled.messages, polled.trouble, server.ids()) == (1, "", [])
    assert Application.objects.count() == 3


def test_message_on_which_a_poll_died_is_taken_last(server: Dovecot, settings) -> None:
    for n in range(3):
        server.deliver(letter(n, message_id=f"<o{n}@x.example>"))
    settings.INBOUND_IMAP_URLS = [server.url()]
    mailbox = mailboxes.read(server.url())
    MailboxPoll.objects.create(name=mailbox.name, polled_at="2026-01-01T00:00Z", trying="1")
    order: list[str] = []
    rounds.poll_all(told=lambda _mailbox, uid, _receipt: order.append(uid))
    assert order == ["2", "3", "1"]
    assert MailboxPoll.objects.get().trying == ""


# ── Sizes and folders ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_message_of_30_mb_is_read_and_a_larger_one_put_aside_unread(server: Dovecot, settings) -> None:
    factories.posting(apply_to=[mails.JOBS])
    files = [(f"{n}.pdf", mails.PDF + bytes([n]) * 5_500_000, "application/pdf") for n in range(4)]
    server.deliver(letter(1, files=files))
    (polled,) = read_all(settings, server.url())
    assert (polled.messages, polled.trouble, Application.objects.count()) == (1, "", 1)
    settings.INBOUND_MAX_BYTES = 1_000_000
    big = letter(2, files=files[:1], subject="Trop gros", message_id="<big@x.example>")
    server.deliver(big)
    server.deliver(letter(3))
    (polled,) = read_all(settings, server.url())
    assert (polled.messages, server.ids(), server.ids("Refused")) == (2, [], ["<big@x.example>"])
    row = IncomingMail.objects.get(outcome=Outcome.REFUSED)
    assert (row.subject, row.sender) == ("Trop gros", "personne-2@courrier.example")
    assert "MB" in row.reason or "Mo" in row.reason
    assert len(bytes(row.raw)) < 1000
    assert Application.objects.count() == 2


def test_what_is_no_mail_is_recorded_and_put_aside(server: Dovecot, settings) -> None:
    server.deliver(b"nothing: of a mail\r\n\r\nhello")
    (polled,) = read_all(settings, server.url(options=""))
    assert (polled.messages, polled.trouble, server.ids(), len(server.ids("Refused"))) == (1, "", [], 1)
    assert IncomingMail.objects.get().outcome == Outcome.REFUSED
    assert poll.poll(mailboxes.read(server.url())).messages == 0


def test_server_without_move_and_uidplus(settings) -> None:
    factories.posting(apply_to=[mails.JOBS])
    with dovecot.running(capability="IMAP4rev1 LITERAL+") as server:
        for n in range(3):
            server.deliver(letter(n))
        (polled,) = read_all(settings, server.url(options="?done=Boîte%20traitée"))
        assert (polled.messages, polled.trouble) == (3, "")
        assert (server.ids(), len(server.ids("Boîte traitée"))) == ([], 3)


def test_celery_and_the_command_read_the_same(server: Dovecot, settings) -> None:
    factories.posting(apply_to=[mails.JOBS])
    settings.INBOUND_IMAP_URLS = [server.url()]
    server.deliver(letter(1))
    tasks.poll_mailboxes()
    assert Application.objects.count() == 1
    assert MailboxPoll.objects.get().trouble == ""


def test_relay_reads_only_what_nobody_has_read_lately(server: Dovecot, settings) -> None:
    settings.INBOUND_IMAP_URLS = [server.url()]
    assert len(rounds.poll_all()) == 1
    from notifications import relay

    assert rounds.poll_all(unread_for=relay.MAILBOX_GRACE) == []
    MailboxPoll.objects.update(polled_at="2026-01-01T00:00Z")
    assert len(rounds.poll_all(unread_for=relay.MAILBOX_GRACE)) == 1


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_address_of_a_mailbox_is_taken_apart() -> None:
    mailbox = mailboxes.read("imaps://jobs%40team.example:p%40ss%2Fw@imap.example/Jobs/New?done=Done&aside=Odd")
    assert (mailbox.user, mailbox.password, mailbox.port) == ("jobs@team.example", "p@ss/w", 993)
    assert (mailbox.folder, mailbox.done, mailbox.aside) == ("Jobs/New", "Done", "Odd")
    assert "p@ss" not in repr(mailbox) + mailbox.name + str(mailbox)
    assert mailboxes.read("imap://a:b@host:1143").port == 1143
    assert mailboxes.read("imaps://a:b@host/").folder == "INBOX"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://a:s3cret@host/",
        "imaps://host/",
        "imaps://a@host",
        "imaps://a:s3cret@host:99999999/",
        "imaps://a:s3cret@host/?dne=X",
        "imaps://[::1:s3cret",
    ],
)
def test_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        mailboxes.read(url)
    assert "s3cret" not in str(refusal.value)
