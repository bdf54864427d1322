"""Whatever the bytes, an outcome: the standard library's own odd messages, arbitrary bytes, and very large mail."""

import importlib.util
import resource
import time
from email.header import Header
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.hiring.models import Posting
from notifications.inbound import author, automatic, contacts, forward, parse
from notifications.inbound.parse import NotAMail
from notifications.inbound.receive import receive
from notifications.models import IncomingMail, Outcome
from tests.notifications.inbound import mails


def odd_messages() -> list[Path]:
    """Give the standard library's test messages, where this Python has them."""
    spec = importlib.util.find_spec("test")
    places = list(spec.submodule_search_locations or []) if spec else []
    folders = [Path(place) / sub / "data" for place in places for sub in ("test_email", "")]
    return sorted(file for folder in folders if folder.is_dir() for file in folder.glob("msg_*.txt"))


ODD = odd_messages()


@pytest.mark.skipif(not ODD, reason="this Python comes without the standard library's test messages")
@pytest.mark.parametrize("path", ODD, ids=lambda path: path.stem)
def test_odd_message_of_the_standard_library_ends_in_an_outcome(posting: Posting, path: Path) -> None:
    receipt = receive(path.read_bytes())
    assert receipt.outcome in Outcome
    assert receipt.outcome != Outcome.APPLICATION  # none is for this posting
    assert "Jalon" not in receipt.reason  # no fault of ours
    assert IncomingMail.objects.count() == (receipt.outcome != Outcome.REFUSED)


def read_all(raw: bytes) -> None:
    """Read everything that is read without a database."""
    try:
        mail = parse.parse(raw)
    except NotAMail:
        return
    mail.content_key.encode()
    automatic.bounce(mail)
    automatic.reason(mail)
    forward.original(mail)
    sender = forward.sender_of(mail)
    written = author.clean.split(mail.text)
    assert written.body or not mail.text
    contacts.read(written.own, mail.links)
    if sender is not None:
        contacts.name_of(sender, written.own)
    for text in (mail.text, mail.subject, *mail.recipients, mail.message_id):
        assert "\0" not in text
        text.encode()


NAMES = ["From", "To", "Subject", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "a@b.example",
            'multipart/mixed; boundary="e"',
            "multipart/alternative; boundary=e",
            'multipart/report; boundary="e"',
            "message/rfc822",
            "message/delivery-status",
            "message/external-body",
            "text/html; charset=utf-7",
            "text/plain; charset=idna; format=flowed",
            "base64",
            "quoted-printable",
            "x-uuencode",
            "attachment; filename*0*=a''b; filename*1=c",
            "=?utf-8?b?w6k?= <a@b.example>",
            str(Header("é" * 80, "utf-8")),
        ]
    ),
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                b"--e\r\n",
                b"--e--\r\n",
                b"Content-Type: message/rfc822\r\n",
                b"\r\n",
                b"From: a@b\r\n",
                b"> x\r\n",
                b"De : a@b\r\n",
            ]
        ),
        max_size=30,
    ).map(b"".join),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8), BODIES)
def test_arbitrary_mail_is_read_without_an_exception(headers: list[tuple[str, str]], body: bytes) -> None:
    lines = [f"{name}: {value}".encode("utf-8", "surrogatepass") for name, value in headers]
    read_all(b"\r\n".join([*lines, b"Subject: x", b"", body]))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_arbitrary_bytes_are_read_without_an_exception(raw: bytes) -> None:
    read_all(raw)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8), BODIES)
def test_arbitrary_mail_ends_in_an_outcome(headers: list[tuple[str, str]], body: bytes) -> None:
    lines = [f"{name}: {value}".encode("utf-8", "surrogatepass") for name, value in headers]
    receipt = receive(b"\r\n".join([*lines, b"Subject: x", b"", body]))
    assert "Jalon" not in receipt.reason


def test_mail_of_30_mb_is_received_in_bounded_time_and_memory(posting: Posting) -> None:
    """Ten files of 2 MB, as most large applications, and one too large to keep."""
    files = [(f"{n}.pdf", mails.PDF + bytes([n]) * 2_000_000, "application/pdf") for n in range(5)]
    files.append(("film.pdf", mails.PDF + b"x" * 12_000_000, "application/pdf"))
    raw = mails.mail(files=files)
    assert len(raw) > 29_000_000
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    receipt = receive(raw)
    assert (receipt.outcome, len(receipt.documents)) == (Outcome.APPLICATION, 5)
    assert "film.pdf" in receipt.reason
    assert time.process_time() - start < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes
