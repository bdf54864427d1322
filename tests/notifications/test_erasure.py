"""Erasing a person and mail: what waits to be sorted, what told them that they came too late, what comes afterwards."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import translation

from backend.accounts.actors import Actor
from backend.common.errors import Invalid
from backend.hiring import dedupe, erasure
from backend.hiring.models import Candidate, Document
from notifications import identifiers
from notifications.inbound import sort
from notifications.inbound.receive import receive
from notifications.models import IncomingMail, Message, Outcome, Status
from tests import factories
from tests.notifications.inbound import mails
from workflow.models import Application

pytestmark = pytest.mark.django_db

ADDRESS = "camille.martin@courrier.example"
NEWSLETTER = {"List-Unsubscribe": "<mailto:non@courrier.example>"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def application(settings) -> Application:
    settings.INBOUND_DOMAIN = "arrivee.example"
    return factories.application(factories.posting(apply_to=[mails.JOBS]), name="Camille Martin", email=ADDRESS)


@pytest.fixture
def member(application) -> Actor:
    return factories.member(application.posting.team)


def test_answer_to_somebody_erased_waits_for_a_person_and_leaves_nothing_there(application, member) -> None:
    address = identifiers.reply_address(application)
    erasure.erase(pk=application.candidate_id, actor=member)
    receipt = receive(mails.mail(to=address, subject="Re: suite", files=[("cv.txt", b"Mon parcours", "text/plain")]))
    assert receipt.outcome == Outcome.TRIAGE and "has been erased" in receipt.reason
    row = IncomingMail.objects.get()
    assert (row.application, row.team) == (None, member_team(application))
    assert not Document.objects.exists()
    assert not Message.objects.filter(direction="in").exists()
    with pytest.raises(Invalid, match="has been erased"):  # nor may a person put it there
        sort.attach(pk=row.pk, application_id=application.pk, actor=member)
    assert sort.to_sort(member).get() == row


def member_team(application: Application):
    return application.posting.team


def test_mail_that_waits_to_be_sorted_waits_no_more(application, member) -> None:
    receive(mails.mail(headers=NEWSLETTER))
    row = sort.to_sort(member).get()
    erasure.erase(pk=application.candidate_id, actor=member)
    row.refresh_from_db()
    assert (row.outcome, row.subject, row.text, row.sender) == (Outcome.REFUSED, "", "", "")
    assert "erased" in row.reason and not sort.to_sort(member).exists()


def test_mail_that_a_person_sorted_keeps_no_word_and_does_not_come_back(application, member) -> None:
    receive(mails.mail(headers=NEWSLETTER))
    row = sort.to_sort(member).get()
    sort.attach(pk=row.pk, application_id=application.pk, actor=member)
    row.refresh_from_db()
    assert row.doubt and row.placed
    erasure.erase(pk=application.candidate_id, actor=member)
    row.refresh_from_db()
    assert (row.doubt, row.placed) == ("", {})
    with pytest.raises(Invalid):
        sort.undo(pk=row.pk, actor=member)


def test_word_to_somebody_who_came_too_late_goes_with_them(application, member) -> None:
    closed = factories.posting(application.posting.team, status="closed", apply_to=["tard@equipe.example"])
    receive(mails.mail(to="tard@equipe.example"))
    receive(mails.mail(to="tard@equipe.example", sender="Autre <autre@courrier.example>"))
    told = Message.objects.filter(posting=closed)
    assert set(told.values_list("recipient", flat=True)) == {ADDRESS, "autre@courrier.example"}
    told.filter(recipient=ADDRESS).update(status=Status.CLAIMED)
    with pytest.raises(Invalid, match="leaving just now"):
        erasure.erase(pk=application.candidate_id, actor=member)
    told.filter(recipient=ADDRESS).update(status=Status.SENT)
    erasure.erase(pk=application.candidate_id, actor=member)
    assert told.get().recipient == "autre@courrier.example"


# ── At the same time ──────────────────────────────────────────────────────────────────────────────────────────────────
def while_held(candidate: Candidate, change: Callable[[], object], act: Callable[[], object]) -> None:
    """Do `change` in a transaction that holds the candidate, start `act` meanwhile in a thread, and let both end."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        change()
        other.start()
        waits_for_us(other, faults)
    other.join(timeout=30)
    assert not other.is_alive() and faults == []


def waits_for_us(other: threading.Thread, faults: list[BaseException]) -> None:
    """Return once another connection waits for a lock of this one."""
    while other.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(  # pg_stat_activity stands still within a transaction, pg_locks does not
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError(f"It did not wait: {faults}")


@pytest.mark.django_db(transaction=True)
def test_application_that_arrives_while_its_person_is_erased_is_somebody_new(application, member) -> None:
    elsewhere = factories.posting(application.posting.team)
    erased = application.candidate

    def apply() -> None:
        factories.application(elsewhere, name="Camille Martin", email=ADDRESS)

    while_held(erased, lambda: erasure.erase(pk=erased.pk, actor=member), apply)
    made = Application.objects.get(posting=elsewhere)
    assert made.candidate != erased and made.candidate.email == ADDRESS
    assert made.messages.get(kind="received_candidate").recipient == ADDRESS


@pytest.mark.django_db(transaction=True)
def test_answer_that_arrives_while_its_person_is_erased_leaves_nothing_there(application, member) -> None:
    raw = mails.mail(to=identifiers.reply_address(application), text="Un dernier mot.")
    erase = lambda: erasure.erase(pk=application.candidate_id, actor=member)  # noqa: E731
    while_held(application.candidate, erase, lambda: receive(raw))
    assert IncomingMail.objects.get().outcome == Outcome.TRIAGE
    assert not Message.objects.filter(direction="in").exists()


@pytest.mark.django_db(transaction=True)
def test_person_who_is_merged_while_the_other_is_erased_goes_too(application, member) -> None:
    other = factories.application(application.posting, name="C. Martin", email="c.martin@courrier.example").candidate
    kept = application.candidate

    def merge() -> None:
        dedupe.merge(kept=kept.pk, absorbed=other.pk, actor=member)

    while_held(kept, merge, lambda: erasure.erase(pk=kept.pk, actor=member))
    assert Candidate.objects.filter(erased_at=None).count() == 0
