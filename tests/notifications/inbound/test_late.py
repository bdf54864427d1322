"""The polite answer to those who come late: once, to people only; two robots exchange at most one."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.models import Team
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring.models import Posting
from notifications import delivery, outbox
from notifications.inbound import late
from notifications.inbound.receive import receive
from notifications.models import IncomingMail, Message, Outcome, Status
from tests import factories
from tests.notifications.inbound import mails
from tests.notifications.smtp import Server
from workflow.models import Application

CLOSED = "graphisme@equipe.example"


@pytest.fixture
def closed(team: Team) -> Posting:
    return factories.posting(
        team, slug="graphiste-fermee", title="Graphiste {team}", status="closed", apply_to=[CLOSED]
    )


def answers() -> list[Message]:
    return list(Message.objects.filter(kind=late.CLOSED).order_by("created_at"))


def test_late_person_is_told_once_and_stays_in_triage(closed: Posting, server: Server, settings) -> None:
    settings.HOLD_SECONDS = 0
    receipt = receive(mails.mail(to=CLOSED, message_id="<late@courrier.example>"))
    assert (receipt.outcome, receipt.posting) == (Outcome.TRIAGE, closed)
    (answer,) = answers()
    assert (answer.application, answer.posting, answer.status) == (None, closed, Status.HELD)
    delivery.deliver_due()
    (mail,) = server.mails
    assert mail["To"] == "camille.martin@courrier.example"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == mail["References"] == "<late@courrier.example>"
    assert mail["Subject"] == "Cette annonce est fermée\u202f: Graphiste (team)"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"{django_settings.SITE_URL}/" in text
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'href="{django_settings.SITE_URL}/"' in html
    assert 'role="presentation"' not in html  # no path: there is no application
    receive(mails.mail(to=CLOSED, subject="Encore", text="Et maintenant ?"))
    assert len(answers()) == 1
    assert Application.objects.count() == 0


def test_answer_is_in_the_language_of_the_letter(closed: Posting) -> None:
    receive(
        mails.mail(
            to=CLOSED, subject="Application", text="Hello, I would like to apply for this position. Best regards"
        )
    )
    assert answers()[0].subject.startswith("This posting is closed")


UNANSWERED = {
    "a robot": {"headers": {"Auto-Submitted": "auto-generated"}},
    "a list": {"headers": {"List-Id": "<l.x.example>"}},
    "an old list": {"headers": {"Precedence": "list"}},
    "nobody's address": {"sender": "no-reply@site.example"},
    "nobody's address, French": {"sender": "ne-pas-repondre@site.example"},
    "bounces": {"sender": "bounces+123@site.example"},
    "a null path": {"headers": {"Return-Path": "<>"}},
    "asks for none": {"headers": {"X-Auto-Response-Suppress": "All"}},
    "a colleague": {"sender": "lea@equipe.example"},
    "itself": {"sender": CLOSED},
    "our own": {"sender": "Jalon <jalon@localhost.localdomain>"},
    "no sender": {"sender": None},
    "an address that is none": {"sender": "x@y"},
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_machine_list_or_colleague_is_not_answered(closed: Posting, posting: Posting, name: str) -> None:
    receive(mails.mail(to=CLOSED, **UNANSWERED[name]))  # type: ignore[arg-type]
    assert answers() == []
    assert IncomingMail.objects.count() == 1


def test_bounce_of_the_answer_is_noted_and_not_answered(closed: Posting) -> None:
    receive(mails.mail(to=CLOSED))
    receipt = receive(mails.bounce(answers()[0].message_id))
    assert (receipt.outcome, receipt.posting, receipt.application) == (Outcome.BOUNCE, closed, None)
    (answer,) = answers()
    assert "5.1.1" in answer.answer


def test_one_address_gets_a_few_answers_a_day(team: Team) -> None:
    for n in range(5):
        factories.posting(team, status="closed", apply_to=[f"j{n}@equipe.example"])
        receive(mails.mail(to=f"j{n}@equipe.example", subject=f"Poste {n}"))
    assert len(answers()) == late.A_DAY
    assert IncomingMail.objects.filter(outcome=Outcome.TRIAGE).count() == 5
    Message.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    factories.posting(team, status="closed", apply_to=["j9@equipe.example"])
    receive(mails.mail(to="j9@equipe.example", subject="Poste 9"))
    assert len(answers()) == late.A_DAY + 1


def test_answer_belongs_to_the_team_and_can_be_kept_back(closed: Posting, team: Team) -> None:
    receive(mails.mail(to=CLOSED))
    (answer,) = answers()
    member, coach, stranger = factories.member(team), factories.coach(team), factories.member(factories.team())
    assert list(outbox.visible_to(member)) == [answer]
    assert list(outbox.visible_to(stranger)) == []
    with pytest.raises(NotVisible):
        outbox.discard(pk=answer.pk, actor=stranger)
    with pytest.raises(NotAllowed):
        outbox.discard(pk=answer.pk, actor=coach)
    with pytest.raises(Invalid):
        outbox.edit(pk=answer.pk, actor=member, subject="x", body="y")
    assert outbox.discard(pk=answer.pk, actor=member).status == Status.DISCARDED


def test_database_takes_no_message_about_nothing_or_about_two_things(closed: Posting) -> None:
    receive(mails.mail(to=CLOSED))
    application = factories.application()
    for wrong in ({"posting": None}, {"application": application}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(kind=late.CLOSED).update(**wrong)


# ── Two robots ────────────────────────────────────────────────────────────────────────────────────────────────────────
def exchange(server: Server, turn, limit: int = 20) -> int:
    """Carry what leaves to the other side, and its answer back, until nobody says anything; give how often we spoke."""
    seen = 0
    for _round in range(limit):
        delivery.deliver_due()
        fresh = server.mails[seen:]
        seen += len(fresh)
        if not fresh:
            return seen
        for mail in fresh:
            turn(mail)
    return seen


def answer_of_a_rude_robot(mail: EmailMessage, n: int) -> bytes:
    """Give what a robot answers that says nowhere that it is one."""
    return mails.mail(
        sender=f"Robot <{mail['To']}>",
        to=CLOSED,
        subject=f"Re: {mail['Subject']}",
        text=f"Bien reçu, dossier {n}.",
        headers={"In-Reply-To": mail["Message-ID"]},
    )


def test_robot_that_does_not_say_so_gets_one_answer(closed: Posting, server: Server, settings) -> None:
    settings.HOLD_SECONDS = 0
    receive(mails.mail(to=CLOSED, sender="Robot <robot@machine.example>"))
    count = iter(range(100))
    assert exchange(server, lambda mail: receive(answer_of_a_rude_robot(mail, next(count)))) == 1
    assert (next(count), IncomingMail.objects.count()) == (1, 2)


def test_two_instances_exchange_at_most_one_answer(closed: Posting, team: Team, server: Server, settings) -> None:
    """The other instance is this code under another address, with a closed posting of its own: a mail from one to the
    other sets it off. A server on the way gives each mail a new id, so that neither knows its own again."""
    settings.HOLD_SECONDS = 0
    theirs = factories.posting(status="closed", apply_to=["offres@autre.example"])
    here, there = "Jalon <jalon@ici.example>", "Jalon <jalon@autre.example>"
    settings.DEFAULT_FROM_EMAIL = here
    count = iter(range(1, 100))

    def carry(mail: EmailMessage) -> None:
        """Give the mail to whom it is for, as the instance that reads that address."""
        settings.DEFAULT_FROM_EMAIL = there if mail["To"] == "jalon@autre.example" else here
        to = "offres@autre.example" if mail["To"] == "jalon@autre.example" else CLOSED
        del mail["Message-ID"], mail["To"]
        mail["Message-ID"], mail["To"] = f"<relay{next(count)}@route.example>", to
        receive(mail.as_bytes())

    receive(mails.mail(to=CLOSED, sender=there, subject="Offre"))  # from a program of theirs, unmarked
    assert exchange(server, carry) == 1
    assert [answer.posting for answer in answers()] == [closed]
    assert not Message.objects.filter(posting=theirs).exists()
    assert IncomingMail.objects.filter(outcome=Outcome.AUTOMATIC).count() == 1
